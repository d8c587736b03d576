import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openAdapter } from '../../src/repository/open-adapter.ts';
import { type FaultPoint, faultyStore } from '../doubles/faulty-store.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { World } from './world.ts';

/** More turns than a second transfer would need to come beside the first. */
const turns = 200;
const partitions = 12;

/** Blobs at one point of a folder's store: each is held until it is let go. */
class Shelf {
  readonly #point: FaultPoint;
  readonly #held: (() => void)[] = [];
  isOpen = true;
  arrived = 0;

  constructor(point: FaultPoint) {
    this.#point = point;
  }

  readonly openAdapter: typeof openAdapter = async (...place) =>
    faultyStore(await openAdapter(...place), async (point, subject) => {
      if (point !== this.#point || !subject.endsWith('.parquet')) return;
      this.arrived += 1;
      if (!this.isOpen) await new Promise<void>((resolve) => this.#held.push(resolve));
    });

  get held(): number {
    return this.#held.length;
  }

  letGo(count: number = this.#held.length): void {
    for (const resolve of this.#held.splice(0, count)) resolve();
  }

  /** Waits until so many are held, and long enough to see whether there are more. */
  async holds(count: number): Promise<void> {
    while (this.held < count) await new Promise(setImmediate);
    for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate);
    assert.equal(this.held, count);
  }
}

async function shop(world: World): Promise<void> {
  const bounds = Array.from({ length: partitions }, (_, at) => `PARTITION p${at} VALUES IN ("${at}")`);
  await world.run('CREATE DATABASE shop');
  await world.run(`CREATE TABLE shop.t (n INT) PARTITION BY LIST (n) (${bounds.join(', ')})`);
  await world.run(
    `INSERT INTO shop.t VALUES ${Array.from({ length: partitions }, (_, at) => `(${at})`).join(', ')}`,
  );
}

async function finished(world: World, show: string): Promise<void> {
  await world.settled();
  assert.ok((await world.rows(show)).at(-1)?.includes('FINISHED'));
}

const changes: readonly Readonly<{ name: string; set: (name: string, value: number) => string }>[] = [
  {
    name: 'ADMIN SET FRONTEND CONFIG',
    set: (name, value) => `ADMIN SET FRONTEND CONFIG ("${name}" = "${value}")`,
  },
  {
    name: 'ALTER REPOSITORY',
    set: (name, value) => `ALTER REPOSITORY r PROPERTIES ("${name}" = "${value}")`,
  },
];

describe('transfers follow limits that change while a job runs', () => {
  for (const { name, set } of changes) {
    it(`workers by ${name}, up and down`, async () => {
      const shelf = new Shelf('put');
      await using world = await World.open({ openAdapter: shelf.openAdapter });
      await shop(world);
      await world.run(`CREATE REPOSITORY r WITH BROKER ON LOCATION "${world.place('r')}"`);
      await world.run(set('upload_worker_count', 1));
      shelf.isOpen = false;
      await world.run('BACKUP SNAPSHOT shop.s TO r');
      await shelf.holds(1);
      await world.run(set('upload_worker_count', 3));
      shelf.letGo();
      await shelf.holds(3);
      await world.run(set('upload_worker_count', 2));
      shelf.letGo();
      await shelf.holds(2);
      shelf.isOpen = true;
      shelf.letGo();
      await finished(world, 'SHOW BACKUP FROM shop');
    });
  }

  for (const { name, set } of changes) {
    it(`speed by ${name}: a body on its way is slowed, and goes on when it may`, async () => {
      const clock = new ManualClock(Date.now());
      const shelf = new Shelf('put_applied');
      await using world = await World.open({ openAdapter: shelf.openAdapter, clock });
      await shop(world);
      await world.run(`CREATE REPOSITORY r WITH BROKER ON LOCATION "${world.place('r')}"`);
      await world.run(set('upload_worker_count', 1));
      await world.run(set('max_upload_speed_kbps', 1));
      await world.run('BACKUP SNAPSHOT shop.s TO r');
      while (shelf.arrived === 0) await turnWith(clock, 10);
      for (let turn = 0; turn < turns; turn++) await turnWith(clock, 0);
      assert.equal(shelf.arrived, 1, 'a blob of some hundred bytes passed without time');
      await world.run(set('max_upload_speed_kbps', 0));
      // Whoever waits for the old speed looks again after a second; the others need no time any more.
      clock.advance(1_000);
      while (shelf.arrived < partitions) await turnWith(clock, 0);
      await finished(world, 'SHOW BACKUP FROM shop');
    });
  }
});

async function turnWith(clock: ManualClock, ms: number): Promise<void> {
  clock.advance(ms);
  await new Promise(setImmediate);
}
