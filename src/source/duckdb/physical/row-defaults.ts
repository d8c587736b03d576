import { SqlError } from '../../../base/sql-error.ts';
import type { ColumnDefinition, TableDefinition } from '../../../sql/ddl/definition.ts';
import { tokenize } from '../../../sql/lexer.ts';
import { columnsOfExpression } from '../../../sql/rewrite/names-read.ts';
import { mysqlLexing } from '../../../sql/token.ts';
import { columnIndex, sameName } from './names.ts';

/** True for a DEFAULT that reads other columns of its row, such as `(a + 1)`. */
export function readsRow(column: ColumnDefinition): boolean {
  return namesRead(column.default?.text).length > 0;
}

/**
 * Refuses what MySQL refuses of such defaults and of generated columns beside them: columns are computed in their order, so one
 * that is computed sees only those before it. Throws 3767, 3768 and 3107.
 */
export function checkRowDefaults(definition: TableDefinition): void {
  for (const [index, column] of definition.columns.entries()) {
    for (const name of namesRead(column.default?.text)) {
      const at = columnIndex(definition, name);
      const read = definition.columns[at];
      if (read?.autoIncrement === true) throw readsNumber(column);
      if (at >= index && read !== undefined && isComputed(read)) throw readsLater(column);
    }
    if (column.generated === undefined) continue;
    const names = namesRead(`(${column.generated.expression.text})`).map((name) =>
      columnIndex(definition, name),
    );
    const isLate = names.some((at) => {
      const read = definition.columns[at];
      return at > index && read !== undefined && readsRow(read);
    });
    if (isLate) {
      const text = 'Generated column can refer only to generated columns defined prior to it.';
      throw new SqlError('generated_column_order', text);
    }
  }
}

/** Throws MySQL's 3766 for a column that goes, or gets another name, while a DEFAULT reads it. */
export function refuseNeeded(definition: TableDefinition, name: string): void {
  const isNeeded = definition.columns.some(
    (column) =>
      !sameName(column.name, name) && namesRead(column.default?.text).some((read) => sameName(read, name)),
  );
  if (!isNeeded) return;
  throw new SqlError(
    'default_dependency',
    `Column '${name}' of table '${definition.name}' has a default value expression dependency and cannot be dropped or renamed.`,
  );
}

function readsNumber({ name }: ColumnDefinition): SqlError {
  const text = `Default value expression of column '${name}' cannot refer to an auto-increment column.`;
  return new SqlError('default_of_auto_increment', text);
}

function readsLater({ name }: ColumnDefinition): SqlError {
  return new SqlError(
    'default_column_order',
    `Default value expression of column '${name}' cannot refer to a column defined after it if that column is a generated ` +
      'column or has an expression as default value.',
  );
}

function isComputed({ generated, default: value }: ColumnDefinition): boolean {
  return generated !== undefined || value?.text.startsWith('(') === true;
}

/** Only what stands in parentheses is an expression. */
function namesRead(text: string | undefined): readonly string[] {
  if (text?.startsWith('(') !== true) return [];
  return columnsOfExpression(tokenize(text, mysqlLexing), text);
}
