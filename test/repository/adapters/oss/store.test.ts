import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { blobKey } from '../../../../src/repository/key.ts';
import {
  assertFails,
  calm,
  fresh,
  mebibyte,
  patternBytes,
  put,
  read,
} from '../../../conformance/blob-store/support.ts';
import { oss } from '../../../support/clouds.ts';
import { openCloud, startCloud } from '../../../support/cloud-double.ts';
import { streamed } from '../../../support/cloud-faults.ts';
import { worksAsCloud } from '../../../support/cloud-store.ts';

worksAsCloud(oss);

describe('OSS alone', () => {
  it('signs every request with version 4, or with version 1 when told so', async () => {
    for (const [version, properties] of [
      ['V4', {}],
      ['V1', { 'fs.oss.signer.version': '1' }],
    ] as const) {
      await using server = await startCloud(oss, { pageMax: 2 });
      await using store = await openCloud(oss, server, { properties });
      for (const key of ['a', 'b/c', 'd']) await put(store, key, '0123');
      await store.put(blobKey('large'), streamed(patternBytes(9 * mebibyte)), fresh, calm);
      assert.equal((await read(store, 'a', { start: 1, length: 2 })).toString(), '12');
      assert.equal((await Array.fromAsync(store.list('', calm))).length, 4);
      assert.deepEqual(await Array.fromAsync(store.listSegments('', calm)), ['a', 'b', 'd', 'large']);
      await store.deleteMany(['a', 'd'].map(blobKey), calm);
      await store.deleteMany([blobKey('b/c')], calm);
      await server.objects.createUpload('x/y', undefined, calm);
      assert.equal(await store.sweepUploads(0, calm), 1);
      const dialects = server.calls.map(({ operation, dialect }) => `${operation} ${dialect}`);
      const operations = `put get list delete delete_many create_upload put_part complete_upload list_uploads
        abort_upload`.split(/\s+/);
      for (const operation of operations) assert.ok(dialects.includes(`${operation} ${version}`), operation);
      assert.ok(dialects.every((one) => one.endsWith(version)));
    }
  });

  it('asks for ranges that are refused past the end', async () => {
    await using server = await startCloud(oss);
    await using store = await openCloud(oss, server);
    await put(store, 'a', '0123');
    await assertFails('invalid_range', read(store, 'a', { start: 4, length: 1 }));
  });
});
