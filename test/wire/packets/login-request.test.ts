import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { capability } from '../../../src/wire/capabilities.ts';
import { readLoginRequest } from '../../../src/wire/packets/login-request.ts';
import { loginHead, loginPacket, usualCapabilities } from '../support/raw-client.ts';

const nonce = Buffer.alloc(20, 1);
const attributes = Buffer.concat([Buffer.of(8), Buffer.from('\x04_pid\x0242')]);

describe('a login request', () => {
  it('is read with everything a client of today sends', () => {
    const login = loginPacket(
      {
        user: 'ann',
        password: 'pw',
        database: 'shop',
        capabilities: usualCapabilities | capability.CONNECT_WITH_DB,
      },
      nonce,
    );
    const request = readLoginRequest(Buffer.concat([login, attributes]), true);
    assert.ok(request.kind === 'login');
    assert.equal(request.user, 'ann');
    assert.equal(request.response.length, 20);
    assert.equal(request.database, 'shop');
    assert.equal(request.plugin, 'mysql_native_password');
    assert.deepEqual([...request.attributes], [['_pid', '42']]);
  });

  const base = capability.PROTOCOL_41;
  const old = [
    {
      name: 'with a response of one-byte length',
      capabilities: base | capability.SECURE_CONNECTION,
      tail: 'ann\0\x02ab',
      response: 'ab',
    },
    { name: 'with a response that ends at a NUL', capabilities: base, tail: 'ann\0ab\0', response: 'ab' },
    {
      name: 'that leaves out what is empty',
      capabilities: base | capability.CONNECT_WITH_DB | capability.SECURE_CONNECTION,
      tail: 'ann\0\0',
      response: '',
    },
  ];
  for (const { name, capabilities, tail, response } of old) {
    it(`is read ${name}`, () => {
      const request = readLoginRequest(Buffer.concat([loginHead(capabilities), Buffer.from(tail)]), false);
      assert.ok(request.kind === 'login');
      assert.equal(request.user, 'ann');
      assert.equal(request.response.toString(), response);
      assert.equal(request.plugin, undefined);
      assert.equal(request.database, undefined);
    });
  }

  it('asks for TLS when it is cut off before the user, and may do so once', () => {
    const head = loginHead(usualCapabilities | capability.SSL);
    assert.equal(readLoginRequest(head, true).kind, 'tls_request');
    assert.throws(() => readLoginRequest(head, false), { kind: 'bad_handshake' });
  });

  const bad = [
    { name: 'an empty packet', packet: Buffer.alloc(0) },
    { name: 'a client older than 4.1', packet: loginHead(capability.LONG_PASSWORD) },
    { name: 'a user without an end', packet: Buffer.concat([loginHead(base), Buffer.from('ann')]) },
    {
      name: 'a response longer than the packet',
      packet: Buffer.concat([loginHead(base | capability.SECURE_CONNECTION), Buffer.from('a\0\x50x')]),
    },
    {
      name: 'attributes longer than the packet',
      packet: Buffer.concat([loginHead(base | capability.CONNECT_ATTRS), Buffer.from('a\0\0\x50x')]),
    },
  ];
  for (const { name, packet } of bad) {
    it(`is refused for ${name}`, () => {
      assert.throws(() => readLoginRequest(packet, true), { kind: 'bad_handshake' });
    });
  }
});
