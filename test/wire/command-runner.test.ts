import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { capability } from '../../src/wire/capabilities.ts';
import { RawClient, errorOf, usualCapabilities } from './support/raw-client.ts';
import { startTestServer } from './support/test-server.ts';

const good = { user: 'native', password: 'pw' };
const classic = usualCapabilities & ~capability.CONNECT_ATTRS & ~capability.DEPRECATE_EOF;
const ok = '00000002000000';

/** Commands with their whole answer, for a client that wants EOF packets. */
const cases: readonly { name: string; command: string; replies: readonly (string | number)[] }[] = [
  { name: 'COM_PING', command: '0e', replies: [ok] },
  { name: 'COM_REFRESH, whatever it refreshes', command: '07 04', replies: [ok] },
  { name: 'COM_INIT_DB', command: '0273686f70', replies: [ok] },
  { name: 'COM_INIT_DB of a missing database', command: '026d697373696e67', replies: [1049] },
  {
    name: 'COM_STATISTICS, a text without header',
    command: '09',
    replies: [Buffer.from('Uptime: 1  Threads: 1').toString('hex')],
  },
  { name: 'COM_DEBUG, with EOF', command: '0d', replies: ['fe00000200'] },
  { name: 'COM_SET_OPTION, with EOF', command: '1b0000', replies: ['fe00000200'] },
  { name: 'COM_SET_OPTION of an unknown option', command: '1b0700', replies: [1047] },
  { name: 'COM_RESET_CONNECTION', command: '1f', replies: [ok] },
  {
    name: 'COM_FIELD_LIST, with default values',
    command: '04740000',
    replies: [
      '0364656600000002696400 0c3f0014000000088000000000fb',
      '03646566000000046e616d6500 0c2d0078000000fd0000000000fb',
      'fe00000200',
    ],
  },
  { name: 'COM_FIELD_LIST of a missing table', command: '046d697373696e6700', replies: [1146] },
  {
    name: 'COM_QUERY',
    command: '0361',
    replies: [
      '01',
      '036465660000000474657874 00 0c2d0078000000fd0000000000',
      'fe00000200',
      '0161',
      'fe00000200',
    ],
  },
  { name: 'COM_STMT_FETCH of an unknown statement', command: '1c0100000001000000', replies: [1243] },
  { name: 'COM_STMT_RESET of an unknown statement', command: '1a63000000', replies: [1243] },
  { name: 'COM_STMT_EXECUTE of an unknown statement', command: '17630000000001000000', replies: [1243] },
  { name: 'COM_STMT_CLOSE, which has no answer', command: '1963000000', replies: [] },
  { name: 'COM_STMT_SEND_LONG_DATA, which has no answer', command: '1863000000000061', replies: [] },
  { name: 'COM_CREATE_DB, obsolete', command: '0561', replies: [1047] },
  { name: 'an unknown command', command: 'fa', replies: [1047] },
];

describe('the commands', () => {
  for (const { name, command, replies } of cases) {
    it(`answer ${name}`, async () => {
      await using server = await startTestServer();
      using client = await RawClient.loggedIn(server.port, { ...good, capabilities: classic });
      client.send(0, bytes(command));
      client.command(14);
      for (const expected of [...replies, ok]) {
        const reply = await client.payload();
        if (typeof expected === 'number') assert.equal(errorOf(reply).number, expected);
        else assert.equal(reply.toString('hex'), expected.replaceAll(' ', ''));
      }
    });
  }

  it('end a result with an OK packet where EOF is deprecated', async () => {
    await using server = await startTestServer();
    using client = await RawClient.loggedIn(server.port, good);
    client.command(3, 'a');
    const replies = [await client.payload(), await client.payload(), await client.payload()];
    assert.equal(replies[2]?.toString('hex'), '0161');
    assert.equal((await client.payload()).toString('hex'), 'fe000002000000');
  });

  for (const command of ['', '0c01', '1b', '04616263', '11616263', '17010000']) {
    it(`end the connection with one error on the malformed packet '${command}'`, async () => {
      await using server = await startTestServer();
      using client = await RawClient.loggedIn(server.port, good);
      client.send(0, bytes(command));
      client.command(14);
      assert.deepEqual(
        (await client.rest()).map((reply) => errorOf(reply).number),
        [1835],
      );
    });
  }
});

describe('prepared statements', () => {
  it('reuse the types of an earlier EXECUTE, and must have had some', async () => {
    await using server = await startTestServer();
    using client = await prepared(server.port);
    client.command(23, bytes('01000000000100000000 00'));
    assert.equal(errorOf(await client.payload()).number, 1582);
    client.command(23, bytes('0100000000010000000001 0800 0500000000000000'));
    assert.deepEqual(await rowOf(client), ['integer', '5']);
    client.command(23, bytes('0100000000010000000000 ffffffffffffffff'));
    assert.deepEqual(await rowOf(client), ['integer', '-1']);
  });

  it('take a parameter in pieces, for one EXECUTE', async () => {
    await using server = await startTestServer();
    using client = await prepared(server.port);
    for (const piece of ['ab', 'cd']) client.command(24, bytes(`010000000000${hex(piece)}`));
    client.command(23, bytes('0100000000010000000001 fd00'));
    assert.deepEqual(await rowOf(client), ['text', 'abcd']);
    client.command(23, bytes('0100000000010000000001 fd00 0165'));
    assert.deepEqual(await rowOf(client), ['text', 'e']);
  });

  it('forget the pieces when they are reset', async () => {
    await using server = await startTestServer();
    using client = await prepared(server.port);
    client.command(24, bytes(`010000000000${hex('ab')}`));
    client.command(26, bytes('01000000'));
    assert.equal((await client.payload())[0], 0);
    client.command(23, bytes('0100000000010000000001 fd00 0165'));
    assert.deepEqual(await rowOf(client), ['text', 'e']);
  });

  it('refuse at EXECUTE what came in too many pieces', async () => {
    await using server = await startTestServer({ limits: { longDataBytesMax: 3 } });
    using client = await prepared(server.port);
    for (const piece of ['ab', 'cd']) client.command(24, bytes(`010000000000${hex(piece)}`));
    client.command(23, bytes('0100000000010000000001 fd00'));
    assert.equal(errorOf(await client.payload()).number, 1153);
    client.command(23, bytes('0100000000010000000001 fd00 0165'));
    assert.deepEqual(await rowOf(client), ['text', 'e']);
  });

  it('are limited per connection, and closing one makes room', async () => {
    await using server = await startTestServer({ limits: { statementsPerConnectionMax: 1 } });
    using client = await prepared(server.port);
    client.command(22, 'select 2');
    assert.equal(errorOf(await client.payload()).number, 1461);
    client.command(25, bytes('01000000'));
    client.command(22, 'select 2');
    assert.equal((await client.payload())[0], 0);
  });

  it('are limited over all connections, and free when one ends or is reset', async () => {
    await using server = await startTestServer({ limits: { statementsMax: 1 } });
    using first = await prepared(server.port);
    using second = await RawClient.loggedIn(server.port, good);
    second.command(22, 'select 2');
    assert.equal(errorOf(await second.payload()).number, 1461);
    first.command(31);
    assert.equal((await first.payload())[0], 0);
    second.command(22, 'select 2');
    assert.equal((await second.payload())[0], 0);
  });

  it('are closed in the session when they do not fit the protocol', async () => {
    await using server = await startTestServer();
    using client = await RawClient.loggedIn(server.port, good);
    client.command(22, '?'.repeat(65_536));
    assert.equal(errorOf(await client.payload()).number, 1235);
    assert.ok(server.handler.calls.includes('close statement 1'));
  });
});

/** A client with statement 1 prepared, which has one parameter. */
async function prepared(port: number): Promise<RawClient> {
  const client = await RawClient.loggedIn(port, good);
  client.command(22, 'select ?');
  const reply = await client.payload();
  assert.equal(reply.toString('hex'), '000100000002000100000000');
  for (let count = 0; count < 3; count++) await client.payload();
  return client;
}

/** The two texts of the only row. */
async function rowOf(client: RawClient): Promise<readonly string[]> {
  const replies = [];
  for (let count = 0; count < 5; count++) replies.push(await client.payload());
  const row = replies[3] ?? Buffer.alloc(0);
  assert.equal(row.toString('hex', 0, 2), '0000');
  const first = row.subarray(3, 3 + row.readUInt8(2));
  return [first.toString(), row.toString('utf8', 4 + first.length)];
}

/** Bytes in hexadecimal, with spaces between fields. */
function bytes(text: string): Buffer {
  return Buffer.from(text.replaceAll(' ', ''), 'hex');
}

function hex(text: string): string {
  return Buffer.from(text).toString('hex');
}
