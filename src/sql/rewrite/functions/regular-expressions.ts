import { SqlError } from '../../../base/sql-error.ts';
import { duckdbText } from '../../duckdb-quote.ts';
import { asText } from '../conversions/texts.ts';
import { asInteger } from '../conversions/numbers.ts';
import { regexpCall } from '../macro-names.ts';
import { plainPattern } from '../plain-pattern.ts';
import {
  bigintType,
  booleanType,
  collatedOf,
  commonString,
  nullType,
  textType,
  type Rendered,
} from '../types.ts';
import { asCharacters } from './byte-strings.ts';
import { special, type FunctionEntry } from './definition.ts';

const nothing: Rendered = { sql: 'NULL', type: nullType };

/** Functions of regular expressions (manual, "Regular Expressions"), and the operator REGEXP. */
export const regexpFunctions: readonly FunctionEntry[] = [
  special('REGEXP_LIKE', [2, 3], ([text = nothing, pattern = nothing, matchType]) =>
    regexpLike(text, pattern, matchType),
  ),
  special('REGEXP_INSTR', [2, 6], ([text, pattern, ...more]) => {
    const call = regexpCallOf('REGEXP_INSTR', [text, pattern], {
      integers: more.slice(0, 3),
      matchType: more[3],
    });
    return call === undefined ? nothing : { sql: `CAST(${call} AS BIGINT)`, type: bigintType };
  }),
  special('REGEXP_SUBSTR', [2, 5], ([text, pattern, ...more]) => {
    const call = regexpCallOf('REGEXP_SUBSTR', [text, pattern], {
      integers: more.slice(0, 2),
      matchType: more[2],
    });
    return call === undefined ? nothing : { sql: call, type: textType };
  }),
  special('REGEXP_REPLACE', [3, 6], (values) => {
    const [text, pattern, replacement, ...more] = values;
    const sql =
      plainReplacement(values) ??
      regexpCallOf('REGEXP_REPLACE', [text, pattern, replacement], {
        integers: more.slice(0, 2),
        matchType: more[2],
      });
    return sql === undefined ? nothing : { sql, type: textType };
  }),
];

/** DuckDB's own library matches what both understand in the same way; the rest is matched by ours. */
export function regexpLike(text: Rendered, pattern: Rendered, matchType?: Rendered): Rendered {
  const plain = matchType === undefined ? plainSearch(text, pattern) : undefined;
  if (plain !== undefined) return { sql: plain, type: booleanType };
  const call = regexpCallOf('REGEXP_LIKE', [text, pattern], { integers: [], matchType });
  return call === undefined ? nothing : { sql: `(${call} = '1')`, type: booleanType };
}

function plainSearch(text: Rendered, pattern: Rendered): string | undefined {
  const plain = plainPatternOf(text, pattern, 'regexp_like');
  return plain && `regexp_matches(${asText(text)}, ${duckdbText(plain.pattern)}, '${plain.option}')`;
}

/** Patterns that match no empty text, and replacements that are taken as they are. */
function plainReplacement([text, pattern, replacement, ...more]: readonly Rendered[]): string | undefined {
  if (text === undefined || pattern === undefined || replacement === undefined || more.length > 0)
    return undefined;
  const isPlain = replacement.type.kind === 'text' && /^[^$\\]*$/.test(replacement.literal ?? '$');
  if (!isPlain || /[$*?|^]|\{0/.test(pattern.literal ?? '$') || pattern.literal?.includes('()') === true)
    return undefined;
  const plain = plainPatternOf(text, pattern, 'regexp_replace');
  if (plain === undefined) return undefined;
  const parts = [asText(text), duckdbText(plain.pattern), asText(replacement), `'g${plain.option}'`];
  return `regexp_replace(${parts.join(', ')})`;
}

function plainPatternOf(
  text: Rendered,
  pattern: Rendered,
  operation: string,
): Readonly<{ pattern: string; option: 'c' | 'i' }> | undefined {
  if (pattern.literal === undefined || pattern.type.kind !== 'text' || text.type.kind === 'null')
    return undefined;
  const { isBytes, isCased } = wayOfSearch([text, pattern], operation);
  const plain = isBytes ? undefined : plainPattern(pattern.literal, isCased);
  return plain === undefined ? undefined : { pattern: plain, option: isCased ? 'c' : 'i' };
}

type Others = Readonly<{
  /** The position and what follows it. */
  integers: readonly (Rendered | undefined)[];
  matchType: Rendered | undefined;
}>;

/** Undefined where an argument is NULL. */
function regexpCallOf(
  name: string,
  given: readonly (Rendered | undefined)[],
  { integers, matchType }: Others,
): string | undefined {
  const strings = given.map((value) => value ?? nothing);
  const numbers = integers.filter((value) => value !== undefined);
  const all = [...strings, ...numbers, ...(matchType === undefined ? [] : [matchType])];
  if (all.some(({ type }) => type.kind === 'null')) return undefined;
  const { isCased, isBytes } = wayOfSearch(strings, name.toLowerCase());
  const [text = '', pattern = '', ...replacement] = strings.map((value) =>
    isBytes ? asCharacters(value).sql : asText(value),
  );
  const own = isCased ? 'c' : 'i';
  const options =
    matchType?.literal !== undefined
      ? duckdbText(own + matchType.literal)
      : matchType === undefined
        ? `'${own}'`
        : `('${own}' || ${asText(matchType)})`;
  const places = numbers.map((value) => `CAST(${asInteger(value)} AS VARCHAR)`);
  return regexpCall(name, text, pattern, options, ...replacement, ...places);
}

/** Whether case counts. Text and bytes are not looked for in one another. Throws SqlError. */
function wayOfSearch(
  values: readonly Rendered[],
  operation: string,
): Readonly<{ isCased: boolean; isBytes: boolean }> {
  const [operand = nothing, pattern = nothing] = values;
  const type = commonString([operand.type, pattern.type], operation, 'comparison');
  const kinds = new Set([operand.type.kind, pattern.type.kind]);
  if (kinds.has('text') && kinds.has('binary')) {
    const [one, other] = [operand.type, pattern.type].map((each) => collatedOf(each).collation);
    throw new SqlError(
      'character_set_mismatch',
      `Character set '${one}' cannot be used in conjunction with '${other}' in call to ${operation}.`,
    );
  }
  return { isCased: type.kind === 'binary' || type.exact, isBytes: type.kind === 'binary' };
}
