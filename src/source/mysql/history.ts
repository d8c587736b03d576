import { quoteName } from '../../sql/quote.ts';
import type { DescribedColumn } from './column-plan.ts';
import type { MysqlConnection } from './connection.ts';
import { columnsOf, type TableText } from './table-text.ts';

/** Rows of the past of a system-versioned table (MariaDB Knowledge Base, "System-Versioned Tables"). */
export type History = Readonly<{
  /** The columns from when and to when a row is valid, where the table does not name them itself. */
  hiddenColumns: readonly DescribedColumn[];
  /** The column to when: a key's rows differ by it. */
  end: string;
  /** Partitions by time have rows of the past like any others, and no query of them may ask for the past. */
  isByTime: boolean;
}>;

const hiddenNames = { start: 'row_start', end: 'row_end' } as const;

/** Undefined without versions, and for those kept by transactions: their ids mean nothing on another server. */
export function historyOf(table: TableText): History | undefined {
  if (!/\bWITH SYSTEM VERSIONING$/.test(table.options)) return undefined;
  const [start, end] = (['START', 'END'] as const).map((which) =>
    columnsOf(table).find(({ period }) => period === which),
  );
  if (start?.type === 'BIGINT') return undefined;
  return {
    hiddenColumns: start === undefined ? Object.values(hiddenNames).map(timeColumn) : [],
    end: end?.name ?? hiddenNames.end,
    isByTime: /^PARTITION BY SYSTEM_TIME\b/.test(table.partitioning),
  };
}

/** What stands behind FROM so that all rows are read, those of the past too. `partition`: of the table. */
export function rowsOf(table: string, partition: string | undefined, history: History | undefined): string {
  const from = partition === undefined ? table : `${table} PARTITION (${quoteName(partition)})`;
  const isPlain = history === undefined || (history.isByTime && partition !== undefined);
  return isPlain ? from : `${from} FOR SYSTEM_TIME ALL`;
}

/** Whether the server takes rows with their times as they were (MariaDB 10.11.0). Throws SourceError. */
export async function takesHistory(connection: MysqlConnection, signal: AbortSignal): Promise<boolean> {
  const found = await connection.rows("SHOW VARIABLES LIKE 'system_versioning_insert_history'", signal);
  return found.length > 0;
}

function timeColumn(name: string): DescribedColumn {
  return {
    name,
    dataType: 'timestamp',
    columnType: 'timestamp(6)',
    precision: 0,
    scale: 0,
    characterSet: undefined,
  };
}
