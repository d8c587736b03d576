import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { silentLog } from '../../src/base/log.ts';
import { Leases, type LeaseParts } from '../../src/metastore/leases.ts';
import { MemorySharedStore, sharedDisk } from '../../src/metastore/memory-shared-store.ts';
import { MetastoreError } from '../../src/metastore/metastore.ts';
import { NotOwnerError } from '../../src/metastore/ownership.ts';
import { ManualClock } from '../support/manual-clock.ts';

const heartbeatMs = 30_000;
const timeoutMs = 60_000;

describe('the leases of a node', () => {
  it('are taken when a project is first needed, and have a number from then on', async () => {
    const { node } = world();
    const a = node('a');
    assert.equal(a.leases.holds('p'), false);
    assert.throws(() => a.leases.epochOf('p'), isStale);
    await a.leases.require('p');
    assert.equal(a.leases.epochOf('p'), 1);
    assert.deepEqual(a.told, ['+p']);
  });

  it('are refused to a second node, which is told who has them', async () => {
    const { node } = world();
    await node('a').leases.require('p');
    const b = node('b');
    await assert.rejects(
      () => b.leases.require('p'),
      (error) => error instanceof NotOwnerError && error.owner === 'a' && !error.isBound,
    );
  });

  it('last as long as they are renewed', async () => {
    const { node, pass } = world();
    const a = node('a');
    await a.leases.start();
    await a.leases.require('p');
    const b = node('b');
    for (let beats = 0; beats < 10; beats++) {
      await pass(heartbeatMs);
      await b.leases.beat();
    }
    assert.equal(a.leases.epochOf('p'), 1);
    assert.equal(b.leases.holds('p'), false);
  });

  it('are lost before another node can have them, without anybody asking', async () => {
    const { node, pass } = world();
    const a = node('a');
    await a.leases.require('p');
    await pass(timeoutMs * 0.8 - 1);
    assert.equal(a.leases.holds('p'), true);
    await pass(2);
    assert.deepEqual(a.told, ['+p', '-p']);
    const b = node('b');
    await assert.rejects(() => b.leases.require('p'), NotOwnerError);
    await pass(timeoutMs * 0.2);
    await b.leases.require('p');
    assert.equal(b.leases.epochOf('p'), 2);
    assert.throws(() => a.leases.epochOf('p'), isStale);
  });

  it('are lost to a node that stood still, whichever of its clocks did', async () => {
    for (const still of ['elapsed', 'wall'] as const) {
      const { node } = world();
      const a = node('a');
      await a.leases.require('p');
      a.shift(
        still === 'elapsed' ? { elapsedMs: 0, wallMs: timeoutMs } : { elapsedMs: timeoutMs, wallMs: 0 },
      );
      assert.equal(a.leases.holds('p'), false, still);
    }
  });

  it('go to another node within the timeout and one interval when a node dies', async () => {
    const { node, pass } = world();
    const a = node('a');
    for (const project of ['p', 'q']) await a.leases.require(project);
    const b = node('b');
    await b.leases.start();
    await pass(timeoutMs + heartbeatMs);
    assert.deepEqual(b.told.toSorted(), ['+p', '+q']);
  });

  it('go to another node at once when they are given back', async () => {
    const { node } = world();
    const a = node('a');
    await a.leases.require('p');
    await a.leases.stop();
    const b = node('b');
    await b.leases.beat();
    assert.equal(b.leases.epochOf('p'), 2);
  });

  it('are told to nobody before everything is known that the last owner wrote', async () => {
    const { node } = world();
    const order: string[] = [];
    const a = node('a', { catchUp: async () => void order.push('caught up') });
    a.leases.onChange(() => order.push('told'));
    await a.leases.require('p');
    assert.deepEqual(order, ['caught up', 'told']);
  });

  it('are given back when what the last owner wrote cannot be read', async () => {
    const { node } = world();
    const a = node('a', {
      catchUp: async () => {
        throw new MetastoreError('unavailable', 'away');
      },
    });
    await assert.rejects(() => a.leases.require('p'), /away/);
    assert.equal(a.leases.holds('p'), false);
    await node('b').leases.require('p');
  });

  it('outlive a beat that the store did not answer', async () => {
    const { node, pass, store } = world();
    const a = node('a');
    await a.leases.start();
    await a.leases.require('p');
    const renew = store.renew.bind(store);
    store.renew = async () => {
      throw new MetastoreError('unavailable', 'away');
    };
    await pass(heartbeatMs);
    store.renew = renew;
    await pass(heartbeatMs * 0.2);
    await pass(timeoutMs * 0.7);
    assert.equal(a.leases.epochOf('p'), 1);
  });

  it('are never a query node’s', async () => {
    const { node } = world();
    const query = node('q', { isCandidate: false });
    await query.leases.beat();
    await assert.rejects(
      () => query.leases.require('p'),
      (error) => error instanceof NotOwnerError && error.owner === '',
    );
  });

  it('stay with the folder that has the data, whoever is dead', async () => {
    const { node, pass } = world();
    await node('a', { isHome: () => true }).leases.require('p');
    await pass(10 * timeoutMs);
    const b = node('b');
    await b.leases.beat();
    await assert.rejects(
      () => b.leases.require('p'),
      (error) => error instanceof NotOwnerError && error.isBound,
    );
  });

  it('are taken by nodes of the group alone that the project is assigned to', async () => {
    const { node, pass } = world();
    const a = node('a', { isInGroup: (project) => project !== 'q' });
    await assert.rejects(
      () => a.leases.require('q'),
      (error) => error instanceof NotOwnerError && error.owner === '' && !error.isBound,
    );
    const b = node('b');
    await b.leases.require('q');
    await pass(timeoutMs + 1);
    await a.leases.beat();
    assert.deepEqual(a.told, []);
    await node('c').leases.beat();
    await assert.rejects(() => b.leases.require('q'), NotOwnerError);
  });

  it('are given up by a node whose group has the project no more, and expire before others have them', async () => {
    const { node, pass } = world();
    let isInGroup = true;
    const a = node('a', { isInGroup: () => isInGroup });
    await a.leases.require('p');
    isInGroup = false;
    await a.leases.beat();
    assert.deepEqual(a.told, ['+p', '-p']);
    const b = node('b');
    await b.leases.beat();
    assert.deepEqual(b.told, []);
    await pass(timeoutMs + 1);
    await b.leases.beat();
    assert.deepEqual(b.told, ['+p']);
  });

  it('are taken once by callers that need them at the same time', async () => {
    const { node } = world();
    const a = node('a');
    await Promise.all([a.leases.require('p'), a.leases.require('p'), a.leases.beat()]);
    assert.equal(a.leases.epochOf('p'), 1);
  });
});

function isStale(error: unknown): boolean {
  return error instanceof MetastoreError && error.kind === 'stale_epoch';
}

type TestNode = Readonly<{
  leases: Leases;
  told: string[];
  shift: (by: Readonly<{ elapsedMs: number; wallMs: number }>) => void;
}>;

function world(): Readonly<{
  store: MemorySharedStore;
  node: (name: string, more?: Partial<LeaseParts>) => TestNode;
  pass: (ms: number) => Promise<void>;
}> {
  const clock = new ManualClock();
  const store = new MemorySharedStore(sharedDisk(() => clock.now()));
  const node = (name: string, more: Partial<LeaseParts> = {}): TestNode => {
    let [elapsedShift, wallShift] = [0, 0];
    const leases = new Leases({
      store,
      node: name,
      folder: `folder of ${name}`,
      isCandidate: true,
      isInGroup: () => true,
      heartbeatMs,
      timeoutMs,
      clock: {
        now: () => clock.now() + wallShift,
        elapsed: () => clock.now() + elapsedShift,
        schedule: (ms, wake) => clock.schedule(ms, wake),
      },
      elapsedMs: () => clock.now() + elapsedShift,
      random: () => 0.5,
      log: silentLog,
      isHome: () => false,
      catchUp: async () => {},
      announce: async () => {},
      ...more,
    });
    const told: string[] = [];
    leases.onChange(({ project, isHeld }) => told.push(`${isHeld ? '+' : '-'}${project}`));
    const shift = (by: Readonly<{ elapsedMs: number; wallMs: number }>): void => {
      [elapsedShift, wallShift] = [by.elapsedMs, by.wallMs];
    };
    return { leases, told, shift };
  };
  const pass = async (ms: number): Promise<void> => {
    clock.advance(ms);
    // What a timer has begun ends without more time: everything is in memory.
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { store, node, pass };
}
