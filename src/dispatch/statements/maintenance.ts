import { assert } from '../../base/assert.ts';
import { collectRows } from '../../base/cells.ts';
import { type Cell, integerColumn, resultOfRows, textColumn } from '../../base/rows.ts';
import { SqlError } from '../../base/sql-error.ts';
import { refuseOtherCatalog } from '../analysis.ts';
import { quoteName } from '../../sql/quote.ts';
import type { Warning } from '../../source/query.ts';
import type { Maintenance } from '../../sql/maintenance.ts';
import { type Answer, rowsAnswer } from '../answer.ts';
import type { SessionState } from '../session-state.ts';
import { errorNumber } from '../sql-error.ts';

const checksumColumns = [textColumn('Table', 128), integerColumn('Checksum', true)];
const columns = ['Table', 'Op', 'Msg_type', 'Msg_text'].map((name) => textColumn(name, 128));

/**
 * CHECK TABLE reads every value of every row, so that the engine verifies the checksums of all blocks. The engine
 * keeps statistics and space by itself: ANALYZE, OPTIMIZE and REPAIR answer as MySQL does for such engines.
 */
export async function maintenance(
  statement: Maintenance,
  state: SessionState,
  signal: AbortSignal,
): Promise<Answer> {
  const { action } = statement;
  if (action === 'CHECKSUM') return checksums(statement, state, signal);
  const rows: Cell[][] = [];
  for (const path of statement.tables) {
    const table = nameOf(path, state);
    const lines = await linesOf(action, table, state, signal);
    rows.push(
      ...lines.map(([type, text]) => [`${table.database}.${table.name}`, action.toLowerCase(), type, text]),
    );
  }
  return rowsAnswer({ columns, rows });
}

/** A row for each table, with NULL and an error among the warnings for one that has no checksum. */
async function checksums(
  { tables, quick }: Maintenance,
  state: SessionState,
  signal: AbortSignal,
): Promise<Answer> {
  const rows: Cell[][] = [];
  const warnings: Warning[] = [];
  for (const path of tables) {
    const table = nameOf(path, state);
    const shown = `${table.database}.${table.name}`;
    try {
      rows.push([shown, await checksumOf(table, quick === true, state, signal)]);
    } catch (error) {
      const isTold = error instanceof SqlError && error.kind !== 'table_access_denied';
      if (!isTold || signal.aborted) throw error;
      rows.push([shown, null]);
      warnings.push({ level: 'Error', number: errorNumber(error.kind), message: error.message });
    }
  }
  return { kind: 'rows', result: resultOfRows(checksumColumns, rows), warnings };
}

async function checksumOf(
  { database, name }: TableName,
  isQuick: boolean,
  state: SessionState,
  signal: AbortSignal,
): Promise<Cell> {
  const sql = `CHECKSUM TABLE ${quoteName(database)}.${quoteName(name)}${isQuick ? ' QUICK' : ''}`;
  const answer = await state.engine.run(sql, [], state.context, signal);
  assert(answer.kind === 'rows', 'CHECKSUM TABLE gives a row');
  const [[checksum = null] = []] = await collectRows(answer.result, 1);
  return checksum;
}

type TableName = Readonly<{ database: string; name: string }>;
type Line = readonly [type: string, text: string];

async function linesOf(
  action: string,
  table: TableName,
  state: SessionState,
  signal: AbortSignal,
): Promise<readonly Line[]> {
  try {
    await readTable(table, action === 'CHECK' ? '' : ' LIMIT 0', state, signal);
  } catch (error) {
    const isTold = error instanceof SqlError && error.kind !== 'table_access_denied';
    if (!isTold || signal.aborted) throw error;
    return [
      ['Error', error.message],
      ['status', 'Operation failed'],
    ];
  }
  if (action === 'CHECK') return [['status', 'OK']];
  return [['note', `The storage engine for the table doesn't support ${action.toLowerCase()}`]];
}

async function readTable(
  { database, name }: TableName,
  limit: string,
  state: SessionState,
  signal: AbortSignal,
): Promise<void> {
  const sql = `SELECT * FROM ${quoteName(database)}.${quoteName(name)}${limit}`;
  const answer = await state.engine.run(sql, [], state.context, signal);
  if (answer.kind !== 'rows') return;
  for await (const batch of answer.result.batches) void batch;
}

function nameOf(path: readonly string[], state: SessionState): TableName {
  refuseOtherCatalog(path.at(-3));
  const database = path.at(-2) ?? state.database;
  if (database === undefined) throw new SqlError('no_database_selected', 'No database selected');
  return { database, name: path.at(-1) ?? '' };
}
