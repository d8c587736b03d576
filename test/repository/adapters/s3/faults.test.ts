import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import { readS3Options } from '../../../../src/repository/adapters/s3/options.ts';
import { openS3Store } from '../../../../src/repository/adapters/s3/store.ts';
import type { BlobStore } from '../../../../src/repository/blob-store.ts';
import { blobKey } from '../../../../src/repository/key.ts';
import { objectTools } from '../../../../src/repository/open-adapter.ts';
import { openStore, withLayers } from '../../../../src/repository/open-store.ts';
import { conformsToBlobStore } from '../../../conformance/blob-store.ts';
import {
  assertFails,
  bytesBody,
  calm,
  fresh,
  mebibyte,
  patternBytes,
  put,
  read,
  sameBytes,
} from '../../../conformance/blob-store/support.ts';
import type { ObjectServer } from '../../../doubles/object-server.ts';
import { type S3ServerOptions, startS3Server } from '../../../doubles/s3-server.ts';
import { doubleKeys, openCloud, startCloud } from '../../../support/cloud-double.ts';
import { s3 } from '../../../support/clouds.ts';
import { refusesWrongKeys, survivesFaults } from '../../../support/cloud-faults.ts';
import { storeParts } from '../../../support/store-parts.ts';

survivesFaults(s3);
refusesWrongKeys(s3);

async function startGoogle(options: Partial<S3ServerOptions> = {}): Promise<ObjectServer> {
  const keys = new Map([[doubleKeys.accessKey, doubleKeys]]);
  return startS3Server({ conditions: 'google', keys, ...options });
}

/** Spoken to as Google's own endpoint is. */
async function openGoogle(server: ObjectServer, path: string = randomUUID()): Promise<BlobStore> {
  const options = readS3Options('bucket', new Map(Object.entries(s3.propertiesAt(server.endpoint))));
  const parts = storeParts();
  const retried = <T>(_signal: AbortSignal, request: () => Promise<T>): Promise<T> => request();
  const tools = objectTools({ clock: parts.clock, memory: parts.partMemory, retried, silenceMsMax: 30_000 });
  const place = {
    bucket: 'bucket',
    path,
    options: { ...options, dialect: 'google' as const },
    silenceMsMax: 30_000,
  };
  return withLayers(openS3Store(place, tools), 's3a://bucket', parts);
}

describe('Google Cloud Storage in its S3 dialect', () => {
  let shared: ObjectServer | undefined;
  conformsToBlobStore({
    name: 'the double of GCS',
    open: async () => {
      shared ??= await startGoogle({ deletesMany: false, pageMax: 7 });
      return openGoogle(shared);
    },
  });

  it('gets conditional writes in its own dialect, and everything else in that of AWS', async () => {
    await using server = await startGoogle();
    await using store = await openGoogle(server);
    await store.put(blobKey('a'), bytesBody('first'), fresh, calm);
    await assertFails('already_exists', store.put(blobKey('a'), bytesBody('second'), fresh, calm));
    await put(store, 'b', 'x');
    assert.deepEqual(
      server.calls.map(({ operation, dialect }) => `${operation} ${dialect}`),
      ['put GOOG4', 'put GOOG4', 'put AWS4'],
    );
    await shared?.[Symbol.asyncDispose]();
  });

  it('would be overwritten in the dialect of AWS, which is why', async () => {
    await using server = await startGoogle();
    await using store = await openCloud(s3, server);
    await store.put(blobKey('a'), bytesBody('first'), fresh, calm);
    await store.put(blobKey('a'), bytesBody('second'), fresh, calm);
    assert.equal((await read(store, 'a')).toString(), 'second');
  });

  it('is asked once to remove many, and then one by one', async () => {
    await using server = await startGoogle({ deletesMany: false });
    await using store = await openGoogle(server);
    for (const key of ['a', 'b', 'c']) await put(store, key, key);
    await store.deleteMany(['a', 'b'].map(blobKey), calm);
    await store.deleteMany(['c', 'd'].map(blobKey), calm);
    assert.equal(server.count('delete_many'), 1);
    assert.equal(server.count('delete'), 4);
  });
});

describe('S3', () => {
  it('sends a body of known hash under that hash, so that the store refuses any other', async () => {
    await using server = await startCloud(s3);
    await using store = await openCloud(s3, server);
    const bytes = patternBytes(9 * mebibyte);
    await store.put(blobKey('a'), bytesBody(bytes), fresh, calm);
    assert.equal(server.count('put'), 1);
    sameBytes(await read(store, 'a'), bytes);
  });

  it('reads a public bucket without any', async () => {
    await using server = await startCloud(s3, { keys: new Map() });
    await using store = await openStore(
      's3a://bucket/x',
      new Map([['aws.s3.endpoint', server.endpoint]]),
      storeParts(),
    );
    await put(store, 'a', 'x');
    assert.equal((await read(store, 'a')).toString(), 'x');
    assert.deepEqual(new Set(server.calls.map((call) => call.dialect)), new Set(['anonymous']));
  });
});
