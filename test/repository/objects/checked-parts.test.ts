import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  checkCrc64,
  checkedPart,
  countedContent,
  crc64OfParts,
  readCrc64,
  uploadedPart,
} from '../../../src/repository/objects/checked-parts.ts';
import { Crc64 } from '../../../src/repository/objects/crc64.ts';
import { StorageError } from '../../../src/repository/storage-error.ts';
import { patternBytes } from '../../conformance/blob-store/support.ts';

const bytes = patternBytes(10_000);
const whole = new Crc64().update(bytes).digest();

describe('parts with checksums', () => {
  it('survive being kept as a tag, with any ETag', () => {
    for (const etag of ['"ABC-1"', 'a b', '']) {
      const part = { number: 3, etag, crc64: 2n ** 64n - 1n, sizeBytes: 8_388_608 };
      assert.deepEqual(checkedPart(uploadedPart(part)), part);
    }
  });

  it('have together the checksum of the whole', () => {
    const parts = [bytes.subarray(0, 4000), bytes.subarray(4000, 4001), bytes.subarray(4001)].map(
      (piece, at) => ({
        number: at + 1,
        etag: '',
        crc64: new Crc64().update(piece).digest(),
        sizeBytes: piece.length,
      }),
    );
    assert.equal(crc64OfParts(parts), whole);
    assert.equal(crc64OfParts([]), 0n);
  });

  it('are counted while they are sent, or before', async () => {
    const pieces = async function* pieces(): AsyncGenerator<Uint8Array> {
      yield bytes.subarray(0, 17);
      yield bytes.subarray(17);
    };
    const known = { sizeBytes: bytes.length, sha256: '' };
    const streamed = countedContent({ kind: 'pieces', pieces: pieces(), ...known });
    if (streamed.content.kind === 'pieces') await Array.fromAsync(streamed.content.pieces);
    assert.equal(streamed.crc64.digest(), whole);
    assert.equal(countedContent({ kind: 'bytes', bytes, ...known }).crc64.digest(), whole);
  });

  it('are right where the store says nothing, and wrong where it says another number', () => {
    for (const header of [undefined, '', 'none', String(whole)]) checkCrc64('write', whole, header);
    const isCorrupt = (error: unknown): boolean => error instanceof StorageError && error.kind === 'corrupt';
    assert.throws(() => checkCrc64('write', whole, '1'), isCorrupt);
    assert.equal(readCrc64('18446744073709551615'), 2n ** 64n - 1n);
  });
});
