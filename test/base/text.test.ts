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
});
