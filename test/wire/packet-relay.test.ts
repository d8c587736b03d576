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
