import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { cachingSha2, writeAuthMoreData, writeAuthSwitch } from '../../../src/wire/packets/auth-exchange.ts';
import { written } from './written.ts';

describe('the packets of an authentication', () => {
  it('ask for another plugin with a nonce and its NUL', () => {
    const hex = written((writer) => writeAuthSwitch(writer, 'p', Buffer.from('nonce')));
    assert.equal(Buffer.from(hex, 'hex').toString('latin1'), '\xfep\0nonce\0');
  });

  it('tell the outcome of the fast way', () => {
    assert.equal(
      written((writer) => writeAuthMoreData(writer, Buffer.of(cachingSha2.fastSucceeded))),
      '0103',
    );
    assert.equal(
      written((writer) => writeAuthMoreData(writer, Buffer.of(cachingSha2.fullRequired))),
      '0104',
    );
  });
});
