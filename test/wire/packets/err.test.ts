import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { writeErr } from '../../../src/wire/packets/err.ts';
import { written } from './written.ts';

const error = { number: 1040, sqlState: '08004', message: 'Too many' };

describe('an ERR packet', () => {
  it('has number, SQLSTATE and text', () => {
    const hex = written((writer) => writeErr(writer, error, true));
    assert.equal(Buffer.from(hex, 'hex').toString('latin1'), '\xff\x10\x04#08004Too many');
  });

  it('has no SQLSTATE before the client has said that it reads one', () => {
    const hex = written((writer) => writeErr(writer, error, false));
    assert.equal(Buffer.from(hex, 'hex').toString('latin1'), '\xff\x10\x04Too many');
  });

  it('is cut when its text is endless', () => {
    const endless = { ...error, message: 'x'.repeat(100_000) };
    assert.ok(written((writer) => writeErr(writer, endless, true)).length < 40_000);
  });
});
