import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decodeText } from '../../src/base/text.ts';
import { commandPacket, loginAnswer, readErr, readGreeting, tlsRequest } from '../../src/upstream/packets.ts';
import { capability } from '../../src/wire/capabilities.ts';
import { writeErr } from '../../src/wire/packets/err.ts';
import { writeGreeting } from '../../src/wire/packets/greeting.ts';
import { readLoginRequest } from '../../src/wire/packets/login-request.ts';
import { ProtocolError } from '../../src/wire/protocol-error.ts';
import { PacketWriter } from '../../src/wire/writer.ts';

function written(write: (writer: PacketWriter) => void): Buffer {
  const writer = new PacketWriter(100);
  write(writer);
  return writer.take();
}

const capabilities = capability.PROTOCOL_41 | capability.PLUGIN_AUTH | capability.SECURE_CONNECTION;

describe('packets of a client', () => {
  it('give back the bytes of a text, whatever its character set', () => {
    const bytes = Buffer.from("SELECT 'é€'", 'latin1');
    assert.deepEqual(commandPacket(3, decodeText(bytes)), Buffer.concat([Buffer.of(3), bytes]));
  });

  it('read the greeting that servers write', () => {
    const greeting = {
      serverVersion: '8.0.36',
      connectionId: 77,
      nonce: Buffer.from('abcdefghijklmnopqrst'),
      capabilities,
      plugin: 'caching_sha2_password',
    };
    const { connectionId, ...rest } = greeting;
    assert.deepEqual(readGreeting(written((writer) => writeGreeting(writer, greeting))), {
      ...rest,
      threadId: connectionId,
    });
  });

  it('read an error in its place', () => {
    const error = { number: 1040, sqlState: '08004', message: 'Too many connections' };
    const packet = written((writer) => writeErr(writer, error, true));
    assert.throws(() => readGreeting(packet), error);
    const old = readErr(written((writer) => writeErr(writer, error, false)));
    assert.deepEqual([old.number, old.sqlState, old.message], [1040, 'HY000', 'Too many connections']);
  });

  it('refuse what is no greeting', () => {
    assert.throws(() => readGreeting(Buffer.of(9, 0)), { number: 1043 });
    assert.throws(() => readGreeting(Buffer.from('0a3800', 'hex')), ProtocolError);
  });

  it('write the login that servers read', () => {
    const login = {
      capabilities: capabilities | capability.CONNECT_WITH_DB,
      collation: 45,
      user: 'ann',
      response: Buffer.from('proof'),
      plugin: 'mysql_native_password',
      database: 'shop',
    };
    for (const flags of [0, capability.PLUGIN_AUTH_LENENC]) {
      const written = { ...login, capabilities: login.capabilities | flags };
      const read = readLoginRequest(loginAnswer(written), false);
      const unsaid = { attributes: new Map(), compressionLevel: undefined };
      assert.deepEqual(read, { kind: 'login', ...unsaid, ...written });
    }
  });

  it('write a request for TLS', () => {
    const asking = { capabilities: capabilities | capability.SSL, collation: 45 };
    assert.equal(readLoginRequest(tlsRequest(asking), true).kind, 'tls_request');
  });
});
