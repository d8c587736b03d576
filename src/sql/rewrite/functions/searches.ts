import { comparedCharacters } from '../collations.ts';
import { asInteger, asText } from '../conversions.ts';
import { macro } from '../macro-names.ts';
import { notSupported } from '../not-supported.ts';
import { compareValues } from '../render/comparison.ts';
import { bigintType, commonText, hasOwnCollation, nullType, type Rendered, type TextType } from '../types.ts';
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
    searched(what, list, (one, other) => macro('find_in_set', one, other)),
  ),
  special('STRCMP', [2, 2], ([left, right]) => compared(left, right)),
];

/** A text as LIKE and searches look at it, character by character. */
export function searchedText(sql: string, type: TextType): string {
  return hasOwnCollation(type) ? comparedCharacters(sql, type.collation) : macro('fold', sql);
}

/** The text that is searched says how. Where accents count, MySQL finds a letter without one in the beginning of one that has it. */
function placed(...[what, text, make]: Parameters<typeof searched>): Rendered {
  const type = commonText(text === undefined ? [] : [text.type]);
  if (/_0900_as_c[is]/.test(type.collation ?? ''))
    notSupported(`a search in text of the collation '${type.collation}'`);
  const isText = what?.type.kind === 'text';
  return searched(isText ? { ...what, type } : what, text, make);
}

function searched(
  what: Rendered | undefined,
  text: Rendered | undefined,
  make: (what: string, text: string) => string,
): Rendered {
  if (what === undefined || text === undefined) return { sql: 'NULL', type: nullType };
  if (what.type.kind === 'null' || text.type.kind === 'null') return { sql: 'NULL', type: nullType };
  if (what.type.kind === 'binary' || text.type.kind === 'binary')
    return { sql: make(asText(what), asText(text)), type: bigintType };
  const type = commonText([what.type, text.type], 'locate');
  const [one = '', other = ''] = [what, text].map((each) => searchedText(asText(each), type));
  return { sql: make(one, other), type: bigintType };
}

function compared(left: Rendered | undefined, right: Rendered | undefined): Rendered {
  if (left === undefined || right === undefined) return { sql: 'NULL', type: nullType };
  if (left.type.kind === 'null' || right.type.kind === 'null') return { sql: 'NULL', type: nullType };
  const [one, other] = [left, right].map((each): Rendered =>
    each.type.kind === 'text' ? each : { sql: asText(each), type: commonText([each.type]) },
  ) as [Rendered, Rendered];
  const less = compareValues('<', one, other);
  const greater = compareValues('>', one, other);
  return {
    sql: `(CASE WHEN ${less} THEN -1 WHEN ${greater} THEN 1 WHEN ${one.sql} IS NULL OR ${other.sql} IS NULL THEN NULL ELSE 0 END)`,
    type: bigintType,
  };
}
