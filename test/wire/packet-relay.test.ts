import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { framed, RawClient } from './support/raw-client.ts';
import { startTestServer } from './support/test-server.ts';

const good = { user: 'native', password: 'pw' };

describe('packets of another server', () => {
  it('reach the client as they are, under the sequence numbers of its connection', async () => {
    await using server = await startTestServer();
    const frames = [
      framed(200, Buffer.from('one')),
      framed(7, Buffer.alloc(0)),
      framed(0, Buffer.from('three')),
    ];
    server.handler.passed.set('elsewhere', [Buffer.concat(frames.slice(0, 2)), frames[2] as Buffer]);
    using client = await RawClient.loggedIn(server.port, good);
    client.command(3, 'elsewhere');
    for (const [index, text] of ['one', '', 'three'].entries()) {
      assert.deepEqual(await client.packet(), { payload: Buffer.from(text), sequence: index + 1 });
    }
    client.command(3, 'here');
    assert.equal((await client.packet())?.sequence, 1);
  });

  it('may be longer than what the system takes at once: their buffer is used again when it has been sent', async () => {
    await using server = await startTestServer();
    const payloads = [15_000_000, 20_000, 100, 15_000_001].map((length, at) => Buffer.alloc(length, at + 1));
    server.handler.passed.set(
      'elsewhere',
      payloads.map((payload) => framed(9, payload)),
    );
    using client = await RawClient.loggedIn(server.port, good);
    client.command(3, 'elsewhere');
    for (const [index, payload] of payloads.entries()) {
      const packet = await client.packet();
      assert.equal(packet?.sequence, index + 1);
      assert.ok(packet?.payload.equals(payload));
    }
  });

  it('answer commands of every kind that may be passed on', async () => {
    await using server = await startTestServer();
    using client = await RawClient.loggedIn(server.port, good);
    const commands = [
      ['statistics', '09'],
      ['init_db', '0264'],
      ['prepare', '1661'],
      ['field_list', '047400'],
      ['execute', '17010000000001000000'],
      ['fetch', '1c0100000001000000'],
      ['reset_statement', '1a01000000'],
    ] as const;
    for (const [kind, command] of commands) {
      server.handler.passed.set(kind, [framed(1, Buffer.from(kind))]);
      client.send(0, Buffer.from(command, 'hex'));
      assert.equal((await client.payload()).toString(), kind);
    }
  });
});
