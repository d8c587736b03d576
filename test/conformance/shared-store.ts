import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { MetastoreError } from '../../src/metastore/metastore.ts';
import type { StoredUnit } from '../../src/metastore/metadata-store.ts';
import type { LeaseWish, NodeFacts, SharedStore } from '../../src/metastore/shared-store.ts';

/** A place that several nodes open. `pass` lets the store's time go on; without it real time passes. */
export type SharedPlace = Readonly<{
  open: () => Promise<SharedStore>;
  pass?: (ms: number) => Promise<void>;
}>;

const signal = new AbortController().signal;
const longMs = 60_000;
/** Short enough to wait for where time is real. */
const shortMs = 50;

type World = Readonly<{ one: SharedStore; two: SharedStore; pass: (ms: number) => Promise<void> }>;

/** The clauses that every SharedStore keeps, besides those of a MetadataStore. */
export function conformsToSharedStore(name: string, makePlace: () => Promise<SharedPlace>): void {
  const clause = (sentence: string, check: (world: World) => Promise<void>): void => {
    it(sentence, async () => {
      const { open, pass = sleep } = await makePlace();
      await using one = await open();
      await using two = await open();
      await check({ one, two, pass: async (ms) => void (await pass(ms)) });
    });
  };
  describe(`the ${name} store that nodes share`, () => {
    describe('leases', () => leaseClauses(clause));
    describe('nodes', () => nodeClauses(clause));
    describe('questions', () => questionClauses(clause));
    describe('the log', () => logClauses(clause));
  });
}

type Clause = (sentence: string, check: (world: World) => Promise<void>) => void;

function leaseClauses(clause: Clause): void {
  clause('gives a project that nobody has had, with epoch 1', async ({ one, two }) => {
    assert.equal(await one.claim(wish('a')), 1);
    const [lease] = await two.leases(signal);
    assert.deepEqual([lease?.project, lease?.owner, lease?.epoch, lease?.home], ['p', 'a', 1, '']);
    assert.ok(lease !== undefined && lease.leftMs > longMs / 2 && lease.leftMs <= longMs);
  });

  clause('gives a project to one of two nodes that claim it at once', async ({ one, two }) => {
    const epochs = await Promise.all([one.claim(wish('a')), two.claim(wish('b'))]);
    assert.deepEqual(
      epochs.filter((epoch) => epoch !== undefined),
      [1],
    );
  });

  clause('refuses a project whose lease has not expired', async ({ one, two }) => {
    await one.claim(wish('a'));
    assert.equal(await two.claim(wish('b')), undefined);
    assert.equal((await two.leases(signal))[0]?.owner, 'a');
  });

  clause(
    'gives a project whose lease has expired to another, and refuses units of the old epoch',
    async (world) => {
      const { one, two, pass } = world;
      await one.claim(wish('a', { timeoutMs: shortMs }));
      await one.commit(unit({ epoch: 1 }));
      await pass(2 * shortMs);
      assert.equal(await two.claim(wish('b')), 2);
      await fails('stale_epoch', () => one.commit(unit({ epoch: 1, key: '/p/t/late' })));
      await two.commit(unit({ epoch: 2, key: '/p/t/next' }));
      assert.deepEqual(await two.read(['/p/t/late'], signal), []);
    },
  );

  clause('gives a node its own project again with a new epoch, expired or not', async ({ one }) => {
    assert.equal(await one.claim(wish('a')), 1);
    assert.equal(await one.claim(wish('a')), 2);
  });

  clause('makes a lease last when it is renewed', async ({ one, two, pass }) => {
    await one.claim(wish('a', { timeoutMs: shortMs }));
    assert.deepEqual(await one.renew('a', [{ project: 'p', epoch: 1 }], longMs), new Set(['p']));
    await pass(2 * shortMs);
    assert.equal(await two.claim(wish('b')), undefined);
  });

  clause('renews an expired lease that nobody has taken, and none that somebody has', async (world) => {
    const { one, two, pass } = world;
    for (const project of ['p', 'q']) await one.claim(wish('a', { project, timeoutMs: shortMs }));
    await pass(2 * shortMs);
    assert.equal(await two.claim(wish('b', { project: 'q' })), 2);
    const held = ['p', 'q'].map((project) => ({ project, epoch: 1 }));
    assert.deepEqual(await one.renew('a', held, longMs), new Set(['p']));
    assert.equal((await one.leases(signal)).find(({ project }) => project === 'q')?.owner, 'b');
  });

  clause(
    'gives a released project to another at once, and never under an old number',
    async ({ one, two }) => {
      await one.claim(wish('a'));
      await one.release('a', [{ project: 'p', epoch: 1 }]);
      assert.equal((await two.leases(signal))[0]?.owner, '');
      assert.equal(await two.claim(wish('b')), 2);
      await one.release('a', [{ project: 'p', epoch: 1 }]);
      assert.equal((await two.leases(signal))[0]?.owner, 'b');
    },
  );

  clause(
    'gives a project with a home to no other folder, whoever has expired',
    async ({ one, two, pass }) => {
      await one.claim(wish('a', { timeoutMs: shortMs, isHome: true }));
      await pass(2 * shortMs);
      assert.equal(await two.claim(wish('b')), undefined);
      assert.equal((await two.leases(signal))[0]?.home, 'folder of a');
      assert.equal(await one.claim(wish('renamed', { folder: 'folder of a' })), 2);
    },
  );
}

function nodeClauses(clause: Clause): void {
  clause('lists nodes with what they have said last', async ({ one, two }) => {
    await one.announce(facts('a'), longMs);
    await two.announce(facts('b'), longMs);
    await one.announce({ ...facts('a'), auditId: 7 }, longMs);
    const nodes = await two.nodes(signal);
    assert.deepEqual(
      nodes.map(({ node, auditId, isAlive }) => [node, auditId, isAlive]),
      [
        ['a', 7, true],
        ['b', 0, true],
      ],
    );
  });

  clause('shows a node that was not heard of, or has ended, as dead', async ({ one, two, pass }) => {
    await one.announce(facts('a'), shortMs);
    await one.announce(facts('b'), longMs);
    await one.retire('b');
    await pass(2 * shortMs);
    assert.deepEqual(
      (await two.nodes(signal)).map(({ isAlive }) => isAlive),
      [false, false],
    );
  });

  clause('refuses a name that a live node of another folder has', async ({ one, two, pass }) => {
    await one.announce(facts('a'), longMs);
    await fails('locked', () => two.announce({ ...facts('a'), folder: 'other' }, longMs));
    await one.announce(facts('a'), shortMs);
    await pass(2 * shortMs);
    await two.announce({ ...facts('a'), folder: 'other' }, longMs);
  });

  clause('keeps the first value of a fact', async ({ one, two }) => {
    assert.equal(await one.fact('id', 'x'), 'x');
    assert.equal(await two.fact('id', 'y'), 'x');
  });

  clause('keeps another value of a fact when it is told to', async ({ one, two }) => {
    assert.equal(await one.fact('id', 'x'), 'x');
    await two.replaceFact('id', 'z');
    await two.replaceFact('other', 'new');
    assert.equal(await one.fact('id', 'y'), 'z');
    assert.equal(await one.fact('other', 'y'), 'new');
  });
}

function questionClauses(clause: Clause): void {
  clause('hands a question to one node, and its answer to whoever asked', async ({ one, two }) => {
    const id = await one.ask({ project: 'p', body: 'what', node: 'a' });
    const [asked] = await two.questions(longMs, 10, signal);
    assert.deepEqual([asked?.id, asked?.project, asked?.body, asked?.node], [id, 'p', 'what', 'a']);
    const taken = await Promise.all([two.take(id, 'b', 3), one.take(id, 'c', 4)]);
    assert.deepEqual(taken.toSorted(), [false, true]);
    assert.deepEqual(await two.questions(longMs, 10, signal), []);
    await two.answer(id, 'this');
    assert.equal((await one.question(id, signal))?.answer, 'this');
    await one.forget(id);
    assert.equal(await one.question(id, signal), undefined);
  });

  clause('hands out no question that is older than asked for', async ({ one, two, pass }) => {
    await one.ask({ project: 'p', body: 'what', node: 'a' });
    await pass(2 * shortMs);
    assert.deepEqual(await two.questions(shortMs, 10, signal), []);
    assert.equal((await two.questions(longMs, 10, signal)).length, 1);
  });

  clause('lets a question be taken back until somebody takes it', async ({ one, two }) => {
    const id = await one.ask({ project: 'p', body: 'what', node: 'a' });
    assert.equal(await one.withdraw(id), true);
    assert.equal(await two.take(id, 'b', 1), false);
    const next = await one.ask({ project: 'p', body: 'what', node: 'a' });
    await two.take(next, 'b', 1);
    assert.equal(await one.withdraw(next), false);
    assert.deepEqual(await one.question(next, signal), { takenBy: 'b', epoch: 1, answer: undefined });
  });
}

function logClauses(clause: Clause): void {
  clause('reads what is below some prefixes, and nothing beside it', async ({ one, two }) => {
    for (const name of ['t/a', 't/b%20c', 't1/a', 'u/a', 's/a', 't-/a', 't%2F/a']) {
      await one.commit(unit({ epoch: 0, key: `/p/${name}` }));
    }
    const found = await two.readBelow(['/p/t/', '/p/u/', '/q/t/'], signal);
    assert.deepEqual(
      found.map(({ key }) => key),
      ['/p/t/a', '/p/t/b%20c', '/p/u/a'],
    );
  });

  clause('tells the ends of the audit log, and rows by their ids', async ({ one, two }) => {
    assert.deepEqual(await two.auditRange(signal), { oldest: 0, newest: 0 });
    for (const name of ['a', 'b', 'c']) await one.commit(unit({ epoch: 0, key: `/p/t/${name}` }));
    assert.deepEqual(await two.auditRange(signal), { oldest: 1, newest: 3 });
    const rows = await two.auditRowsOf([3, 9, 1], signal);
    assert.deepEqual(
      rows.map(({ id, key }) => [id, key]),
      [
        [1, '/p/t/a'],
        [3, '/p/t/c'],
      ],
    );
  });
}

function wish(node: string, more: Partial<LeaseWish> = {}): LeaseWish {
  return { project: 'p', node, folder: `folder of ${node}`, timeoutMs: longMs, isHome: false, ...more };
}

function facts(node: string): NodeFacts {
  const address = `127.0.0.1:${node.charCodeAt(0)}`;
  const place = { node, folder: `folder of ${node}`, address, httpPort: node.charCodeAt(0) };
  return { ...place, role: 'all', group: 'eu', version: '1', auditId: 0, startedAt: 5 };
}

let units = 0;

function unit({ epoch, key = '/p/t/n' }: Readonly<{ epoch: number; key?: string }>): StoredUnit {
  const changes = [{ kind: 'put', key, content: '{}', mvcc: 0 }] as const;
  const who = { operator: 'root', instance: 'node:9030', at: 1_000 };
  return { project: 'p', epoch, unitId: `unit ${++units}`, ...who, changes };
}

async function fails(kind: MetastoreError['kind'], work: () => Promise<unknown>): Promise<void> {
  await assert.rejects(work, (error) => error instanceof MetastoreError && error.kind === kind);
}
