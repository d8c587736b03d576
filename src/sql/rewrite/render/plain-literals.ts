import type { CompareOperator } from '../ast.ts';
import { isDefaultCollation } from '../collations.ts';
import { defaultCollation } from '../../ddl/character-sets.ts';
import { duckdbText } from '../../duckdb-quote.ts';
import { commonString, hasKey, isCoded, type Rendered } from '../types.ts';

/** ASCII but for the control characters that the collation passes over. Of these texts no two letters are equal but by their case. */
const plain = String.raw`[\t\n\r -~]*`;
const plainText = new RegExp(`^${plain}$`);

/** A column's name; anything else would be computed more than once. */
const columnName = /^(?:"(?:[^"]|"")+"\.)*"(?:[^"]|"")+"$/;

/**
 * `column = 'text'`, `<>` and `[NOT] IN`, where both are compared by the default collation and the texts are plain: where the column's
 * text is plain, too, its capitals are compared, since the collation's key costs several times as much. Undefined where it is otherwise.
 */
export function besidePlainLiterals(
  operator: CompareOperator | 'IN' | 'NOT IN',
  operand: Rendered,
  literals: readonly Rendered[],
): string | undefined {
  if (!['=', '<>', 'IN', 'NOT IN'].includes(operator)) return undefined;
  if (operand.type.kind !== 'text' || operand.literal !== undefined || !columnName.test(operand.sql))
    return undefined;
  const texts = literals.flatMap((each) =>
    each.literal !== undefined && plainText.test(each.literal) && isByDefault(operand, each)
      ? [each.literal]
      : [],
  );
  if (texts.length === 0 || texts.length < literals.length) return undefined;
  const list = (each: readonly string[]): string => {
    const written = each.map(duckdbText).join(', ');
    return operator.endsWith('IN') ? `(${written})` : written;
  };
  const capitals = `(upper(${operand.sql}) COLLATE C) ${operator} ${list(texts.map((text) => text.toUpperCase()))}`;
  const others = `${operand.sql} ${operator} ${list(texts)}`;
  return `(CASE WHEN regexp_full_match(${operand.sql}, '${plain}') THEN ${capitals} ELSE ${others} END)`;
}

/** The collation by which the two are compared is DuckDB's own. */
function isByDefault(operand: Rendered, literal: Rendered): boolean {
  if (literal.type.kind !== 'text' || isCoded(operand.type) || hasKey(operand.type)) return false;
  const type = commonString([operand.type, literal.type], '=', 'comparison');
  return type.kind === 'text' && isDefaultCollation(type.collation ?? defaultCollation);
}
