import { SqlError } from '../../../base/sql-error.ts';
import type { ColumnName } from '../../../sql/rewrite/ast.ts';
import type { TableDefinition } from '../../../sql/ddl/definition.ts';
import { readRowChoice, usesKey } from '../../../sql/rewrite/key-conditions.ts';
import type { StatementScope } from '../statement/scope.ts';
import { numberVariable } from '../statement/number-variable.ts';
import { lexingOf } from '../translation/sql-mode.ts';
import { sameName } from '../physical/names.ts';
import type { NamedTable } from './table-references.ts';

/**
 * sql_safe_updates (manual, "Using Safe-Updates Mode"): rows are changed by a key or up to a LIMIT only. Throws MySQL's 1175.
 * `choice`: what follows FROM or UPDATE, without SET. MySQL asks whether its plan uses a key; here it is whether one could be.
 */
export function requireSafeChoice(
  scope: StatementScope,
  targets: readonly NamedTable[],
  choice: string,
): void {
  if (scope.context.variable('sql_safe_updates') === undefined) return;
  if (numberVariable(scope.context, 'sql_safe_updates') === 0) return;
  const { hasLimit, conditions } = readRowChoice(choice, lexingOf(scope.sqlMode), scope.sqlMode);
  if (hasLimit) return;
  for (const { table, view, alias } of targets) {
    const keys = leadingColumns(table.definition);
    const isKey = (column: ColumnName): boolean =>
      (column.table === undefined || sameName(column.table, alias)) &&
      // A view may call the columns otherwise.
      (view !== undefined || keys.has(column.name.toLowerCase()));
    if (!conditions.some((condition) => usesKey(condition, isKey))) throw unsafe();
  }
}

/** The first columns of the keys, in lower case. */
function leadingColumns({ primaryKey, keys }: TableDefinition): ReadonlySet<string> {
  const all = primaryKey === undefined ? keys : [primaryKey, ...keys];
  return new Set(all.flatMap(({ parts }) => parts[0]?.column.toLowerCase() ?? []));
}

function unsafe(): SqlError {
  return new SqlError(
    'safe_update',
    'You are using safe update mode and you tried to update a table without a WHERE that uses a KEY column.',
    { hint: 'Add a condition on a key or a LIMIT, or SET sql_safe_updates = 0.' },
  );
}
