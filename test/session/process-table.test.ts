import assert from 'node:assert/strict';
import { it } from 'node:test';
import { processTable } from '../../src/session/process-table.ts';
import type { Process } from '../../src/session/sessions.ts';

const sleeping: Process = {
  connectionId: 7,
  user: 'ann',
  address: '127.0.0.1',
  port: 40_001,
  tls: true,
  command: 'Sleep',
  since: 1_000,
  connectedAt: 0,
  database: undefined,
  sql: undefined,
};

it('SHOW PROCESSLIST counts whole seconds since the command began', () => {
  const { columns, rows } = processTable([sleeping], 5_900);
  assert.deepEqual(
    columns.map(({ name }) => name),
    ['Id', 'User', 'Host', 'db', 'Command', 'Time', 'State', 'Info'],
  );
  assert.deepEqual(rows, [[7, 'ann', '127.0.0.1:40001', null, 'Sleep', 4, '', null]]);
});

it('a running statement is shown with its database', () => {
  const running: Process = { ...sleeping, command: 'Query', database: 'shop', sql: 'SELECT 1', since: 6_000 };
  assert.deepEqual(processTable([running], 5_000).rows, [
    [7, 'ann', '127.0.0.1:40001', 'shop', 'Query', 0, 'executing', 'SELECT 1'],
  ]);
});
