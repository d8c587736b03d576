import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import type { BlobStore } from '../../../../src/repository/blob-store.ts';
import { blobKey } from '../../../../src/repository/key.ts';
import { openStore } from '../../../../src/repository/open-store.ts';
import { probe } from '../../../../src/repository/probe.ts';
import { StorageError } from '../../../../src/repository/storage-error.ts';
import { conformsToBlobStore } from '../../../conformance/blob-store.ts';
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
} from '../../../conformance/blob-store/support.ts';
import { FailingProxy, type ProxyFault } from '../../../doubles/failing-proxy.ts';
import {
  accountSas,
  type Azurite,
  azuriteAccount,
  endpointAt,
  findAzurite,
  startAzurite,
} from '../../../support/azurite.ts';
import { streamed } from '../../../support/cloud-faults.ts';
import { skipReason } from '../../../support/programs.ts';
import { storeParts } from '../../../support/store-parts.ts';
import { wholeJobPastFailures } from '../../../support/whole-job.ts';

const skip = skipReason(findAzurite(), 'Azurite');
const place = `wasb://box@${azuriteAccount.account}.blob.core.windows.net`;
const withKey = { 'azure.blob.shared_key': azuriteAccount.key };
let server: Azurite;

async function open(
  properties: Readonly<Record<string, string>> = withKey,
  changes: Parameters<typeof storeParts>[0] = {},
  location = `${place}/${randomUUID()}`,
): Promise<BlobStore> {
  const endpoint = { 'azure.blob.endpoint': server.endpoint };
  return openStore(location, new Map(Object.entries({ ...endpoint, ...properties })), storeParts(changes));
}

/** What a request does, in the words of the other clouds' doubles. */
function operationOf(method: string, target: string): string {
  const { pathname, searchParams } = new URL(target, 'http://azurite');
  const isContainer = pathname.split('/').length < 4;
  if (isContainer) return 'list';
  const parts: Readonly<Record<string, string>> = { block: 'put_part', blocklist: 'complete_upload' };
  return parts[searchParams.get('comp') ?? ''] ?? method.toLowerCase();
}

type Faulty = AsyncDisposable & Readonly<{ store: BlobStore; count: (operation: string) => number }>;

/** A store whose requests pass a proxy, which fails some. */
async function openFaulty(
  faultOf: (operation: string, count: number) => ProxyFault | undefined,
  changes: Parameters<typeof storeParts>[0] = {},
): Promise<Faulty> {
  const counts = new Map<string, number>();
  await using opening = new AsyncDisposableStack();
  const proxy = opening.use(
    await FailingProxy.start(server.port, ({ method = '', url = '/' }) => {
      const operation = operationOf(method, url);
      const count = (counts.get(operation) ?? 0) + 1;
      counts.set(operation, count);
      return faultOf(operation, count);
    }),
  );
  const endpoint = { 'azure.blob.endpoint': endpointAt(proxy.endpoint) };
  const store = opening.use(await open({ ...withKey, ...endpoint }, changes));
  const held = opening.move();
  const count = (operation: string): number => counts.get(operation) ?? 0;
  return { store, count, [Symbol.asyncDispose]: () => held.disposeAsync() };
}

function first(times: number, operation: string, fault: ProxyFault): Parameters<typeof openFaulty>[0] {
  return (seen, count) => (seen === operation && count <= times ? fault : undefined);
}

describe('Azure', { skip }, () => {
  before(async () => {
    server = await startAzurite();
    await server.createContainer('box');
  });
  after(() => server[Symbol.asyncDispose]());

  conformsToBlobStore({ name: 'Azurite', open });
  describe('under faults', faults);
  describe('with identities of each kind', identities);

  it('is found fit without a warning', async () => {
    await using store = await open();
    const { steps, needsEmulation } = await probe(store, Date.now, calm);
    assert.deepEqual(new Set(steps.map(({ outcome }) => outcome)), new Set(['passed']));
    assert.equal(needsEmulation, false);
  });

  it('takes names that XML and URLs must escape', async () => {
    await using store = await open(withKey, {}, `${place}/a%20&%3C%25%C3%A9+(1)`);
    for (const key of ['a', 'b']) await put(store, key, key);
    assert.equal((await read(store, 'b')).toString(), 'b');
    assert.equal((await Array.fromAsync(store.list('', calm))).length, 2);
    await store.deleteMany(['a', 'b'].map(blobKey), calm);
    assert.deepEqual(await Array.fromAsync(store.list('', calm)), []);
  });

  it('keeps a whole job past a network that fails one request of twenty, and leaves nothing', async () => {
    await server.createContainer('jobs');
    await wholeJobPastFailures({ port: server.port, seed: 1 }, (endpoint) => ({
      location: `wasb://jobs@${azuriteAccount.account}.blob.core.windows.net/some/path`,
      properties: { ...withKey, 'azure.blob.endpoint': endpointAt(endpoint) },
      leftovers: () => server.names('jobs'),
    }));
  });
});

function faults(): void {
  const small: readonly Readonly<{ fault: ProxyFault; operation: string; times: number }>[] = [
    { fault: 'busy', operation: 'put', times: 3 },
    { fault: 'cut_before', operation: 'put', times: 2 },
    { fault: 'cut_after', operation: 'put', times: 1 },
    { fault: 'truncated', operation: 'get', times: 2 },
    { fault: 'busy', operation: 'get', times: 2 },
  ];
  for (const { fault, operation, times } of small) {
    it(`passes over ${operation} that meets ${fault} ${times} times`, async () => {
      await using faulty = await openFaulty(first(times, operation, fault));
      const bytes = patternBytes(300_000);
      await faulty.store.put(blobKey('a'), bytesBody(bytes), fresh, calm);
      sameBytes(await read(faulty.store, 'a'), bytes);
      assert.equal(faulty.count(operation), times + 1);
    });
  }

  for (const operation of ['put_part', 'complete_upload']) {
    for (const fault of ['busy', 'cut_after'] as const) {
      it(`passes over ${operation} that meets ${fault}`, async () => {
        await using faulty = await openFaulty(first(1, operation, fault));
        const bytes = patternBytes(9 * mebibyte);
        await faulty.store.put(blobKey('a'), streamed(bytes), fresh, calm);
        sameBytes(await read(faulty.store, 'a'), bytes);
        assert.ok(faulty.count('put_part') >= 2);
      });
    }
  }

  for (const operation of ['head', 'list', 'put', 'delete']) {
    it(`ends after eight tries of ${operation} when the store stays unavailable`, async () => {
      await using faulty = await openFaulty(first(100, operation, 'busy'));
      const { store } = faulty;
      const calls: Record<string, () => Promise<unknown>> = {
        head: () => store.stat(blobKey('a'), calm),
        list: () => Array.fromAsync(store.list('', calm)),
        put: () => put(store, 'a', 'x'),
        delete: () => store.deleteMany([blobKey('a')], calm),
      };
      await assertFails('unavailable', calls[operation]?.() ?? Promise.resolve());
      assert.equal(faulty.count(operation), 8);
    });
  }

  it('does not take another writer’s blob for its own after a lost answer', async () => {
    await using faulty = await openFaulty(first(1, 'put', 'cut_after'));
    await assertFails(
      'already_exists',
      (async () => {
        await put(faulty.store, 'a', 'theirs');
        await faulty.store.put(blobKey('a'), bytesBody('ours'), fresh, calm);
      })(),
    );
  });

  it('ends with timeout when the store accepts and never answers', async () => {
    await using faulty = await openFaulty(() => 'hang', { settings: { callTimeoutMs: 100 } });
    await assertFails('timeout', faulty.store.stat(blobKey('a'), calm));
  });

  it('finds a bit that flipped on the way', async () => {
    await using faulty = await openFaulty(first(1, 'get', 'flipped'));
    await put(faulty.store, 'a', patternBytes(1000));
    await assertFails('corrupt', read(faulty.store, 'a'));
  });

  it('shows nothing of a put in parts that is cancelled, and takes the next one', async () => {
    const stop = new AbortController();
    await using faulty = await openFaulty((operation) => {
      if (operation === 'put_part') stop.abort();
      return undefined;
    });
    const { store } = faulty;
    const body = streamed(patternBytes(9 * mebibyte));
    await assertFails('cancelled', store.put(blobKey('a'), body, plain, stop.signal));
    await assertAbsent(store, 'a');
    await put(store, 'a', 'x');
    assert.equal((await read(store, 'a')).toString(), 'x');
  });
}

function identities(): void {
  it('works with a shared access signature', async () => {
    await using store = await open({ 'azure.blob.sas_token': `?${accountSas('rwdlac')}` });
    const { steps } = await probe(store, Date.now, calm);
    assert.deepEqual(new Set(steps.map(({ outcome }) => outcome)), new Set(['passed']));
  });

  it('says what a signature does not allow', async () => {
    await using store = await open({ 'azure.blob.sas_token': accountSas('rl') });
    await assertFails('permission_denied', put(store, 'a', 'x'));
  });

  const wrong = Buffer.from('another key of the right length, or so').toString('base64');
  const cases: readonly Readonly<{
    name: string;
    properties: () => Readonly<Record<string, string>>;
    hint: RegExp;
  }>[] = [
    { name: 'a wrong key', properties: () => ({ 'azure.blob.shared_key': wrong }), hint: /key/ },
    {
      name: 'a wrong signature',
      properties: () => ({ 'azure.blob.sas_token': accountSas('rwdlac').replace(/sig=.{6}/, 'sig=AAAAAA') }),
      hint: /key|token/,
    },
    {
      name: 'a signature that has expired',
      properties: () => ({ 'azure.blob.sas_token': accountSas('rwdlac', -3_600_000) }),
      hint: /key|token/,
    },
    { name: 'nothing at all', properties: () => ({}), hint: /key|token/ },
  ];
  for (const { name, properties, hint } of cases) {
    it(`fails at once for ${name}, without telling it`, async () => {
      const given = properties();
      await using store = await open(given);
      await assert.rejects(put(store, 'a', 'x'), (error) => {
        assert.ok(error instanceof StorageError);
        assert.ok(['invalid_credentials', 'permission_denied'].includes(error.kind), error.kind);
        assert.match(error.hint ?? '', hint);
        for (const secret of Object.values(given)) assert.ok(!error.message.includes(secret.slice(-20)));
        return true;
      });
    });
  }

  it('says that the container is missing', async () => {
    const location = place.replace('box@', 'nowhere@');
    await using store = await open(withKey, {}, `${location}/x`);
    await assertFails('invalid_argument', put(store, 'a', 'x'));
    await assertFails('invalid_argument', Array.fromAsync(store.list('', calm)));
  });
}
