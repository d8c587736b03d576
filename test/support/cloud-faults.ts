import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { BlobBody } from '../../src/repository/blob-store.ts';
import { blobKey } from '../../src/repository/key.ts';
import { StorageError } from '../../src/repository/storage-error.ts';
import {
  assertAbsent,
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
} from '../conformance/blob-store/support.ts';
import type { ServerFault } from '../doubles/http-answers.ts';
import type { ObjectServerOptions } from '../doubles/object-server.ts';
import { type CloudDouble, doubleKeys, type KeyedCloud, openCloud, startCloud } from './cloud-double.ts';

/** Put in the place of secrets: may be in no message. */
const wrongSecret = 'WRONGSECRET';

/** Fails the first so many requests of an operation. */
function first(
  times: number,
  operation: string,
  fault: ServerFault,
): NonNullable<ObjectServerOptions['fault']> {
  return (seen, count) => (seen === operation && count <= times ? fault : undefined);
}

export function streamed(bytes: Uint8Array): BlobBody {
  return {
    kind: 'stream',
    open: async function* pieces() {
      for (let at = 0; at < bytes.length; at += 300_000) yield bytes.subarray(at, at + 300_000);
    },
  };
}

const small: readonly { name: string; operation: string; fault: ServerFault; times: number }[] = [
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

const inParts: readonly { name: string; operation: string; fault: ServerFault }[] = [
  { name: 'a part that fails', operation: 'put_part', fault: { kind: 'answer', status: 500 } },
  { name: 'a part whose answer is lost', operation: 'put_part', fault: { kind: 'cut', applied: true } },
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

/** Declares the tests of what an adapter of a cloud does when the cloud fails. */
export function survivesFaults(cloud: CloudDouble): void {
  describe(`${cloud.name} under faults`, () => {
    for (const { name, operation, fault, times } of small) {
      it(`passes over ${name}`, async () => {
        await using server = await startCloud(cloud, { fault: first(times, operation, fault) });
        await using store = await openCloud(cloud, server);
        const bytes = patternBytes(300_000);
        await store.put(blobKey('a'), bytesBody(bytes), fresh, calm);
        sameBytes(await read(store, 'a'), bytes);
        if (fault.kind !== 'late') assert.equal(server.count(operation), times + 1);
      });
    }
    for (const { name, operation, fault } of inParts) {
      it(`passes over ${name}`, async () => {
        await using server = await startCloud(cloud, { fault: first(1, operation, fault) });
        await using store = await openCloud(cloud, server);
        const bytes = patternBytes(9 * mebibyte);
        await store.put(blobKey('a'), streamed(bytes), fresh, calm);
        sameBytes(await read(store, 'a'), bytes);
        assert.equal(server.count('create_upload'), 1);
        assert.equal(server.objects.uploads.size, 0);
      });
    }
    limits(cloud);
    checksums(cloud);
  });
}

/** Declares the tests of keys that are wrong or have expired, and of clocks that differ. */
export function refusesWrongKeys(cloud: KeyedCloud): void {
  describe(`${cloud.name} with wrong credentials`, () => credentials(cloud));
}

function limits(cloud: CloudDouble): void {
  it('does not take another writer’s blob for its own after a lost answer', async () => {
    await using server = await startCloud(cloud, {
      fault: (operation, count) => {
        if (operation !== 'put' || count !== 1) return undefined;
        const theirs = Buffer.from('theirs');
        server.objects.objects.set('x/a', { bytes: theirs, sha256: undefined, modifiedAt: 0 });
        return { kind: 'cut' };
      },
    });
    await using store = await openCloud(cloud, server);
    await assertFails('already_exists', store.put(blobKey('a'), bytesBody('ours'), fresh, calm));
  });

  for (const operation of ['head', 'list', 'put', 'delete']) {
    it(`ends after eight tries of ${operation} when the store stays unavailable`, async () => {
      const fault: ServerFault = { kind: 'answer', status: 503 };
      await using server = await startCloud(cloud, {
        fault: (seen) => (seen === operation ? fault : undefined),
      });
      await using store = await openCloud(cloud, server);
      const calls: Record<string, () => Promise<unknown>> = {
        head: () => store.stat(blobKey('a'), calm),
        list: () => Array.fromAsync(store.list('', calm)),
        put: () => put(store, 'a', 'x'),
        delete: () => store.deleteMany([blobKey('a')], calm),
      };
      await assertFails('unavailable', calls[operation]?.() ?? Promise.resolve());
      assert.equal(server.count(operation), 8);
    });
  }

  it('waits as long as the store asks', async () => {
    const fault: ServerFault = { kind: 'answer', status: 503, code: 'SlowDown', retryAfter: '1' };
    await using server = await startCloud(cloud, { fault: first(1, 'head', fault) });
    await using store = await openCloud(cloud, server);
    const startedAt = performance.now();
    await store.stat(blobKey('a'), calm);
    assert.ok(performance.now() - startedAt >= 1000);
  });

  it('ends with timeout when the store accepts and never answers', async () => {
    await using server = await startCloud(cloud, { fault: () => ({ kind: 'hang' }) });
    await using store = await openCloud(cloud, server, { parts: { settings: { callTimeoutMs: 100 } } });
    await assertFails('timeout', store.stat(blobKey('a'), calm));
  });

  it('says that the bucket is missing', async () => {
    await using server = await startCloud(cloud, { bucket: 'another-1250000000' });
    await using store = await openCloud(cloud, server);
    await assertFails('invalid_argument', put(store, 'a', 'x'));
    await assertFails('invalid_argument', Array.fromAsync(store.list('', calm)));
  });

  it('overwrites in a bucket with versions, as the probe finds out', async () => {
    await using server = await startCloud(cloud, { hasVersions: true });
    await using store = await openCloud(cloud, server);
    await store.put(blobKey('a'), bytesBody('first'), fresh, calm);
    await store.put(blobKey('a'), bytesBody('second'), fresh, calm);
    assert.equal((await read(store, 'a')).toString(), 'second');
  });

  it('lists unfinished uploads across pages, and removes those that are old', async () => {
    await using server = await startCloud(cloud, { pageMax: 2 });
    await using store = await openCloud(cloud, server);
    for (let at = 0; at < 5; at++) await server.objects.createUpload(`x/blob${at}`, undefined, calm);
    await server.objects.createUpload('xy/other', undefined, calm);
    assert.equal(await store.sweepUploads(0, calm), 5);
    assert.equal(server.objects.uploads.size, 1);
  });

  it('leaves no upload behind when it is cancelled between parts', async () => {
    const stop = new AbortController();
    await using server = await startCloud(cloud, {
      fault: (operation) => {
        if (operation === 'put_part') stop.abort();
        return undefined;
      },
    });
    {
      await using store = await openCloud(cloud, server);
      const body = streamed(patternBytes(9 * mebibyte));
      await assertFails('cancelled', store.put(blobKey('a'), body, plain, stop.signal));
      await assertAbsent(store, 'a');
    }
    assert.equal(server.count('abort_upload'), 1);
    assert.equal(server.objects.uploads.size, 0);
  });
}

function checksums(cloud: CloudDouble): void {
  it('finds a bit that flipped on the way', async () => {
    await using server = await startCloud(cloud, { fault: first(1, 'get', { kind: 'flipped' }) });
    await using store = await openCloud(cloud, server);
    await put(store, 'a', patternBytes(1000));
    await assertFails('corrupt', read(store, 'a'));
  });

  it('finds by the store’s checksum what differs from no hash of ours', async () => {
    await using server = await startCloud(cloud, { fault: first(1, 'get', { kind: 'flipped' }) });
    await using store = await openCloud(cloud, server);
    server.objects.objects.set('x/a', { bytes: Buffer.from('theirs'), sha256: undefined, modifiedAt: 0 });
    await assert.rejects(read(store, 'a'), new RegExp(cloud.checksum));
    assert.equal((await read(store, 'a')).toString(), 'theirs');
  });

  if (!cloud.answersSums) return;
  it('does not leave a blob that the store has stored wrong', async () => {
    await using server = await startCloud(cloud, { damages: (operation) => operation === 'put' });
    await using store = await openCloud(cloud, server);
    await assertFails('corrupt', put(store, 'a', 'content'));
    await assertAbsent(store, 'a');
  });

  it('does not join a part that the store has stored wrong', async () => {
    await using server = await startCloud(cloud, {
      damages: (operation, count) => operation === 'put_part' && count === 2,
    });
    await using store = await openCloud(cloud, server);
    const body = streamed(patternBytes(9 * mebibyte));
    await assertFails('corrupt', store.put(blobKey('a'), body, plain, calm));
    await assertAbsent(store, 'a');
    assert.equal(server.count('complete_upload'), 0);
  });
}

function credentials(cloud: KeyedCloud): void {
  const { names, codes } = cloud;
  const wrong = [
    { name: 'a wrong secret', property: names.secretKey, code: 'SignatureDoesNotMatch' },
    { name: 'an unknown key', property: names.accessKey, code: 'InvalidAccessKeyId' },
    { name: 'a token that is none', property: names.token, code: codes.wrongToken },
  ];
  for (const { name, property, code } of wrong) {
    it(`fails at once for ${name}, without telling it`, async () => {
      await using server = await startCloud(cloud);
      await using store = await openCloud(cloud, server, { properties: { [property]: wrongSecret } });
      await assert.rejects(put(store, 'a', 'x'), (error) => {
        assert.ok(error instanceof StorageError);
        assert.equal(error.kind, 'invalid_credentials');
        assert.ok(error.message.includes(code), error.message);
        assert.ok(!`${error.message}${error.hint}`.includes(wrongSecret));
        return true;
      });
      assert.equal(server.count('put'), 1);
    });
  }

  it('says that the clocks differ, once', async () => {
    for (const minutes of [20, -20]) {
      await using server = await startCloud(cloud, { now: () => Date.now() + minutes * 60_000 });
      await using store = await openCloud(cloud, server);
      await assert.rejects(
        put(store, 'a', 'x'),
        (error) => error instanceof StorageError && /clock/.test(error.hint ?? '') && !error.retryable,
      );
      assert.equal(server.count('put'), 1);
    }
  });

  it('works with a token, and says when it has expired', async () => {
    const sessionToken = 'the-token';
    for (const expired of [false, true]) {
      const keys = new Map([
        [
          doubleKeys.accessKey,
          { secretKey: doubleKeys.secretKey, sessionToken, ...(expired && { expiresAt: 0 }) },
        ],
      ]);
      await using server = await startCloud(cloud, { keys });
      await using store = await openCloud(cloud, server, { properties: { [names.token]: sessionToken } });
      if (!expired) await put(store, 'a', 'x');
      else await assert.rejects(put(store, 'a', 'x'), new RegExp(codes.expiredToken));
    }
  });
}
