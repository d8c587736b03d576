import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Crc64, joinCrc64 } from '../../../src/repository/objects/crc64.ts';
import { patternBytes } from '../../conformance/blob-store/support.ts';

function crcOf(bytes: Uint8Array): bigint {
  return new Crc64().update(bytes).digest();
}

describe('CRC-64', () => {
  // The check value of CRC-64/XZ in the catalogue of parametrised CRC algorithms.
  it('has the published check value', () => {
    assert.equal(crcOf(Buffer.from('123456789')), 0x995dc9bbdf1939fan);
    assert.equal(crcOf(Buffer.alloc(0)), 0n);
  });

  it('is the same however the bytes are cut', () => {
    const bytes = patternBytes(1000);
    for (const cut of [1, 7, 8, 9, 63, 999]) {
      const crc = new Crc64();
      for (let at = 0; at < bytes.length; at += cut) crc.update(bytes.subarray(at, at + cut));
      assert.equal(crc.digest(), crcOf(bytes), `cut into ${cut}`);
      assert.equal(crc.sizeBytes, 1000);
    }
  });

  it('of two pieces is joined from the CRCs of each', () => {
    const bytes = patternBytes(100_001);
    for (const at of [0, 1, 8, 255, 65_536, 100_000, 100_001]) {
      const [first, second] = [bytes.subarray(0, at), bytes.subarray(at)];
      assert.equal(joinCrc64(crcOf(first), crcOf(second), second.length), crcOf(bytes), `at ${at}`);
    }
  });
});
