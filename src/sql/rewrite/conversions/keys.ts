import { collationKey, duckdbCollation } from '../collations.ts';
import { macro } from '../macro-names.ts';
import { hasKey, hasOwnCollation, type Rendered } from '../types.ts';
import { codeOf } from './numbers.ts';
import { asText } from './texts.ts';

/** What a value is sorted, grouped and compared by. */

/** The key by which a value sorts: of a text that of its collation. */
export function sortKey(value: Rendered): string {
  if (value.type.kind === 'json') return macro('json_sort_key', value.sql);
  if (value.type.kind !== 'text' || value.type.enumeration === true) return value.sql;
  return textKey(value);
}

/** The key by which ORDER BY and windows sort: as `sortKey`, but a SET by the number of its members, as an ENUM is. */
export function orderKey(value: Rendered): string {
  const isSet = value.type.kind === 'text' && value.type.members !== undefined;
  return isSet ? codeOf(value) : sortKey(value);
}

/** The key by which the collation compares texts, those of an ENUM too. */
export function textKey(value: Rendered): string {
  const text = asText(value);
  return hasOwnCollation(value.type) ? collationKey(text, value.type.collation) : macro('sort_key', text);
}

/** The value in the form in which DuckDB itself finds those equal that the collation calls so. */
export function equalityKey(value: Rendered): string {
  if (hasOwnCollation(value.type)) return textKey(value);
  return hasKey(value.type) ? `(${asText(value)} COLLATE "${duckdbCollation}")` : value.sql;
}
