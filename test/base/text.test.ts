import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { decodeText, encodeText } from '../../src/base/text.ts';

describe('text of bytes', () => {
  const cases = [
    { name: 'UTF-8', bytes: [0x67, 0xc3, 0xb6, 0xf0, 0x9f, 0x98, 0x80], text: 'gö😀' },
    { name: 'a byte order mark', bytes: [0xef, 0xbb, 0xbf, 0x61], text: '\ufeffa' },
    { name: 'a lone byte', bytes: [0x61, 0xff, 0x62], text: 'a\udcffb' },
    { name: 'a sequence that is cut off', bytes: [0xe2, 0x82], text: '\udce2\udc82' },
    { name: 'a surrogate in UTF-8', bytes: [0xed, 0xa0, 0x80], text: '\udced\udca0\udc80' },
  ];
  for (const { name, bytes, text } of cases) {
    it(`keeps ${name}`, () => {
      assert.equal(decodeText(Uint8Array.from(bytes)), text);
      assert.deepEqual([...encodeText(text)], bytes);
    });
  }

  it('gives back any bytes', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 50 }),
      fc.string({ unit: 'binary', maxLength: 20 }).map((text) => new Uint8Array(Buffer.from(text))),
    );
    fc.assert(
      fc.property(fc.array(bytes, { maxLength: 4 }), (pieces) => {
        const whole = Buffer.concat(pieces);
        assert.deepEqual(encodeText(decodeText(whole)), whole);
      }),
    );
  });

  it('agrees with the decoder of the platform on what is UTF-8', () => {
    const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    const edge = fc.constantFrom(
      0,
      0x7f,
      0x80,
      0x8f,
      0x90,
      0x9f,
      0xa0,
      0xbf,
      0xc0,
      0xc2,
      0xe0,
      0xed,
      0xf0,
      0xf4,
      0xf5,
    );
    fc.assert(
      fc.property(fc.array(edge, { maxLength: 6 }), (bytes) => {
        const whole = Uint8Array.from([0xff, ...bytes]);
        assert.deepEqual([...encodeText(decodeText(whole))], [...whole]);
        const isUtf8 = Buffer.from(bytes).equals(Buffer.from(Buffer.from(bytes).toString('utf8')));
        assert.equal(decodeText(whole).slice(1).isWellFormed(), isUtf8);
        if (isUtf8) assert.equal(decodeText(whole).slice(1), strict.decode(Uint8Array.from(bytes)));
      }),
      { numRuns: 2_000 },
    );
  });

  it('takes memory in proportion to the bytes', () => {
    const bytes = Buffer.alloc(
      8_000_000,
      Uint8Array.from({ length: 256 }, (_, index) => index),
    );
    const text = decodeText(bytes);
    assert.ok(encodeText(text).equals(bytes));
  });
});
