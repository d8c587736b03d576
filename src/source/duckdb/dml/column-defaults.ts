import { SqlError } from '../../../base/sql-error.ts';
import type { ColumnDefinition } from '../../../sql/ddl/definition.ts';
import type { StatementScope } from '../statement/scope.ts';
import { isStrict } from '../translation/sql-mode.ts';
import { nullSql } from '../physical/types.ts';
import { implicitDefault } from './bad-values.ts';
import type { SourceKind } from './conversion-sql.ts';
import { evaluate, evaluatedSource } from './evaluate.ts';

export type ColumnSource = Readonly<{ source: string; kind: SourceKind }>;

/** What a column gets that the statement does not name. Throws 1364 in strict mode when there is nothing. */
export async function omittedColumn(
  scope: StatementScope,
  column: ColumnDefinition,
  ignore: boolean,
): Promise<ColumnSource> {
  if (column.default !== undefined) return defaultSource(scope, column);
  if (column.nullable) return { source: nullSql(column.type), kind: 'same' };
  const message = `Field '${column.name}' doesn't have a default value`;
  if (isStrict(scope.sqlMode) && !ignore) throw new SqlError('no_default', message);
  scope.warnings.push({ level: 'Warning', number: 1364, message });
  const value = implicitDefault(column.type);
  if (value === null) throw new SqlError('no_default', message);
  return evaluatedSource(value);
}

/** The value of a column's DEFAULT: computed once for a statement, as MySQL does for all but random functions. */
async function defaultSource(scope: StatementScope, column: ColumnDefinition): Promise<ColumnSource> {
  const text = column.default?.text ?? 'NULL';
  const [value] = await evaluate(scope, [text]);
  return evaluatedSource(value ?? null);
}
