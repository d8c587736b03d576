import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { capability } from '../../src/wire/capabilities.ts';
import { type Compression, compressionOf } from '../../src/wire/compression.ts';

const { COMPRESS, ZSTD } = capability;

describe('compression', () => {
  const agreed: readonly (readonly [number, number | undefined, Compression | undefined])[] = [
    [0, undefined, undefined],
    [COMPRESS, undefined, { algorithm: 'zlib', level: 6 }],
    [ZSTD, 7, { algorithm: 'zstd', level: 7 }],
    [ZSTD, undefined, { algorithm: 'zstd', level: 3 }],
    [ZSTD, 200, { algorithm: 'zstd', level: 3 }],
    [COMPRESS | ZSTD, 7, { algorithm: 'zlib', level: 6 }],
  ];
  for (const [capabilities, level, expected] of agreed) {
    it(`is ${expected?.algorithm ?? 'none'} for 0x${capabilities.toString(16)} and level ${level}`, () => {
      assert.deepEqual(compressionOf(capabilities, level), expected);
    });
  }
});
