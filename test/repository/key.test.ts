import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import {
  blobKey,
  decodeSegment,
  encodeSegment,
  isBlobKey,
  isEncodable,
  segmentBytesMax,
} from '../../src/repository/key.ts';
import { StorageError } from '../../src/repository/storage-error.ts';

describe('blobKey', () => {
  for (const key of ['a', 'blobs/ab/0123.parquet', 'x=y/.hidden/..a', 'a'.repeat(200)]) {
    it(`accepts '${key.slice(0, 30)}'`, () => assert.equal(blobKey(key), key));
  }

  const refused = [
    { key: '', because: 'empty' },
    { key: '/a', because: 'empty segment' },
    { key: 'a/', because: 'empty segment' },
    { key: 'a//b', because: 'empty segment' },
    { key: '.', because: "segment '.'" },
    { key: 'a/../b', because: "segment '..'" },
    { key: 'a b', because: 'character' },
    { key: 'a\0b', because: 'character' },
    { key: 'ä', because: 'character' },
    { key: 'a\n', because: 'character' },
    { key: 'a'.repeat(201), because: 'segment longer' },
    { key: Array.from({ length: 101 }, () => 'a'.repeat(9)).join('/'), because: 'longer than 700' },
  ];
  for (const { key, because } of refused) {
    it(`refuses ${JSON.stringify(key.slice(0, 30))} (${because})`, () => {
      assert.equal(isBlobKey(key), false);
      assert.throws(
        () => blobKey(key),
        (error) =>
          error instanceof StorageError &&
          error.kind === 'invalid_argument' &&
          error.message.includes(because),
      );
    });
  }
});

describe('encodeSegment', () => {
  const cases = [
    { label: 'nightly_2024-01.02', segment: 'nightly_2024-01.02' },
    { label: 'a b', segment: 'a=20b' },
    { label: 'a=20b', segment: 'a=3D20b' },
    { label: '.', segment: '=2E' },
    { label: '..', segment: '=2E.' },
    { label: '../../etc', segment: '=2E.=2F..=2Fetc' },
    { label: 'größe', segment: 'gr=C3=B6=C3=9Fe' },
    { label: 'a\0', segment: 'a=00' },
    { label: '备'.repeat(30), segment: `==${Buffer.from('备'.repeat(30)).toString('base64url')}` },
  ];
  for (const { label, segment } of cases) {
    it(`writes ${JSON.stringify(label)} as ${segment.slice(0, 40)}`, () => {
      assert.equal(encodeSegment(label), segment);
      assert.equal(decodeSegment(segment), label);
    });
  }

  it('gives back every text it takes, as one segment of a key', () => {
    const texts = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 230 }),
      fc.string({ unit: fc.constantFrom('a', '=', '.', '/', '2', 'E', 'é', '备', '\uDC80'), maxLength: 210 }),
    );
    const property = fc.property(texts, (text) => {
      if (!isEncodable(text)) return;
      const segment = encodeSegment(text);
      assert.ok(isBlobKey(segment) && !segment.includes('/'));
      assert.equal(decodeSegment(segment), text);
    });
    fc.assert(property, { numRuns: 500 });
  });

  it('takes labels of at least 148 bytes, and plain ones of 200', () => {
    assert.ok(isEncodable('备'.repeat(49)));
    assert.ok(isEncodable('a'.repeat(segmentBytesMax)));
    assert.ok(!isEncodable('a'.repeat(segmentBytesMax + 1)));
    assert.ok(!isEncodable('备'.repeat(50)));
  });

  it('refuses the empty label and texts that are not Unicode', () => {
    assert.ok(!isEncodable(''));
    assert.ok(!isEncodable('\uD800'));
    assert.ok(!isEncodable('\uDCC3\uDCA9'));
  });

  it('decodes nothing that it would write differently', () => {
    for (const segment of ['', '=61', '=c3=b6', 'a=2', '==YQ', '..', '==!', 'a b']) {
      assert.equal(decodeSegment(segment), undefined, segment);
    }
  });
});
