import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { capability, has, offeredCapabilities } from '../../src/wire/capabilities.ts';

describe('the capabilities offered', () => {
  it('include TLS only where there is a certificate', () => {
    assert.equal(has(offeredCapabilities(true), capability.SSL), true);
    assert.equal(has(offeredCapabilities(false), capability.SSL), false);
  });

  it('include LONG_PASSWORD, without which clients take the server for MariaDB', () => {
    assert.equal(has(offeredCapabilities(false), capability.LONG_PASSWORD), true);
  });

  const refused = [
    { name: 'NO_SCHEMA', bit: 4 },
    { name: 'LOCAL_FILES', bit: 7 },
    { name: 'SESSION_TRACK', bit: 23 },
  ];
  for (const { name, bit } of refused) {
    it(`do not include ${name}, which nothing here serves`, () => {
      assert.equal(has(offeredCapabilities(true), 2 ** bit), false);
    });
  }
});
