import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bytesAt, emptySpan, locateWhole } from '../../src/base/span.ts';

describe('a span', () => {
  it('is empty at first', () => {
    const { source, start, end } = emptySpan();
    assert.deepEqual(source.subarray(start, end), new Uint8Array());
  });

  it('of a value that is an array covers all of it, whatever it covered before', () => {
    const values = [Uint8Array.of(1, 2, 3), Uint8Array.of(), Uint8Array.of(4)];
    const locate = locateWhole((row) => values[row] ?? Uint8Array.of());
    const span = emptySpan();
    for (const [row, value] of values.entries()) {
      locate(row, span);
      assert.deepEqual(span.source.subarray(span.start, span.end), value);
    }
  });

  it('gives the bytes of a row, not a copy of them', () => {
    const source = Uint8Array.of(1, 2, 3, 4);
    const bytes = bytesAt((row, span) => Object.assign(span, { source, start: row, end: row + 2 }), 1);
    assert.deepEqual(bytes, Uint8Array.of(2, 3));
    assert.equal(bytes.buffer, source.buffer);
  });
});
