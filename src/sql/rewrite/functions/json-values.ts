import { SqlError } from '../../../base/sql-error.ts';
import { duckdbText } from '../../duckdb-quote.ts';
import { normalized } from '../../json/documents.ts';
import { type JsonPath, parsePath } from '../../json/path.ts';
import { asCondition } from '../conversions/wanted-types.ts';
import { asBinary, asText } from '../conversions/texts.ts';
import { settled } from '../conversions/numbers.ts';
import { jsonCall, macro } from '../macro-names.ts';
import { notSupported } from '../not-supported.ts';
import { isBits, isTemporal, jsonType, nullType, type Rendered, type ValueType } from '../types.ts';

/** An argument of a function: what MySQL's errors call it. */
export type ArgumentPlace = Readonly<{ index: number; name: string }>;

/**
 * A document, or a text that is read as one: DuckDB's text of it in the form in which MySQL keeps it. Throws MySQL's 3146 and
 * 3144 for a value of another kind.
 */
export function documentOf(value: Rendered, place: ArgumentPlace): string {
  if (value.type.kind === 'json' || value.type.kind === 'null') return value.sql;
  const words = `in argument ${place.index} to function ${place.name}`;
  if (value.type.kind === 'text' && value.literal !== undefined) {
    return duckdbText(normalized(value.literal, words));
  }
  refuseKind(value.type, place);
  return jsonCall('WRITTEN', asText(value), duckdbText(words));
}

/** Throws MySQL's 3144 or 3146 for what is neither a document nor a text. */
export function refuseKind({ kind }: ValueType, { index, name }: ArgumentPlace): void {
  if (kind === 'text' || kind === 'unknown') return;
  if (kind === 'binary') {
    throw new SqlError(
      'json_binary',
      "Cannot create a JSON value from a string with CHARACTER SET 'binary'.",
    );
  }
  throw new SqlError(
    'json_data_type',
    `Invalid data type for JSON data in argument ${index} to function ${name}; a JSON string or JSON type is required.`,
  );
}

/** A path; a literal one is read at once, so that a mistake is one whatever the rows are. */
export function pathOf(path: Rendered): string {
  if (path.literal !== undefined) parsePath(path.literal);
  return asText(path);
}

/** The steps of a path that is a literal. */
export function literalPath(path: Rendered): JsonPath | undefined {
  return path.literal === undefined ? undefined : parsePath(path.literal);
}

export function asJson(sql: string): Rendered {
  return { sql: `CAST(${sql} AS JSON)`, type: jsonType };
}

/** CAST(… AS JSON): a text is read as a document, any other value becomes one. */
export function toJson(value: Rendered): Rendered {
  switch (value.type.kind) {
    case 'json':
      return value;
    case 'null':
      return { sql: 'NULL', type: nullType };
    case 'text':
    case 'unknown':
      return asJson(documentOf(value, { index: 1, name: 'cast_as_json' }));
    default:
      return {
        ...asJson(`CASE WHEN ${value.sql} IS NOT NULL THEN ${jsonOf(value)} END`),
        ...(isTemporal(value.type) && { ofMoment: true }),
      };
  }
}

/** A value as a piece of JSON text; NULL is `null`. */
export function jsonOf(value: Rendered): string {
  if (value.type.kind === 'null') return "'null'";
  return `coalesce(${jsonText(value)}, 'null')`;
}

function jsonText(value: Rendered): string {
  if (value.isTruth === true) return `CAST(CAST(${value.sql} AS BOOLEAN) AS VARCHAR)`;
  switch (value.type.kind) {
    case 'json':
      return `CAST(${value.sql} AS VARCHAR)`;
    case 'boolean':
      return `CAST(${asCondition(value)} AS VARCHAR)`;
    case 'integer':
      if (isBits(value.type)) return `'"base64:type16:' || to_base64(${asBinary(value)}) || '"'`;
      return asText(value);
    case 'decimal':
      return asText(settled(value));
    case 'double':
      // A FLOAT is a double in a document.
      return macro('json_of_double', macro('text_of_double', `CAST(${settled(value).sql} AS DOUBLE)`));
    case 'datetime':
      return `'"' || ${macro('text_of_datetime_digits', value.sql, '6')} || '"'`;
    case 'time':
      return `'"' || ${macro('text_of_time_digits', value.sql, '6')} || '"'`;
    case 'binary':
      // As MySQL writes a VARBINARY, which a literal is; of a column it would write the number of its type.
      if (value.literal !== undefined) return `'"base64:type15:' || to_base64(${value.sql}) || '"'`;
      return notSupported('bytes in a JSON document', 'Write TO_BASE64, or CONVERT … USING utf8mb4.');
    default:
      return `CAST(to_json(${asText(value)}) AS VARCHAR)`;
  }
}
