import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import type { BlobBody } from '../../src/repository/blob-store.ts';
import { pieceBytes, readBody, readVerified, sha256Of, sizeOfBody } from '../../src/repository/body.ts';
import { assertFails, bytesBody, calm, patternBytes, sameBytes } from '../conformance/blob-store/support.ts';

const empty: BlobBody = { kind: 'stream', open: async function* open() {} };

describe('a body', () => {
  it('is read in pieces, each time from its beginning', async () => {
    const bytes = patternBytes(3 * pieceBytes + 1);
    for (let round = 0; round < 2; round++) {
      const pieces = await Array.fromAsync(readBody(bytesBody(bytes), calm));
      assert.equal(pieces.length, 4);
      sameBytes(Buffer.concat(pieces), bytes);
    }
  });

  it('knows its size, unless it is a stream that does not', () => {
    assert.equal(sizeOfBody(bytesBody('four')), 4);
    assert.equal(sizeOfBody({ kind: 'file', path: 'x', sizeBytes: 7 }), 7);
    assert.equal(sizeOfBody(empty), undefined);
  });

  it('passes when its hash is right and fails with corrupt when not', async () => {
    const sha256 = createHash('sha256').update('four').digest('hex');
    assert.equal(await sha256Of(readVerified(bytesBody('four'), sha256, calm)), sha256);
    await assertFails('corrupt', sha256Of(readVerified(bytesBody('five'), sha256, calm)));
    await assertFails('corrupt', sha256Of(readVerified(empty, sha256, calm)));
  });
});
