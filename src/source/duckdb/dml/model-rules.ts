import { SqlError } from '../../../base/sql-error.ts';
import type { ColumnDefinition } from '../../../sql/ddl/definition.ts';
import { notYet } from '../../../sql/not-yet.ts';
import { tokenize } from '../../../sql/lexer.ts';
import type { StoredTable } from '../dictionary/stored-object.ts';
import { replacingModel, uniqueKeys } from '../physical/keys.ts';
import { sameName } from '../physical/names.ts';
import type { ChangeTarget } from './change-target.ts';
import type { StatementScope } from '../statement/scope.ts';
import { lexingOf } from '../translation/sql-mode.ts';

/**
 * StarRocks changes rows of PRIMARY KEY tables alone, and never their keys; rows of AGGREGATE and UNIQUE KEY tables are
 * changed by inserting. DUPLICATE KEY tables can be changed here, which StarRocks refuses too: nothing is lost by it.
 */
export function checkUpdate(table: StoredTable, columns: readonly ColumnDefinition[]): void {
  const model = replacingModel(table.definition);
  if (model === undefined) return;
  if (model !== 'PRIMARY') throw analysis(`table ${table.name} does not support update`);
  const [key] = uniqueKeys(table.definition);
  const changed = columns.find((column) => key?.parts.some((part) => part.column === column) === true);
  if (changed !== undefined) throw analysis(`primary key column cannot be updated: ${changed.name}`);
}

/** StarRocks deletes from AGGREGATE and UNIQUE KEY tables by their keys alone. `tail`: WHERE and what follows. */
export function checkDelete(scope: StatementScope, { table, view }: ChangeTarget, tail: string): void {
  const model = replacingModel(table.definition);
  if (model === undefined || model === 'PRIMARY') return;
  if (view !== undefined) throw notYet(`DELETE through a view of a table with ${model} KEY`);
  const tokens = tokenize(tail, lexingOf(scope.sqlMode));
  if (tokens[0]?.upper !== 'WHERE') throw analysis('Where clause is not set');
  const { columns } = table.definition;
  for (const [index, token] of tokens.entries()) {
    const isName = token.kind === 'word' || token.kind === 'quoted';
    if (!isName || tokens[index + 1]?.text === '(' || tokens[index + 1]?.text === '.') continue;
    const at = columns.findIndex((column) => sameName(column.name, token.value));
    if (at < (table.definition.model?.columns.length ?? 0)) continue;
    throw analysis(
      `Column[${columns[at]?.name}] is not key column or storage model is not duplicate or column type is float or double.`,
    );
  }
}

function analysis(text: string): SqlError {
  return new SqlError('analysis', `Getting analyzing error. Detail message: ${text}`);
}
