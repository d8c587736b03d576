import { assert } from '../../../base/assert.ts';
import { comparedCharacters } from '../collations.ts';
import type { Purpose } from '../coercibility.ts';
import { asText, textBeside } from '../conversions/texts.ts';
import { asInteger } from '../conversions/numbers.ts';
import { macro } from '../macro-names.ts';
import { notSupported } from '../not-supported.ts';
import { compareStrings } from '../render/comparison.ts';
import {
  bigintType,
  commonString,
  hasOwnCollation,
  nullType,
  type Rendered,
  type TextType,
} from '../types.ts';
import { special, type FunctionEntry } from './definition.ts';

/** Functions that look for one text in another, or compare two, by their collation. */
export const searchFunctions: readonly FunctionEntry[] = [
  special('LOCATE', [2, 3], ([what, text, from]) =>
    placed(what, text, (one, other) =>
      macro('locate', one, other, from === undefined ? '1' : asInteger(from)),
    ),
  ),
  special('INSTR', [2, 2], ([text, what]) =>
    placed(what, text, (one, other) => macro('locate', one, other, '1')),
  ),
  special('FIND_IN_SET', [2, 2], ([what, list]) =>
    searched(what, list, 'comparison', (one, other) => macro('find_in_set', one, other)),
  ),
  special('STRCMP', [2, 2], ([left, right]) => compared(left, right)),
];

/** A text as LIKE and searches look at it, character by character. */
export function searchedText(sql: string, type: TextType): string {
  return hasOwnCollation(type) ? comparedCharacters(sql, type.collation) : macro('fold', sql);
}

/** The text that is searched says how. Where accents count, MySQL finds a letter without one in the beginning of one that has it. */
function placed(
  what: Rendered | undefined,
  text: Rendered | undefined,
  make: (what: string, text: string) => string,
): Rendered {
  const { type } = text ?? nothing;
  if (type.kind === 'text' && /_0900_as_c[is]/.test(type.collation ?? ''))
    notSupported(`a search in text of the collation '${type.collation}'`);
  const isText = type.kind === 'text' && what?.type.kind === 'text';
  return searched(isText ? { ...what, type } : what, text, 'result', make);
}

function searched(
  what: Rendered | undefined,
  text: Rendered | undefined,
  purpose: Purpose,
  make: (what: string, text: string) => string,
): Rendered {
  if (what === undefined || text === undefined) return nothing;
  if (what.type.kind === 'null' || text.type.kind === 'null') return nothing;
  const type = commonString([what.type, text.type], 'find_in_set', purpose);
  // Bytes are looked for by `renderOfBytes`.
  assert(type.kind === 'text', 'a search in text');
  const [one = '', other = ''] = [what, text].map((each) =>
    searchedText(asText(textBeside(each, type)), type),
  );
  return { sql: make(one, other), type: bigintType };
}

const nothing: Rendered = { sql: 'NULL', type: nullType };

function compared(left: Rendered | undefined, right: Rendered | undefined): Rendered {
  if (left === undefined || right === undefined) return { sql: 'NULL', type: nullType };
  if (left.type.kind === 'null' || right.type.kind === 'null') return { sql: 'NULL', type: nullType };
  const type = commonString([left.type, right.type], 'strcmp', 'comparison');
  const less = compareStrings('<', left, right, type);
  const greater = compareStrings('>', left, right, type);
  return {
    sql: `(CASE WHEN ${less} THEN -1 WHEN ${greater} THEN 1 WHEN ${left.sql} IS NULL OR ${right.sql} IS NULL THEN NULL ELSE 0 END)`,
    type: bigintType,
  };
}
