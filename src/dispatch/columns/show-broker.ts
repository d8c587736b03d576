import { textColumn } from '../../base/rows.ts';
import { timeText } from '../../base/time-text.ts';
import { brokerNames } from '../../repository/broker.ts';
import type { Table } from '../answer.ts';

const names = ['Name', 'IP', 'Port', 'Alive', 'LastStartTime', 'LastUpdateTime', 'ErrMsg'];

/** SHOW BROKER: the clients of storage that live in this process. `startedAt`, ms. */
export function brokerTable(startedAt: number): Table {
  const started = timeText(startedAt);
  const rows = brokerNames.map((name) => [name, '127.0.0.1', '0', 'true', started, started, '']);
  return { columns: names.map((name) => textColumn(name)), rows };
}
