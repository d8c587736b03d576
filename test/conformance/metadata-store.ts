import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { maintenanceKey } from '../../src/metastore/key.ts';
import { MetastoreError } from '../../src/metastore/metastore.ts';
import type { MetadataStore, StoredChange, StoredUnit } from '../../src/metastore/metadata-store.ts';

/** A place where stores are opened, closed and opened again; `close` removes it. */
export type StorePlace = Readonly<{
  open: (auditRowsMax?: number) => Promise<MetadataStore>;
  close: () => Promise<void>;
}>;

const signal = new AbortController().signal;

/** The clauses that every MetadataStore keeps. */
export function conformsToMetadataStore(name: string, makePlace: () => Promise<StorePlace>): void {
  const clause = (sentence: string, check: (place: StorePlace) => Promise<void>): void => {
    it(sentence, async () => {
      const place = await makePlace();
      try {
        await check(place);
      } finally {
        await place.close();
      }
    });
  };
  describe(`the ${name} metadata store`, () => {
    describe('resources', () => resourceClauses(clause));
    describe('units', () => unitClauses(clause));
    describe('maintenance mode', () => maintenanceClauses(clause));
    describe('the audit log', () => auditClauses(clause));
    describe('epochs', () => epochClauses(clause));
  });
}

type Clause = (sentence: string, check: (place: StorePlace) => Promise<void>) => void;

function resourceClauses(clause: Clause): void {
  clause('is empty at first', async (place) => {
    await using store = await place.open();
    assert.deepEqual(await store.load(signal), { resources: [], auditId: 0 });
    assert.deepEqual(await store.audit(0, 10, signal), []);
  });

  clause('gives back every resource in byte order of keys', async (place) => {
    await using store = await place.open();
    await store.commit(unit({ changes: ['/p/b/1', '/p/a/2', '/p/a/10', '/p/B/1'].map((key) => put(key)) }));
    const { resources } = await store.load(signal);
    assert.deepEqual(
      resources.map((resource) => resource.key),
      ['/p/B/1', '/p/a/10', '/p/a/2', '/p/b/1'],
    );
  });

  clause('keeps any JSON text byte for byte', async (place) => {
    const content = JSON.stringify({
      text: 'é \' " \\ \u0000 \ud83d\ude00 \ud800',
      list: [1e300, null, true],
    });
    {
      await using store = await place.open();
      await store.commit(unit({ changes: [{ kind: 'put', key: '/p/t/n', content, mvcc: 0 }] }));
    }
    await using store = await place.open();
    const { resources } = await store.load(signal);
    assert.deepEqual(resources, [{ key: '/p/t/n', content, mvcc: 0, modifiedAt: 1_000 }]);
  });

  clause('keeps a content of several megabytes', async (place) => {
    await using store = await place.open();
    const content = JSON.stringify('x'.repeat(5_000_000));
    await store.commit(unit({ changes: [{ kind: 'put', key: '/p/t/n', content, mvcc: 0 }] }));
    assert.equal((await store.read(['/p/t/n'], signal))[0]?.content, content);
  });

  clause('reads named resources in key order and leaves out the missing', async (place) => {
    await using store = await place.open();
    await store.commit(unit({ changes: [put('/p/t/a'), put('/p/t/b'), put('/p/t/c')] }));
    const found = await store.read(['/p/t/c', '/p/t/x', '/p/t/a'], signal);
    assert.deepEqual(
      found.map((resource) => resource.key),
      ['/p/t/a', '/p/t/c'],
    );
  });

  clause('has what was committed after it was closed and opened again', async (place) => {
    {
      await using store = await place.open();
      await store.commit(unit({ changes: [put('/p/t/a'), put('/p/t/b')] }));
      await store.commit(unit({ changes: [put('/p/t/a', 1), remove('/p/t/b', 0)], at: 2_000 }));
    }
    await using store = await place.open();
    const { resources, auditId } = await store.load(signal);
    assert.deepEqual(resources, [{ key: '/p/t/a', content: '{"v":1}', mvcc: 1, modifiedAt: 2_000 }]);
    assert.equal(auditId, 4);
  });

  clause('refuses every call after it was closed', async (place) => {
    const store = await place.open();
    await store[Symbol.asyncDispose]();
    await store[Symbol.asyncDispose]();
    await fails('unavailable', () => store.load(signal));
    await fails('unavailable', () => store.commit(unit({ changes: [put('/p/t/a')] })));
    await fails('unavailable', () => store.audit(0, 1, signal));
  });
}

function unitClauses(clause: Clause): void {
  const races: readonly Readonly<{ name: string; change: StoredChange }>[] = [
    { name: 'a new resource whose key is taken', change: put('/p/t/a') },
    { name: 'a version that does not follow the one there', change: put('/p/t/a', 3) },
    { name: 'a new version of a missing resource', change: put('/p/t/x', 1) },
    { name: 'the deletion of a version that has changed', change: remove('/p/t/a', 0) },
    { name: 'the deletion of a missing resource', change: remove('/p/t/x', 0) },
  ];
  for (const { name, change } of races) {
    clause(`fails with conflict for ${name} and keeps nothing of the unit`, async (place) => {
      await using store = await place.open();
      await store.commit(unit({ changes: [put('/p/t/a')] }));
      await store.commit(unit({ changes: [put('/p/t/a', 1)] }));
      const before = await store.load(signal);
      await fails('conflict', () => store.commit(unit({ changes: [put('/p/t/new'), change] })));
      assert.deepEqual(await store.load(signal), before);
      assert.equal((await store.audit(0, 10, signal)).length, 2);
    });
  }

  clause('starts again at version 0 when a deleted key is made again', async (place) => {
    await using store = await place.open();
    await store.commit(unit({ changes: [put('/p/t/a')] }));
    await store.commit(unit({ changes: [remove('/p/t/a', 0)] }));
    await store.commit(unit({ changes: [put('/p/t/a')] }));
    assert.equal((await store.read(['/p/t/a'], signal))[0]?.mvcc, 0);
  });

  clause('lets one of two units with the same expectation win', async (place) => {
    await using store = await place.open();
    await store.commit(unit({ changes: [put('/p/t/a')] }));
    const outcomes = await Promise.allSettled([
      store.commit(unit({ changes: [put('/p/t/a', 1)] })),
      store.commit(unit({ changes: [put('/p/t/a', 1)] })),
    ]);
    assert.deepEqual(outcomes.map((outcome) => outcome.status).toSorted(), ['fulfilled', 'rejected']);
  });
}

function maintenanceClauses(clause: Clause): void {
  clause('refuses every unit while the resource of the maintenance mode is there', async (place) => {
    await using store = await place.open();
    const on: StoredChange = { kind: 'put', key: maintenanceKey, content: '"moving house"', mvcc: 0 };
    await store.commit(unit({ project: '_global', changes: [on] }));
    const before = await store.load(signal);
    await assert.rejects(
      () => store.commit(unit({ changes: [put('/p/t/a')] })),
      (error) =>
        error instanceof MetastoreError && error.kind === 'maintenance' && /moving house/.test(error.message),
    );
    assert.deepEqual(await store.load(signal), before);
    await store.commit(unit({ project: '_global', changes: [remove(maintenanceKey, 0)] }));
    await store.commit(unit({ changes: [put('/p/t/a')] }));
  });
}

function auditClauses(clause: Clause): void {
  clause('has one row for each change, in order, with the facts of its unit', async (place) => {
    await using store = await place.open();
    await store.commit(unit({ changes: [put('/p/t/b'), put('/p/t/a')] }));
    const changes = [remove('/p/t/b', 0), put('/p/t/a', 1)];
    const committed = await store.commit(unit({ changes, unitId: 'u2', operator: 'job 17', at: 2_000 }));
    assert.equal(committed.auditId, 4);
    const facts = { at: 2_000, unitId: 'u2', operator: 'job 17', instance: 'node:9030' };
    assert.deepEqual(await store.audit(2, 10, signal), [
      { id: 3, key: '/p/t/b', content: null, mvcc: null, ...facts },
      { id: 4, key: '/p/t/a', content: '{"v":1}', mvcc: 1, ...facts },
    ]);
  });

  clause('is read in pages from any id', async (place) => {
    await using store = await place.open();
    for (const name of ['a', 'b', 'c']) await store.commit(unit({ changes: [put(`/p/t/${name}`)] }));
    const ids = async (after: number, limit: number): Promise<readonly number[]> =>
      (await store.audit(after, limit, signal)).map((row) => row.id);
    assert.deepEqual(await ids(0, 2), [1, 2]);
    assert.deepEqual(await ids(2, 2), [3]);
    assert.deepEqual(await ids(3, 2), []);
  });

  clause('keeps the newest rows up to its limit, and goes on counting', async (place) => {
    {
      await using store = await place.open(3);
      for (let version = 0; version < 5; version++) {
        await store.commit(unit({ changes: [put('/p/t/a', version)] }));
      }
      const rows = await store.audit(0, 10, signal);
      assert.deepEqual(
        rows.map((row) => row.id),
        [3, 4, 5],
      );
    }
    await using store = await place.open(3);
    assert.equal((await store.load(signal)).auditId, 5);
    assert.equal((await store.commit(unit({ changes: [put('/p/t/b')] }))).auditId, 6);
  });
}

function epochClauses(clause: Clause): void {
  clause('gives a project without an epoch the one of its first unit', async (place) => {
    await using store = await place.open();
    assert.equal(await store.epoch('p', signal), undefined);
    await store.commit(unit({ changes: [put('/p/t/a')], epoch: 4 }));
    assert.deepEqual(await store.epoch('p', signal), {
      project: 'p',
      epoch: 4,
      owner: 'node:9030',
      takenAt: 1_000,
    });
  });

  clause('refuses a unit of an older epoch after another node took the project', async (place) => {
    await using store = await place.open();
    await store.commit(unit({ changes: [put('/p/t/a')] }));
    assert.equal(await store.takeEpoch('p', 'other:9030', 1, 5_000), 2);
    await fails('stale_epoch', () => store.commit(unit({ changes: [put('/p/t/b')] })));
    assert.deepEqual(await store.read(['/p/t/b'], signal), []);
    await store.commit(unit({ changes: [put('/p/t/b')], epoch: 2 }));
    assert.equal((await store.epoch('p', signal))?.owner, 'other:9030');
  });

  clause('refuses a unit of an epoch that nobody was given', async (place) => {
    await using store = await place.open();
    await store.commit(unit({ changes: [put('/p/t/a')] }));
    await fails('stale_epoch', () => store.commit(unit({ changes: [put('/p/t/b')], epoch: 2 })));
  });

  clause('takes a unit that needs no lease whoever has it', async (place) => {
    await using store = await place.open();
    await store.commit(unit({ changes: [put('/p/t/a')], epoch: 0 }));
    await store.takeEpoch('q', 'other:9030', (await store.epoch('q', signal))?.epoch ?? 0, 1);
    await store.commit(unit({ project: 'q', changes: [put('/q/t/a')], epoch: 0 }));
    await fails('conflict', () => store.commit(unit({ project: 'q', changes: [put('/q/t/a')], epoch: 0 })));
    assert.equal((await store.epoch('q', signal))?.owner, 'other:9030');
  });

  clause('gives a project to one of two nodes that ask at once', async (place) => {
    await using store = await place.open();
    assert.equal(await store.takeEpoch('p', 'one:1', 0, 1), 1);
    await fails('conflict', () => store.takeEpoch('p', 'two:1', 0, 1));
    assert.equal((await store.epoch('p', signal))?.owner, 'one:1');
  });

  clause('does not mix the epochs of projects', async (place) => {
    await using store = await place.open();
    await store.takeEpoch('p1', 'one:1', 0, 1);
    await store.takeEpoch('p1', 'one:1', 1, 1);
    await store.commit(unit({ project: 'p', changes: [put('/p/t/a')] }));
    assert.equal((await store.epoch('p1', signal))?.epoch, 2);
  });
}

function unit(facts: Partial<StoredUnit> & Pick<StoredUnit, 'changes'>): StoredUnit {
  return {
    project: 'p',
    epoch: 1,
    unitId: 'u1',
    operator: 'root',
    instance: 'node:9030',
    at: 1_000,
    ...facts,
  };
}

function put(key: string, mvcc = 0): StoredChange {
  return { kind: 'put', key, content: `{"v":${mvcc}}`, mvcc };
}

function remove(key: string, mvcc: number): StoredChange {
  return { kind: 'delete', key, mvcc };
}

async function fails(kind: MetastoreError['kind'], work: () => Promise<unknown>): Promise<void> {
  await assert.rejects(work, (error) => error instanceof MetastoreError && error.kind === kind);
}
