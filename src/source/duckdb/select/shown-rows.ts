import type { Cell, Column } from '../../../base/rows.ts';
import { integerColumn, textColumn } from '../../../base/rows.ts';
import { SqlError } from '../../../base/sql-error.ts';
import { notYet } from '../../../sql/not-yet.ts';
import type { ObjectAccess } from '../../object-access.ts';
import type { Engine } from '../engine/engine.ts';
import { sqlErrorOf } from '../connection/errors.ts';
import { interrupting } from '../connection/interruptible.ts';
import { loadRows } from '../connection/loose-rows.ts';
import { systemContext } from '../translation/system-context.ts';
import { columnShape } from '../translation/table-shape.ts';
import { translateSelect } from '../translation/translator.ts';

/** Rows that are no table's, such as those of a SHOW: each cell a whole number, a text or NULL. */
export type ShownRows = Readonly<{
  columns: readonly string[];
  rows: readonly (readonly Cell[])[];
  /** Conditions of MySQL's dialect over the columns. */
  where?: string;
  orderBy?: string;
}>;

const database = 'information_schema';
const numberColumn = '__row';
const tableName = '__shown_rows';

/**
 * Numbers of the rows that the condition keeps, in the order that was asked for, else in their own. The rows go into a
 * temporary table: a statement that held them would take seconds to be read, on the thread that answers clients.
 */
export async function selectShown(
  engine: Engine,
  { columns, rows, where, orderBy }: ShownRows,
  signal: AbortSignal,
): Promise<readonly number[]> {
  using connection = await engine.connect();
  using _interrupts = interrupting(connection, signal);
  try {
    const typed = [integerColumn(numberColumn), ...columns.map((name, at) => columnOf(name, rows, at))];
    const numbered = rows.map((row, index) => [index, ...row]);
    await loadRows(connection, { name: tableName, columns: typed, rows: numbered });
    const condition = where === undefined ? '' : ` WHERE (${where})`;
    const order = orderBy === undefined ? '' : `${orderBy}, `;
    const text = `SELECT \`${numberColumn}\` FROM shown${condition} ORDER BY ${order}\`${numberColumn}\``;
    const shape = { columns: typed.map((column) => columnShape(column)), primaryKey: [], uniqueKeys: [] };
    const shown = { database, name: 'shown', sql: `temp.main."${tableName}"`, shape };
    const context = { ...systemContext(engine, database), access: rowsAlone };
    const { sql } = translateSelect(engine, context, text, { substitutes: [shown] });
    return (await connection.facts(sql)).map(([number]) => Number(number));
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof SqlError ? error : sqlErrorOf(error, { database });
  }
}

/** The condition is a login's, and runs with nobody's privileges: it may read the rows that are shown and no more. */
const rowsAlone: ObjectAccess = {
  require: () => {
    throw notYet('a stored function in the WHERE of SHOW');
  },
  sees: () => false,
  seesFunction: () => false,
  ofAccount: () => rowsAlone,
  mayOperate: false,
};

/** By what the cells are: a SHOW may show numbers in a column of texts, and compares them as such. */
function columnOf(name: string, rows: readonly (readonly Cell[])[], at: number): Column {
  const cells = rows.flatMap((row) => (row[at] === null || row[at] === undefined ? [] : [row[at]]));
  return cells.length > 0 && cells.every((cell) => isNumber(cell)) ? integerColumn(name) : textColumn(name);
}

function isNumber(cell: Cell): boolean {
  return typeof cell === 'bigint' || Number.isInteger(cell);
}
