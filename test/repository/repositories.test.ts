import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { silentLog } from '../../src/base/log.ts';
import { Secret } from '../../src/base/secret.ts';
import { SqlError, type SqlErrorKind } from '../../src/base/sql-error.ts';
import { MemoryStore } from '../../src/metastore/memory-store.ts';
import type { Metastore } from '../../src/metastore/metastore.ts';
import { keyBytes, secretsWithKey } from '../../src/metastore/secrets.ts';
import { startMetastore } from '../../src/metastore/stored-metastore.ts';
import type { BlobStore } from '../../src/repository/blob-store.ts';
import { probe, type ProbeReport, requireFit } from '../../src/repository/probe.ts';
import {
  Repositories,
  type RepositoryParts,
  type RepositoryRequest,
} from '../../src/repository/repositories.ts';
import { StorageError } from '../../src/repository/storage-error.ts';
import { layoutOf } from '../../src/snapshot/layout.ts';
import { attachRepository } from '../../src/snapshot/repo-info.ts';
import { calm } from '../conformance/blob-store/support.ts';
import { ignoresIfAbsent } from '../doubles/broken-stores.ts';
import { faultyStore } from '../doubles/faulty-store.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { memoryStore, testNow } from '../support/memory-store.ts';

const location = 'memory://place';
const secret = 'wJalrXUtnFEMI';
const keys: RepositoryRequest['properties'] = [
  ['aws.s3.access_key', 'AKIA'],
  ['aws.s3.secret_key', secret],
];
const request: RepositoryRequest = { name: 'repo', readOnly: false, location, properties: keys };

/** Stores by location as a cloud holds them: closing one leaves its blobs. */
class Cloud {
  readonly #places = new Map<string, BlobStore>();
  readonly opened: ReadonlyMap<string, string>[] = [];
  /** How many are open. */
  held = 0;
  /** Wraps what is opened next. */
  wrap: (store: BlobStore) => BlobStore = (store) => store;

  async open(at: string, properties: ReadonlyMap<string, string>): Promise<BlobStore> {
    this.opened.push(properties);
    if (properties.get('aws.s3.secret_key') === 'wrong') {
      throw new StorageError('invalid_credentials', 'the key is refused');
    }
    const place = this.#places.get(at) ?? memoryStore();
    this.#places.set(at, place);
    this.held += 1;
    const closed = async (): Promise<void> => void (this.held -= 1);
    return { ...faultyStore(this.wrap(place), () => undefined), [Symbol.asyncDispose]: closed };
  }
}

const clock = new ManualClock(1_000_000);
let cloud: Cloud;
let metastore: Metastore;
let repositories: Repositories;

/** What a server joins: real seals, probe and repository info, over places in memory. */
function open(parts: Partial<RepositoryParts> = {}): Repositories {
  const secrets = secretsWithKey(new Uint8Array(keyBytes).fill(7), 'the test');
  return new Repositories({
    metastore,
    seal: (plain) => secrets.seal(new Secret(plain)),
    unseal: (sealed) => secrets.open(sealed).reveal(),
    openStore: async (at, properties) => cloud.open(at, properties),
    probe: async (store, at, signal) => {
      const report = await probe(store, () => testNow, signal);
      requireFit(report, at);
      return report;
    },
    attach: async (store, { name }, signal) => {
      const founding = { name, id: crypto.randomUUID(), createdAt: clock.now() };
      return (await attachRepository({ store, layout: layoutOf(name) }, founding, signal)).createdAt;
    },
    ...parts,
  });
}

beforeEach(async () => {
  cloud = new Cloud();
  metastore = await startMetastore(new MemoryStore(), { instance: 'node:1', clock, log: silentLog });
  repositories = open();
});
afterEach(async () => {
  await repositories[Symbol.asyncDispose]();
  await metastore[Symbol.asyncDispose]();
  assert.equal(cloud.held, 0, 'a store was left open');
});

async function refuses(work: Promise<unknown>, kind: SqlErrorKind, text: string): Promise<void> {
  await assert.rejects(work, (error) => {
    assert.ok(error instanceof SqlError, String(error));
    assert.deepEqual([error.kind, error.message], [kind, text]);
    return true;
  });
}

const create = async (changes: Partial<RepositoryRequest> = {}): Promise<readonly string[]> =>
  repositories.create({ ...request, ...changes }, 'ann', calm);
const alter = async (changes: RepositoryRequest['properties']): Promise<readonly string[]> =>
  repositories.alter('repo', changes, 'ann', calm);
const exists = 'Failed to create repository: repository with same name already exist: repo';

describe('creating a repository', () => {
  it('remembers what was asked, and when the place was founded', async () => {
    await create({ broker: 'hdfs_broker', readOnly: false });
    const { id, properties, ...rest } = repositories.get('repo');
    assert.equal(id, 10_001);
    assert.deepEqual(rest, {
      name: 'repo',
      readOnly: false,
      location,
      broker: 'hdfs_broker',
      createdAt: 1_000_000,
    });
    assert.deepEqual(
      properties.map(([key]) => key),
      ['aws.s3.access_key', 'aws.s3.secret_key'],
    );
    assert.deepEqual(repositories.properties('repo'), keys);
  });

  it('gives each the next number', async () => {
    await create();
    await create({ name: 'second', location: 'memory://other' });
    assert.deepEqual(
      repositories.list().map(({ name, id }) => [name, id]),
      [
        ['repo', 10_001],
        ['second', 10_002],
      ],
    );
  });

  it('keeps no value of a property in clear text, also in the audit log', async () => {
    await create();
    await alter([['aws.s3.secret_key', `${secret}2`]]);
    const kept = JSON.stringify([metastore.list('/'), await metastore.audit(0, 100, calm)]);
    assert.ok(kept.includes('aws.s3.secret_key'));
    for (const value of ['AKIA', secret]) assert.ok(!kept.includes(value), `${value} is in clear text`);
  });

  const good = ['r', 'R_1', '_1', '_a', `a${'b'.repeat(63)}`, `_${'b'.repeat(63)}`];
  for (const name of good) {
    it(`takes the name ${name}`, async () => {
      await create({ name });
      assert.equal(repositories.find(name)?.name, name);
    });
  }

  const bad = [
    '',
    '_',
    '__x',
    '1a',
    'a-b',
    'a.b',
    'a b',
    'ä',
    `a${'b'.repeat(64)}`,
    `_${'b'.repeat(64)}`,
    'a\n',
  ];
  for (const name of bad) {
    it(`refuses the name ${JSON.stringify(name)}`, async () => {
      await refuses(create({ name }), 'repository_name', `Incorrect repository name '${name}'`);
      assert.equal(cloud.opened.length, 0);
    });
  }

  it('refuses limits of transfers that are no numbers, and reads those it has', async () => {
    const wrong = create({ properties: [['upload_worker_count', 'many']] });
    const text = "bad PROPERTIES: 'upload_worker_count' must be a whole number from 0 to 64";
    await refuses(wrong, 'analysis', text);
    await create({ properties: [['max_upload_speed_kbps', '100']] });
    assert.equal(repositories.limits('repo').uploadKbps, 100);
    await repositories.alter('repo', [['max_upload_speed_kbps', '200']], 'root', calm);
    assert.equal(repositories.limits('repo').uploadKbps, 200);
  });

  it('refuses a name in use, and leaves the one that has it', async () => {
    await create();
    await refuses(create({ location: 'memory://other' }), 'backup', exists);
    assert.equal(repositories.get('repo').location, location);
    await create({ name: 'REPO' });
    assert.equal(repositories.list().length, 2);
  });

  it('lets one of two at once win', async () => {
    const results = await Promise.allSettled([create(), create()]);
    assert.deepEqual(
      results.map(({ status }) => status),
      ['fulfilled', 'rejected'],
    );
    assert.equal(repositories.list().length, 1);
  });

  const failures: readonly (readonly [step: string, parts: Partial<RepositoryParts>])[] = [
    ['opening', { openStore: () => Promise.reject(new Error('broken')) }],
    ['the probe', { probe: () => Promise.reject(new Error('broken')) }],
    ['attaching', { attach: () => Promise.reject(new Error('broken')) }],
    [
      'sealing',
      {
        seal: () => {
          throw new Error('broken');
        },
      },
    ],
  ];
  for (const [step, parts] of failures) {
    it(`keeps nothing when ${step} fails, and the name is free again`, async () => {
      const failing = open(parts);
      await assert.rejects(failing.create(request, 'ann', calm), /broken/);
      assert.deepEqual([failing.list(), metastore.list('/')], [[], []]);
      await assert.rejects(failing.create(request, 'ann', calm), /broken/);
      await create();
    });
  }

  it('writes nothing to the place of a read-only repository', async () => {
    cloud.wrap = (store) =>
      faultyStore(store, (point) => {
        if (point === 'put' || point === 'delete') assert.fail(`${point} in a read-only repository`);
      });
    await using readOnly = open({ attach: async () => 5 });
    await readOnly.create({ ...request, readOnly: true }, 'ann', calm);
    assert.equal(readOnly.get('repo').createdAt, 5);
  });

  it('joins the repository that another server founded at the place', async () => {
    await create();
    await repositories.drop('repo', 'ann');
    assert.deepEqual(repositories.list(), []);
    clock.advance(60_000);
    await create();
    assert.equal(repositories.get('repo').createdAt, 1_000_000);
  });
});

describe('altering a repository', () => {
  it('changes the properties named, and keeps the others', async () => {
    await create();
    const before = repositories.get('repo');
    await alter([
      ['aws.s3.secret_key', 'new'],
      ['aws.s3.region', 'eu'],
    ]);
    const after = new Map([...keys, ['aws.s3.secret_key', 'new'], ['aws.s3.region', 'eu']] as const);
    assert.deepEqual(repositories.properties('repo'), [...after]);
    assert.deepEqual({ ...repositories.get('repo'), properties: [] }, { ...before, properties: [] });
    assert.deepEqual(cloud.opened.at(-1), after);
  });

  it('proves first: properties that do not open the store are not kept', async () => {
    await create();
    await assert.rejects(alter([['aws.s3.secret_key', 'wrong']]), /the key is refused/);
    assert.deepEqual(repositories.properties('repo'), keys);
  });

  it('opens the store anew for the next job, and leaves the old one to those who hold it', async () => {
    await create();
    const old = await repositories.open('repo', calm);
    await alter([['aws.s3.secret_key', 'new']]);
    assert.equal(cloud.held, 1);
    const now = await repositories.open('repo', calm);
    assert.notEqual(now, old);
    assert.equal(cloud.opened.at(-1)?.get('aws.s3.secret_key'), 'new');
  });

  it('brings a repository that was dropped meanwhile not back', async () => {
    await create();
    const slow = held();
    const altering = open({ probe: slow.wait }).alter('repo', keys, 'ann', calm);
    await slow.reached;
    await repositories.drop('repo', 'ann');
    slow.release();
    await refuses(altering, 'backup', 'Repository [repo] does not exist');
    assert.deepEqual(repositories.list(), []);
  });

  const changedText = 'Repository [repo] was changed by someone else at the same time';
  const meanwhile: readonly (readonly [name: string, change: () => Promise<unknown>])[] = [
    ['of another ALTER', async () => alter([['aws.s3.region', 'eu']])],
    [
      'of another repository of that name',
      async () => {
        await repositories.drop('repo', 'ann');
        clock.advance(1);
        await create({ location: 'memory://other' });
      },
    ],
  ];
  for (const [name, change] of meanwhile) {
    it(`does not undo the work ${name}`, async () => {
      await create();
      const slow = held();
      const altering = open({ probe: slow.wait }).alter('repo', [['aws.s3.secret_key', 'mine']], 'bob', calm);
      await slow.reached;
      await change();
      const before = repositories.get('repo');
      slow.release();
      await refuses(altering, 'backup', changedText);
      assert.deepEqual(repositories.get('repo'), before);
    });
  }

  it('fails for one that does not exist', async () =>
    refuses(alter([]), 'backup', 'Repository [repo] does not exist'));
});

describe('a repository whose store overwrites', () => {
  it('is looked at before each write, and its creator is told', async () => {
    cloud.wrap = () => ignoresIfAbsent();
    const [warning, ...more] = await create();
    assert.match(warning ?? '', /took a second write of the same key/);
    assert.deepEqual(more, []);
    assert.equal(repositories.get('repo').emulatesIfAbsent, true);
    const store = await repositories.open('repo', calm);
    assert.equal(store.capabilities.conditionalPut, 'emulated');
  });
});

describe('dropping a repository', () => {
  it('closes its store and leaves what it holds', async () => {
    await create();
    const store = await repositories.open('repo', calm);
    const before = await Array.fromAsync(store.list('', calm));
    await repositories.drop('repo', 'ann');
    assert.equal(cloud.held, 0);
    await create();
    const again = await repositories.open('repo', calm);
    assert.deepEqual(await Array.fromAsync(again.list('', calm)), before);
  });

  it('succeeds although its store cannot be opened', async () => {
    await create();
    const broken = open({ openStore: () => Promise.reject(new Error('broken')) });
    const opening = broken.open('repo', calm);
    await Promise.all([assert.rejects(opening, /broken/), broken.drop('repo', 'ann')]);
    assert.equal(broken.find('repo'), undefined);
  });

  it('fails for one that does not exist', async () =>
    refuses(repositories.drop('repo', 'ann'), 'backup', 'Repository does not exist'));
});

describe('the store of a repository', () => {
  it('is opened once, with its properties in clear text', async () => {
    await create();
    cloud.opened.length = 0;
    const stores = await Promise.all([1, 2, 3].map(async () => repositories.open('repo', calm)));
    assert.equal(new Set(stores).size, 1);
    assert.deepEqual(cloud.opened, [new Map(keys)]);
  });

  it('is tried again after a failure', async () => {
    await create();
    let tries = 0;
    await using flaky = open({
      openStore: async (at, properties) => {
        tries += 1;
        if (tries === 1) throw new StorageError('unavailable', 'not now');
        return cloud.open(at, properties);
      },
    });
    await assert.rejects(flaky.open('repo', calm), /not now/);
    await flaky.open('repo', calm);
    assert.equal(tries, 2);
  });

  it('is not opened for a caller who has cancelled', async () => {
    await create();
    cloud.opened.length = 0;
    await assert.rejects(
      repositories.open('repo', AbortSignal.abort()),
      (error) => error instanceof StorageError && error.kind === 'cancelled',
    );
    assert.deepEqual(cloud.opened, []);
  });

  it('fails for an unknown name as StarRocks says it', async () =>
    refuses(repositories.open('nowhere', calm), 'backup', 'Repository [nowhere] does not exist'));
});

/** A step that tells when it is reached and waits to be released. */
function held(): Readonly<{ wait: () => Promise<ProbeReport>; reached: Promise<void>; release: () => void }> {
  const reached = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const wait = async (): Promise<ProbeReport> => {
    reached.resolve();
    await released.promise;
    return { steps: [], needsEmulation: false };
  };
  return { wait, reached: reached.promise, release: released.resolve };
}
