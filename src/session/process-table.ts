import { type Cell, integerColumn, textColumn } from '../base/rows.ts';
import type { Table } from '../dispatch/answer.ts';
import type { Process } from './sessions.ts';

/** SHOW PROCESSLIST. `now`, ms. */
export function processTable(processes: readonly Process[], now: number): Table {
  const columns = [
    integerColumn('Id'),
    ...['User', 'Host', 'db', 'Command'].map((name) => textColumn(name, 64)),
    { ...integerColumn('Time'), type: 'LONG' as const, lengthBytes: 7 },
    textColumn('State', 64),
    textColumn('Info', 1_000),
  ];
  const rows = processes.map((process): Cell[] => [
    process.connectionId,
    process.user,
    `${process.address}:${process.port}`,
    process.database ?? null,
    process.command,
    Math.max(0, Math.floor((now - process.since) / 1_000)),
    process.sql === undefined ? '' : 'executing',
    process.sql ?? null,
  ]);
  return { columns, rows };
}
