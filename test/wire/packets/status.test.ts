import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { statusFlags } from '../../../src/wire/packets/status.ts';

describe('the status word', () => {
  const cases = [
    { inTransaction: false, autocommit: false, more: false, flags: 0x0 },
    { inTransaction: true, autocommit: false, more: false, flags: 0x1 },
    { inTransaction: false, autocommit: true, more: false, flags: 0x2 },
    { inTransaction: true, autocommit: true, more: true, flags: 0xb },
  ];
  for (const { flags, more, ...status } of cases) {
    it(`is ${flags}`, () => assert.equal(statusFlags(status, more), flags));
  }
});
