import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { addressGroup, isLoopback } from '../../src/auth/address.ts';

describe('a loopback address', () => {
  const cases = [
    { host: '127.0.0.1', expected: true },
    { host: '127.255.0.3', expected: true },
    { host: '::1', expected: true },
    { host: '[::1]', expected: true },
    { host: '::ffff:127.0.0.1', expected: true },
    { host: 'LocalHost', expected: true },
    { host: '0.0.0.0', expected: false },
    { host: '::', expected: false },
    { host: '', expected: false },
    { host: '127.example.com', expected: false },
    { host: '192.0.2.1', expected: false },
  ];
  for (const { host, expected } of cases) {
    it(`is ${expected ? '' : 'not '}'${host}'`, () => assert.equal(isLoopback(host), expected));
  }
});

describe('the group of an address', () => {
  const cases = [
    { address: '192.0.2.1', expected: '192.0.2.1' },
    { address: '2001:db8:1:2:3:4:5:6', expected: '2001:db8:1:2::/64' },
    { address: '2001:db8::6', expected: '2001:db8:0:0::/64' },
    { address: 'fe80::', expected: 'fe80:0:0:0::/64' },
    { address: '', expected: '' },
  ];
  for (const { address, expected } of cases) {
    it(`of '${address}' is '${expected}'`, () => assert.equal(addressGroup(address), expected));
  }
});
