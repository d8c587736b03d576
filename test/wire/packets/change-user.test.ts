import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { capability } from '../../../src/wire/capabilities.ts';
import { readChangeUser } from '../../../src/wire/packets/change-user.ts';
import { PacketReader } from '../../../src/wire/reader.ts';

const modern = capability.PLUGIN_AUTH | capability.CONNECT_ATTRS;

describe('a change of user', () => {
  it('is read whole', () => {
    const packet = Buffer.from('ann\0\x02xyshop\0\x2d\0plugin\0\x04\x01a\x01b', 'latin1');
    assert.deepEqual(readChangeUser(new PacketReader(packet), modern), {
      user: 'ann',
      database: 'shop',
      collation: 45,
      attributes: new Map([['a', 'b']]),
    });
  });

  it('may end after the database', () => {
    assert.deepEqual(readChangeUser(new PacketReader(Buffer.from('ann\0\0\0')), modern), {
      user: 'ann',
      database: undefined,
      collation: undefined,
      attributes: new Map(),
    });
  });

  it('is malformed without a database', () => {
    const reader = new PacketReader(Buffer.from('ann\0\0'));
    assert.throws(() => readChangeUser(reader, modern), { kind: 'malformed_packet' });
  });
});
