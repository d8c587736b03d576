import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { integerColumn, resultOfRows } from '../../src/base/rows.ts';
import { SqlError } from '../../src/base/sql-error.ts';
import { capability } from '../../src/wire/capabilities.ts';
import { RawClient, errorOf, usualCapabilities } from './support/raw-client.ts';
import { type Answers, okAnswer } from './support/test-handler.ts';
import { startTestServer } from './support/test-server.ts';

const good = { user: 'native', password: 'pw' };
const classic = usualCapabilities & ~capability.CONNECT_ATTRS & ~capability.DEPRECATE_EOF;

describe('cursors', () => {
  /** EXECUTE of statement 1 with the flag CURSOR_TYPE_READ_ONLY. */
  const execute = '01000000 01 01000000';
  const open = 'fe00004200';
  const atEnd = 'fe00008200';
  const threeRows: Answers[string] = (reply) => {
    const result = resultOfRows([integerColumn('n')], [[1], [2], [3]]);
    return reply.resultSet(result, () => ({ warnings: 0, status: okAnswer.status }), false);
  };
  /** A client with a statement of three rows, its cursor open. */
  async function opened(port: number): Promise<RawClient> {
    const client = await RawClient.loggedIn(port, { ...good, capabilities: classic });
    client.command(22, 'three');
    for (let count = 0; count < 4; count++) await client.payload();
    client.command(23, hex(execute));
    assert.equal((await client.payload()).toString('hex'), '01');
    await client.payload();
    assert.equal((await client.payload()).toString('hex'), open, 'columns end with CURSOR_EXISTS');
    return client;
  }
  async function fetch(client: RawClient, rows: number): Promise<readonly string[]> {
    client.command(28, hex(`01000000 0${rows}000000`));
    const replies: string[] = [];
    do replies.push((await client.payload()).toString('hex'));
    while (!replies.at(-1)?.startsWith('fe') && !replies.at(-1)?.startsWith('ff'));
    return replies;
  }
  const row = (value: number): string => `0000${value.toString(16).padStart(2, '0').padEnd(16, '0')}`;

  it('give their rows to FETCH, and say when the last is sent', async () => {
    await using server = await startTestServer({ answers: { three: threeRows } });
    using client = await opened(server.port);
    assert.deepEqual(await fetch(client, 2), [row(1), row(2), open]);
    assert.deepEqual(await fetch(client, 2), [row(3), atEnd]);
    client.command(28, hex('0100000001000000'));
    assert.equal(errorOf(await client.payload()).number, 1421);
  });

  it('outlast other statements of their connection', async () => {
    await using server = await startTestServer({ answers: { three: threeRows } });
    using client = await opened(server.port);
    client.command(14);
    assert.equal((await client.payload())[0], 0);
    assert.deepEqual(await fetch(client, 9), [row(1), row(2), row(3), atEnd]);
  });

  it('end with a reset and with the next EXECUTE', async () => {
    await using server = await startTestServer({ answers: { three: threeRows } });
    using client = await opened(server.port);
    client.command(26, hex('01000000'));
    await client.payload();
    client.command(28, hex('0100000001000000'));
    assert.equal(errorOf(await client.payload()).number, 1421);
    client.command(23, hex(execute));
    for (let count = 0; count < 3; count++) await client.payload();
    assert.deepEqual(await fetch(client, 1), [row(1), open]);
    client.command(23, hex(execute));
    for (let count = 0; count < 3; count++) await client.payload();
    assert.deepEqual(await fetch(client, 1), [row(1), open]);
  });

  it('are not left behind by a statement that fails on its way', async () => {
    const failing: Answers[string] = async () => {
      throw new SqlError('syntax', 'it broke');
    };
    await using server = await startTestServer({ answers: { three: failing } });
    using client = await RawClient.loggedIn(server.port, { ...good, capabilities: classic });
    client.command(22, 'three');
    for (let count = 0; count < 4; count++) await client.payload();
    client.command(23, hex(execute));
    assert.equal(errorOf(await client.payload()).number, 1064);
    client.command(28, hex('0100000001000000'));
    assert.equal(errorOf(await client.payload()).number, 1421);
  });
});

/** Bytes in hexadecimal, with spaces between fields. */
function hex(text: string): Buffer {
  return Buffer.from(text.replaceAll(' ', ''), 'hex');
}
