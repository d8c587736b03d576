import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Clock } from '../../src/base/clock.ts';
import { jsonLog, silentLog } from '../../src/base/log.ts';
import { MemoryStore, memoryDisk, type MemoryDisk } from '../../src/metastore/memory-store.ts';
import type { MetadataStore } from '../../src/metastore/metadata-store.ts';
import { MetastoreError, type Metastore, type Sandbox } from '../../src/metastore/metastore.ts';
import { startMetastore, type MetastoreOptions } from '../../src/metastore/stored-metastore.ts';

const signal = new AbortController().signal;
const clock: Clock = {
  now: () => 1_000,
  elapsed: () => 1_000,
  schedule: () => ({ [Symbol.dispose]: () => {} }),
};
const unit = { project: 'p', operator: 'root' };

async function start(
  store: MetadataStore = new MemoryStore(),
  more: Partial<MetastoreOptions> = {},
): Promise<Metastore> {
  let units = 0;
  const newUnitId = (): string => `u${++units}`;
  return startMetastore(store, { instance: 'node:9030', clock, log: silentLog, newUnitId, ...more });
}

function count(sandbox: Sandbox): void {
  sandbox.put('/p/t/count', Number(sandbox.get('/p/t/count')?.content ?? 0) + 1);
}

async function twoNodes(disk: MemoryDisk): Promise<readonly [Metastore, Metastore]> {
  return [await start(new MemoryStore(disk)), await start(new MemoryStore(disk))];
}

const isConflict = (error: unknown): boolean => error instanceof MetastoreError && error.kind === 'conflict';

describe('a unit of work', () => {
  it('shows what it wrote after it has committed, not before', async () => {
    await using metastore = await start();
    const written = metastore.write(unit, (sandbox) => {
      sandbox.put('/p/t/a', { v: 1 });
      assert.deepEqual(sandbox.get('/p/t/a')?.content, { v: 1 });
      return 'answer';
    });
    assert.equal(metastore.get('/p/t/a'), undefined);
    assert.equal(await written, 'answer');
    assert.deepEqual(metastore.get('/p/t/a'), {
      key: '/p/t/a',
      content: { v: 1 },
      mvcc: 0,
      modifiedAt: 1_000,
    });
  });

  it('keeps nothing when its work throws', async () => {
    await using metastore = await start();
    const written = metastore.write(unit, (sandbox) => {
      sandbox.put('/p/t/a', 1);
      throw new Error('no');
    });
    await assert.rejects(written, { message: 'no' });
    assert.deepEqual(metastore.list(''), []);
    assert.deepEqual(await metastore.audit(0, 10, signal), []);
  });

  it('reads its own writes and tombstones in lists, in key order', async () => {
    await using metastore = await start();
    await metastore.write(unit, (sandbox) => ['b', 'd'].forEach((name) => sandbox.put(`/p/t/${name}`, 0)));
    await metastore.write(unit, (sandbox) => {
      sandbox.put('/p/t/c', 0);
      sandbox.put('/p/t/a', 0);
      sandbox.put('/p/t/d', 1);
      sandbox.delete('/p/t/b');
      const seen = sandbox.list('/p/t/').map(({ key, mvcc }) => [key, mvcc]);
      assert.deepEqual(seen, [
        ['/p/t/a', 0],
        ['/p/t/c', 0],
        ['/p/t/d', 1],
      ]);
      assert.equal(sandbox.get('/p/t/b'), undefined);
    });
    assert.deepEqual(
      metastore.list('/p/t/').map((resource) => resource.key),
      ['/p/t/a', '/p/t/c', '/p/t/d'],
    );
  });

  it('raises the version once however often it writes a key', async () => {
    await using metastore = await start();
    await metastore.write(unit, (sandbox) => sandbox.put('/p/t/a', 0));
    await metastore.write(unit, (sandbox) => [1, 2, 3].forEach((value) => sandbox.put('/p/t/a', value)));
    assert.equal(metastore.get('/p/t/a')?.mvcc, 1);
    assert.equal((await metastore.audit(0, 10, signal)).length, 2);
  });

  it('leaves no trace of a key that it makes and deletes', async () => {
    await using metastore = await start();
    await metastore.write(unit, (sandbox) => {
      sandbox.put('/p/t/a', 0);
      sandbox.delete('/p/t/a');
    });
    assert.deepEqual(await metastore.audit(0, 10, signal), []);
  });

  const refused: readonly Readonly<{ name: string; work: (sandbox: Sandbox) => unknown }>[] = [
    { name: 'a key of another project', work: (sandbox) => sandbox.put('/p1/t/a', 0) },
    { name: 'the deletion of a key of another project', work: (sandbox) => sandbox.delete('/_global/t/a') },
    {
      name: 'a key that it has deleted itself',
      work: (sandbox) => {
        sandbox.delete('/p/t/there');
        sandbox.put('/p/t/there', 0);
      },
    },
    { name: 'content that is not JSON', work: (sandbox) => sandbox.put('/p/t/a', { at: new Date(0) }) },
    { name: 'asynchronous work', work: async (sandbox) => sandbox.put('/p/t/a', 0) },
  ];
  for (const { name, work } of refused) {
    it(`refuses ${name} as a wrong program`, async () => {
      await using metastore = await start();
      await metastore.write(unit, (sandbox) => sandbox.put('/p/t/there', 0));
      await assert.rejects(metastore.write(unit, work), { name: 'AssertionError' });
      assert.equal(metastore.list('').length, 1);
    });
  }

  it('refuses content that is too large', async () => {
    await using metastore = await start();
    const large = 'x'.repeat(17 * 1024 * 1024);
    await assert.rejects(
      metastore.write(unit, (sandbox) => sandbox.put('/p/t/a', large)),
      { name: 'MetastoreError', kind: 'too_large' },
    );
  });

  const expectations: readonly Readonly<{ expected: number; message: RegExp }>[] = [
    { expected: -1, message: /'\/p\/t\/a' exists already/ },
    { expected: 4, message: /has version 0, not 4/ },
  ];
  for (const { expected, message } of expectations) {
    it(`fails with conflict when version ${expected} is expected of version 0`, async () => {
      await using metastore = await start();
      await metastore.write(unit, (sandbox) => sandbox.put('/p/t/a', 0, -1));
      const write = metastore.write(unit, (sandbox) => sandbox.put('/p/t/a', 1, expected));
      await assert.rejects(write, { kind: 'conflict', message });
    });
  }

  it('fails with conflict when a missing key is expected to have a version', async () => {
    await using metastore = await start();
    const write = metastore.write(unit, (sandbox) => sandbox.delete('/p/t/a', 3));
    await assert.rejects(write, { kind: 'conflict', message: /does not exist any more/ });
  });

  it('waits for the units of its project before it, and sees what they left', async () => {
    await using metastore = await start();
    await Promise.all(Array.from({ length: 50 }, () => metastore.write(unit, count)));
    assert.equal(metastore.get('/p/t/count')?.content, 50);
  });

  it('does not wait for units of other projects', async () => {
    const gate = Promise.withResolvers<void>();
    const failpoint = (_point: string, { project }: { project: string }): Promise<void> | undefined =>
      project === 'slow' ? gate.promise : undefined;
    await using metastore = await start(new MemoryStore(), { failpoint: async (...at) => failpoint(...at) });
    const slow = metastore.write({ project: 'slow', operator: 'x' }, (sandbox) =>
      sandbox.put('/slow/t/a', 0),
    );
    await metastore.write(unit, (sandbox) => sandbox.put('/p/t/a', 0));
    assert.equal(metastore.get('/slow/t/a'), undefined);
    gate.resolve();
    await slow;
    assert.ok(metastore.get('/slow/t/a'));
  });

  it('says in the log that it took long', async () => {
    const lines: string[] = [];
    let now = 0;
    const log = jsonLog(
      'warn',
      (line) => void lines.push(line),
      () => 0,
    );
    const slowClock = { ...clock, elapsed: (): number => (now += 4_000) };
    await using metastore = await start(new MemoryStore(), { log, clock: slowClock });
    await metastore.write(unit, (sandbox) => sandbox.put('/p/t/a', 0));
    assert.match(
      lines.join(''),
      /"event":"metastore_unit_slow","project":"p","operator":"root","durationMs":\d+/,
    );
  });
});

describe('a unit inside another', () => {
  it('joins it: both commit as one', async () => {
    await using metastore = await start();
    let inner: Promise<unknown> = Promise.resolve();
    await metastore.write(unit, (sandbox) => {
      sandbox.put('/p/t/a', 0);
      inner = metastore.write(unit, (joined) => {
        assert.ok(joined.get('/p/t/a'));
        joined.put('/p/t/b', 0);
        return 'inner';
      });
    });
    assert.equal(await inner, 'inner');
    const rows = await metastore.audit(0, 10, signal);
    assert.deepEqual(
      rows.map(({ key, unitId }) => [key, unitId]),
      [
        ['/p/t/a', 'u1'],
        ['/p/t/b', 'u1'],
      ],
    );
  });

  it('fails the whole when it fails', async () => {
    await using metastore = await start();
    const outer = metastore.write(unit, (sandbox) => {
      sandbox.put('/p/t/a', 0);
      void metastore.write(unit, () => {
        throw new Error('inner');
      });
    });
    await assert.rejects(outer, { message: 'inner' });
    assert.deepEqual(metastore.list(''), []);
  });

  it('fails when the whole fails', async () => {
    await using metastore = await start();
    let inner: Promise<unknown> = Promise.resolve();
    const outer = metastore.write(unit, () => {
      inner = metastore.write(unit, (sandbox) => sandbox.put('/p/t/a', 0));
      throw new Error('outer');
    });
    await assert.rejects(outer, { message: 'outer' });
    await assert.rejects(inner, { message: 'outer' });
  });

  it('of another project is a wrong program', async () => {
    await using metastore = await start();
    const other = { ...unit, project: 'q' };
    const outer = metastore.write(unit, () => void metastore.write(other, () => {}));
    await assert.rejects(outer, { name: 'AssertionError' });
  });
});

describe('two nodes over one store', () => {
  it('lose no write: the second tries again on what the first left', async () => {
    const [one, two] = await twoNodes(memoryDisk());
    await one.write(unit, count);
    const changed: (readonly string[])[] = [];
    two.onCommit((keys) => changed.push(keys));
    await two.write(unit, count);
    await two.write(unit, count);
    await one.write(unit, count);
    assert.equal(one.get('/p/t/count')?.content, 4);
    assert.deepEqual(changed[0], ['/p/t/count']);
  });

  it('see the deletion by the other as one', async () => {
    const [one, two] = await twoNodes(memoryDisk());
    await one.write(unit, count);
    await two.write(unit, count);
    await one.write(unit, (sandbox) => sandbox.delete('/p/t/count'));
    await two.write(unit, count);
    assert.equal(two.get('/p/t/count')?.content, 1);
  });

  it('give up with conflict after three more tries', async () => {
    const disk = memoryDisk();
    const rival = await start(new MemoryStore(disk));
    let tries = 0;
    const failpoint = async (point: string): Promise<void> => {
      if (point === 'before_commit') await rival.write(unit, count);
      tries += 1;
    };
    await using metastore = await start(new MemoryStore(disk), { failpoint });
    await assert.rejects(metastore.write(unit, count), isConflict);
    assert.equal(tries, 4);
    assert.equal(metastore.get('/p/t/count')?.content, 4);
  });

  it('refuse a write of the one that lost the project', async () => {
    const disk = memoryDisk();
    const store = new MemoryStore(disk);
    await using metastore = await start(store);
    await metastore.write(unit, count);
    await store.takeEpoch('p', 'other:9030', 1, 2_000);
    await assert.rejects(metastore.write(unit, count), {
      kind: 'stale_epoch',
      message: /project 'p' belongs to epoch 2 of 'other:9030'/,
    });
    await metastore.write({ ...unit, epoch: 2 }, count);
  });
});
