import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { offeredCapabilities } from '../../../src/wire/capabilities.ts';
import { writeGreeting } from '../../../src/wire/packets/greeting.ts';
import { nonceOf } from '../support/raw-client.ts';
import { written } from './written.ts';

describe('the greeting', () => {
  it('is Protocol::HandshakeV10', () => {
    const nonce = Buffer.from('abcdefghijklmnopqrst');
    const hex = written((writer) =>
      writeGreeting(writer, {
        serverVersion: '8.0.1',
        connectionId: 7,
        nonce,
        capabilities: offeredCapabilities(true),
        plugin: 'caching_sha2_password',
      }),
    );
    const expected = [
      '0a', // protocol version
      '382e302e3100', // server version
      '07000000', // connection
      '6162636465666768', // nonce, first part
      '00',
      '2faf', // capabilities, lower half
      '2d', // utf8mb4_general_ci
      '0200', // autocommit
      '3f0d', // capabilities, upper half
      '15', // length of the nonce with its NUL
      '00000000000000000000',
      '696a6b6c6d6e6f7071727374', // nonce, second part
      '00',
      Buffer.from('caching_sha2_password\0').toString('hex'),
    ];
    assert.equal(hex, expected.join(''));
    assert.deepEqual(nonceOf(Buffer.from(hex, 'hex')), nonce);
  });
});
