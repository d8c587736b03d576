import { tokenize } from '../lexer.ts';
import type { LexerOptions } from '../token.ts';
import type { ColumnName, Expression, TableExpression } from './ast.ts';
import { grammar } from './parse/grammar.ts';
import { queryReader, readQuery } from './parse/query-reader.ts';
import { children } from './walk.ts';

/** How an UPDATE or DELETE chooses its rows. */
export type RowChoice = Readonly<{
  hasLimit: boolean;
  /** The condition of WHERE, and those of joins. */
  conditions: readonly Expression[];
}>;

/** Reads what follows FROM: tables, WHERE, ORDER BY and LIMIT. Throws SqlError for what is none. */
export function readRowChoice(
  behindFrom: string,
  options: LexerOptions,
  modes: ReadonlySet<string>,
): RowChoice {
  const text = `SELECT 1 FROM ${behindFrom}`;
  const reader = queryReader(grammar, { tokens: tokenize(text, options), text, modes });
  const { body, limit } = readQuery(reader);
  if (body.kind !== 'select') return { hasLimit: limit !== undefined, conditions: [] };
  const joined = body.from.flatMap(joinConditions);
  const conditions = body.where === undefined ? joined : [body.where, ...joined];
  return { hasLimit: limit !== undefined, conditions };
}

function joinConditions(table: TableExpression): readonly Expression[] {
  if (table.kind !== 'join') return [];
  const own = table.on === undefined ? [] : [table.on];
  return [...own, ...joinConditions(table.left), ...joinConditions(table.right)];
}

/** Whether a key of the table in question begins with the column. */
export type IsKey = (column: ColumnName) => boolean;

/** Whether the rows that fit can be found by a key. */
export function usesKey(condition: Expression, isKey: IsKey): boolean {
  switch (condition.kind) {
    case 'logical':
      return condition.operator === 'AND'
        ? condition.operands.some((operand) => usesKey(operand, isKey))
        : condition.operator === 'OR' && condition.operands.every((operand) => usesKey(operand, isKey));
    case 'compare': {
      const { operator, left, right } = condition;
      if (operator === '<>') return false;
      return isKeyBeside(left, [right], isKey) || isKeyBeside(right, [left], isKey);
    }
    case 'in':
      return !condition.negated && isKeyBeside(condition.operand, condition.items, isKey);
    case 'between':
      return !condition.negated && isKeyBeside(condition.operand, [condition.low, condition.high], isKey);
    case 'like':
      return (
        !condition.negated && beginsFixed(condition.pattern) && isKeyBeside(condition.operand, [], isKey)
      );
    case 'is':
      return condition.test === 'NULL' && isKeyBeside(condition.operand, [], isKey);
    default:
      return false;
  }
}

/** A key's column, and beside it nothing that needs a look at the row of the same table. */
function isKeyBeside(column: Expression, others: readonly Expression[], isKey: IsKey): boolean {
  if (column.kind !== 'column' || !isKey(column)) return false;
  return others.every((other) => !namesTable(other, column.table));
}

function namesTable(node: Expression, table: string | undefined): boolean {
  if (node.kind === 'column') return node.table === table;
  return children(node).some((child) => namesTable(child, table));
}

function beginsFixed(pattern: Expression): boolean {
  return pattern.kind === 'string' && !/^[%_]|^$/.test(pattern.value);
}
