import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import { readS3Options } from '../../../../src/repository/adapters/s3/options.ts';
import { openS3Store } from '../../../../src/repository/adapters/s3/store.ts';
import type { BlobBody, BlobStore } from '../../../../src/repository/blob-store.ts';
import { blobKey } from '../../../../src/repository/key.ts';
import { objectTools } from '../../../../src/repository/open-adapter.ts';
import { openStore, withLayers } from '../../../../src/repository/open-store.ts';
import { StorageError } from '../../../../src/repository/storage-error.ts';
import { conformsToBlobStore } from '../../../conformance/blob-store.ts';
import {
  assertFails,
  bytesBody,
  calm,
  fresh,
  mebibyte,
  patternBytes,
  plain,
  put,
  read,
  sameBytes,
} from '../../../conformance/blob-store/support.ts';
import type { ServerFault } from '../../../doubles/http-answers.ts';
import { type Keys, S3Server, type S3ServerOptions } from '../../../doubles/s3-server.ts';
import { storeParts } from '../../../support/store-parts.ts';

const accessKey = 'AKIADOUBLE';
const secretKey = 'the/secret+of=the double';
const keys = new Map<string, Keys>([[accessKey, { secretKey }]]);
const properties = new Map([
  ['aws.s3.access_key', accessKey],
  ['aws.s3.secret_key', secretKey],
]);

async function start(options: Partial<S3ServerOptions> = {}): Promise<S3Server> {
  return S3Server.start({ conditions: 'aws', keys, ...options });
}

async function open(server: S3Server, changes: Parameters<typeof storeParts>[0] = {}): Promise<BlobStore> {
  const all = new Map([...properties, ['aws.s3.endpoint', server.endpoint]]);
  return openStore('s3a://bucket/x', all, storeParts(changes));
}

/** As `open`, but spoken to as Google's own endpoint is. */
async function openGoogle(server: S3Server, path: string = randomUUID()): Promise<BlobStore> {
  const options = readS3Options('bucket', new Map([...properties, ['fs.s3a.endpoint', server.endpoint]]));
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

function streamed(bytes: Uint8Array): BlobBody {
  return {
    kind: 'stream',
    open: async function* pieces() {
      for (let at = 0; at < bytes.length; at += 300_000) yield bytes.subarray(at, at + 300_000);
    },
  };
}

/** Fails the first so many requests of an operation. */
function first(times: number, operation: string, fault: ServerFault): NonNullable<S3ServerOptions['fault']> {
  return (seen, count) => (seen === operation && count <= times ? fault : undefined);
}

describe('Google Cloud Storage in its S3 dialect', () => {
  let shared: S3Server | undefined;
  conformsToBlobStore({
    name: 'the double of GCS',
    open: async () => {
      shared ??= await start({ conditions: 'google', deletesMany: false, pageMax: 7 });
      return openGoogle(shared);
    },
  });

  it('gets conditional writes in its own dialect, and everything else in that of AWS', async () => {
    await using server = await start({ conditions: 'google' });
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
    await using server = await start({ conditions: 'google' });
    await using store = await open(server);
    await store.put(blobKey('a'), bytesBody('first'), fresh, calm);
    await store.put(blobKey('a'), bytesBody('second'), fresh, calm);
    assert.equal((await read(store, 'a')).toString(), 'second');
  });

  it('is asked once to remove many, and then one by one', async () => {
    await using server = await start({ conditions: 'google', deletesMany: false });
    await using store = await openGoogle(server);
    for (const key of ['a', 'b', 'c']) await put(store, key, key);
    await store.deleteMany(['a', 'b'].map(blobKey), calm);
    await store.deleteMany(['c', 'd'].map(blobKey), calm);
    assert.equal(server.count('delete_many'), 1);
    assert.equal(server.count('delete'), 4);
  });
});

describe('S3 under faults', () => {
  const passing: readonly { name: string; operation: string; fault: ServerFault; times: number }[] = [
    {
      name: '503 SlowDown',
      operation: 'put',
      fault: { kind: 'answer', status: 503, code: 'SlowDown' },
      times: 3,
    },
    {
      name: '429 with Retry-After',
      operation: 'put',
      fault: { kind: 'answer', status: 429, retryAfter: '0' },
      times: 2,
    },
    {
      name: 'a 500 after the write',
      operation: 'put',
      fault: { kind: 'answer', status: 500, applied: true },
      times: 1,
    },
    { name: 'a connection cut before the write', operation: 'put', fault: { kind: 'cut' }, times: 2 },
    {
      name: 'a connection cut after the write',
      operation: 'put',
      fault: { kind: 'cut', applied: true },
      times: 1,
    },
    { name: 'a late answer', operation: 'put', fault: { kind: 'late', delayMs: 50 }, times: 1 },
    { name: 'a read that is cut off', operation: 'get', fault: { kind: 'truncated' }, times: 2 },
    { name: 'a 503 to a read', operation: 'get', fault: { kind: 'answer', status: 503 }, times: 2 },
  ];
  for (const { name, operation, fault, times } of passing) {
    it(`passes over ${name}`, async () => {
      await using server = await start({ fault: first(times, operation, fault) });
      await using store = await open(server);
      const bytes = patternBytes(2 * mebibyte);
      await store.put(blobKey('a'), bytesBody(bytes), fresh, calm);
      sameBytes(await read(store, 'a'), bytes);
      if (fault.kind !== 'late') assert.equal(server.count(operation), times + 1);
    });
  }

  it('does not take another writer’s blob for its own after a lost answer', async () => {
    await using server = await start({
      fault: (operation, count) => {
        if (operation !== 'put' || count !== 1) return undefined;
        const theirs = Buffer.from('theirs');
        server.objects.objects.set('x/a', { bytes: theirs, sha256: undefined, modifiedAt: 0 });
        return { kind: 'cut' };
      },
    });
    await using store = await open(server);
    await assertFails('already_exists', store.put(blobKey('a'), bytesBody('ours'), fresh, calm));
  });

  const parts: readonly { name: string; operation: string; fault: ServerFault }[] = [
    { name: 'a part that fails', operation: 'put_part', fault: { kind: 'answer', status: 500 } },
    {
      name: 'a completion whose answer is lost',
      operation: 'complete_upload',
      fault: { kind: 'cut', applied: true },
    },
    {
      name: 'a completion of 200 with an error in it',
      operation: 'complete_upload',
      fault: { kind: 'answer', status: 200, code: 'InternalError' },
    },
  ];
  for (const { name, operation, fault } of parts) {
    it(`passes over ${name}`, async () => {
      await using server = await start({ fault: first(1, operation, fault) });
      await using store = await open(server);
      const bytes = patternBytes(17 * mebibyte);
      await store.put(blobKey('a'), streamed(bytes), plain, calm);
      sameBytes(await read(store, 'a'), bytes);
      assert.equal(server.count('create_upload'), 1);
      assert.equal(server.objects.uploads.size, 0);
    });
  }

  it('ends after eight tries when the store stays unavailable', async () => {
    await using server = await start({
      fault: (operation) => (operation === 'head' ? { kind: 'answer', status: 503 } : undefined),
    });
    await using store = await open(server);
    await assertFails('unavailable', store.stat(blobKey('a'), calm));
    assert.equal(server.count('head'), 8);
  });

  it('does not multiply the tries of a page of a list', async () => {
    await using server = await start({
      fault: (operation) => (operation === 'list' ? { kind: 'answer', status: 503 } : undefined),
    });
    await using store = await open(server);
    await assertFails('unavailable', Array.fromAsync(store.list('', calm)));
    assert.equal(server.count('list'), 8);
  });

  it('waits as long as the store asks', async () => {
    const fault: ServerFault = { kind: 'answer', status: 503, code: 'SlowDown', retryAfter: '1' };
    await using server = await start({ fault: first(1, 'head', fault) });
    await using store = await open(server);
    const startedAt = performance.now();
    await store.stat(blobKey('a'), calm);
    assert.ok(performance.now() - startedAt >= 1000);
  });

  it('ends with timeout when the store accepts and never answers', async () => {
    await using server = await start({ fault: () => ({ kind: 'hang' }) });
    await using store = await open(server, { settings: { callTimeoutMs: 100 } });
    await assertFails('timeout', store.stat(blobKey('a'), calm));
  });

  it('finds a bit that flipped on the way', async () => {
    await using server = await start({ fault: first(1, 'get', { kind: 'flipped' }) });
    await using store = await open(server);
    await put(store, 'a', patternBytes(1000));
    await assertFails('corrupt', read(store, 'a'));
  });

  it('sends a body of known hash under that hash, so that the store refuses any other', async () => {
    await using server = await start();
    await using store = await open(server);
    const bytes = patternBytes(9 * mebibyte);
    await store.put(blobKey('a'), bytesBody(bytes), fresh, calm);
    assert.equal(server.count('put'), 1);
    sameBytes(await read(store, 'a'), bytes);
  });
});

describe('S3 with wrong credentials', () => {
  const cases = [
    { name: 'a wrong secret', change: ['aws.s3.secret_key', 'WRONGSECRET'], code: 'SignatureDoesNotMatch' },
    { name: 'an unknown key', change: ['aws.s3.access_key', 'AKIAUNKNOWN'], code: 'InvalidAccessKeyId' },
    { name: 'a token that is none', change: ['aws.s3.session_token', 'WRONGSECRET'], code: 'InvalidToken' },
  ] as const;
  for (const { name, change, code } of cases) {
    it(`fails at once for ${name}, without telling it`, async () => {
      await using server = await start();
      const all = new Map([...properties, ['aws.s3.endpoint', server.endpoint], change]);
      await using store = await openStore('s3a://bucket/x', all, storeParts());
      await assert.rejects(put(store, 'a', 'x'), (error) => {
        assert.ok(error instanceof StorageError);
        assert.equal(error.kind, 'invalid_credentials');
        assert.ok(error.message.includes(code), error.message);
        assert.ok(!`${error.message}${error.hint}`.includes('WRONGSECRET'));
        return true;
      });
      assert.equal(server.count('put'), 1);
    });
  }

  it('says that the clocks differ', async () => {
    await using server = await start({ now: () => Date.now() + 20 * 60_000 });
    await using store = await open(server);
    await assert.rejects(
      put(store, 'a', 'x'),
      (error) => error instanceof StorageError && /clock/.test(error.hint ?? '') && !error.retryable,
    );
    assert.equal(server.count('put'), 1);
  });

  it('reads a public bucket without any', async () => {
    await using server = await start({ keys: new Map() });
    await using store = await openStore(
      's3a://bucket/x',
      new Map([['aws.s3.endpoint', server.endpoint]]),
      storeParts(),
    );
    await put(store, 'a', 'x');
    assert.equal((await read(store, 'a')).toString(), 'x');
    assert.deepEqual(new Set(server.calls.map((call) => call.dialect)), new Set(['anonymous']));
  });

  it('says that the bucket is missing', async () => {
    await using server = await start({ bucket: 'another' });
    await using store = await open(server);
    await assertFails('invalid_argument', put(store, 'a', 'x'));
    await assertFails('invalid_argument', Array.fromAsync(store.list('', calm)));
  });
});
