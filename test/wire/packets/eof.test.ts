import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { capability } from '../../../src/wire/capabilities.ts';
import { writeEof, writeResultEnd } from '../../../src/wire/packets/eof.ts';
import { written } from './written.ts';

const end = { warnings: 3, status: { inTransaction: false, autocommit: true }, more: true };

describe('the end of rows', () => {
  it('is EOF, warnings first, for clients that know no other', () => {
    assert.equal(
      written((writer) => writeEof(writer, end)),
      'fe03000a00',
    );
    assert.equal(
      written((writer) => writeResultEnd(writer, end, 0)),
      'fe03000a00',
    );
  });

  it('is an OK packet with the header of EOF, status first, where EOF is deprecated', () => {
    assert.equal(
      written((writer) => writeResultEnd(writer, end, capability.DEPRECATE_EOF)),
      'fe00000a000300',
    );
  });
});
