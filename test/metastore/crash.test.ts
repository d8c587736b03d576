import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import type { Clock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import type { MetadataStore } from '../../src/metastore/metadata-store.ts';
import { MemoryStore, memoryDisk } from '../../src/metastore/memory-store.ts';
import type { Metastore } from '../../src/metastore/metastore.ts';
import { openSqliteStore } from '../../src/metastore/sqlite/store.ts';
import { startMetastore } from '../../src/metastore/stored-metastore.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** One unit: what it makes of each of a few keys, and where the process dies in it. */
type Step = Readonly<{
  project: 'p' | 'q';
  writes: readonly Readonly<{ name: string; value: number | 'delete' }>[];
  crash: 'before_commit' | 'after_commit' | undefined;
}>;

type Model = Map<string, Readonly<{ value: number; mvcc: number }>>;

const steps = fc.array(
  fc.record<Step>({
    project: fc.constantFrom('p', 'q'),
    writes: fc.uniqueArray(
      fc.record({
        name: fc.constantFrom('a', 'b', 'c'),
        value: fc.oneof(fc.nat(9), fc.constant<'delete'>('delete')),
      }),
      { selector: ({ name }) => name, maxLength: 3 },
    ),
    crash: fc.constantFrom(undefined, undefined, 'before_commit', 'after_commit'),
  }),
  { maxLength: 20 },
);

const clock: Clock = { now: () => 1, elapsed: () => 1, schedule: () => ({ [Symbol.dispose]: () => {} }) };
const signal = new AbortController().signal;

describe('after crashes on either side of commits', () => {
  const stores: readonly Readonly<{ name: string; runs: number; place: () => Place }>[] = [
    { name: 'memory', runs: 200, place: memoryPlace },
    { name: 'SQLite', runs: 20, place: sqlitePlace },
  ];
  for (const { name, runs, place } of stores) {
    it(`the ${name} store has every commit whole, and its audit log tells the same story`, async () => {
      await fc.assert(
        fc.asyncProperty(steps, async (steps) => {
          using here = place();
          await runSteps(here, steps);
        }),
        { numRuns: runs },
      );
    });
  }
});

type Place = Disposable & Readonly<{ open: () => MetadataStore }>;

function memoryPlace(): Place {
  const disk = memoryDisk();
  return { open: () => new MemoryStore(disk), [Symbol.dispose]: () => {} };
}

function sqlitePlace(): Place {
  const folder = temporaryFolder();
  const path = join(folder.path, 'metastore.db');
  return {
    open: () => openSqliteStore({ path, auditRowsMax: 1_000, now: 1 }),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

async function runSteps(place: Place, steps: readonly Step[]): Promise<void> {
  const model: Model = new Map();
  let crash: Step['crash'];
  const start = (): Promise<Metastore> =>
    startMetastore(place.open(), {
      instance: 'node:9030',
      clock,
      log: silentLog,
      failpoint: (point) => {
        if (point === crash) throw new Error('crashed');
      },
    });
  let metastore = await start();
  for (const step of steps) {
    crash = step.crash;
    const isAnswered = await run(metastore, step);
    if (isAnswered || step.crash === 'after_commit') applyTo(model, step);
    crash = undefined;
    if (!isAnswered) {
      await metastore[Symbol.asyncDispose]();
      metastore = await start();
    }
    assert.deepEqual(stateOf(metastore), model);
  }
  assert.deepEqual(await replay(metastore), model);
  await metastore[Symbol.asyncDispose]();
}

/** False when the process died in it. */
async function run(metastore: Metastore, { project, writes }: Step): Promise<boolean> {
  try {
    await metastore.write({ project, operator: 'root' }, (sandbox) => {
      for (const { name, value } of writes) {
        if (value === 'delete') sandbox.delete(`/${project}/t/${name}`);
        else sandbox.put(`/${project}/t/${name}`, value);
      }
    });
    return true;
  } catch (error) {
    assert.ok(error instanceof Error && error.message === 'crashed');
    return false;
  }
}

function applyTo(model: Model, { project, writes }: Step): void {
  for (const { name, value } of writes) {
    const key = `/${project}/t/${name}`;
    if (value === 'delete') model.delete(key);
    else model.set(key, { value, mvcc: (model.get(key)?.mvcc ?? -1) + 1 });
  }
}

function stateOf(metastore: Metastore): Model {
  return new Map(metastore.list('').map(({ key, content, mvcc }) => [key, { value: Number(content), mvcc }]));
}

/** What a follower makes of the whole audit log. */
async function replay(metastore: Metastore): Promise<Model> {
  const state: Model = new Map();
  for (const { key, content, mvcc } of await metastore.audit(0, 1_000, signal)) {
    if (mvcc === undefined) state.delete(key);
    else state.set(key, { value: Number(content), mvcc });
  }
  return state;
}
