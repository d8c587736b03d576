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

/** How the limits of one direction are called, and the job that moves every blob of `shop` in it. */
type Direction = Readonly<{
  point: FaultPoint;
  workers: string;
  speed: string;
  /** What must be there before the job. */
  prepare: (world: World) => Promise<void>;
  begin: (world: World) => Promise<void>;
  show: string;
}>;

const directions: readonly Direction[] = [
  {
    point: 'put',
    workers: 'upload_worker_count',
    speed: 'max_upload_speed_kbps',
    prepare: async () => undefined,
    begin: async (world) => void (await world.run('BACKUP SNAPSHOT shop.s TO r')),
    show: 'SHOW BACKUP FROM shop',
  },
  {
    point: 'get',
    workers: 'download_worker_count',
    speed: 'max_download_speed_kbps',
    prepare: async (world) => {
      await world.run('BACKUP SNAPSHOT shop.s TO r');
      await world.settled();
    },
    begin: async (world) => {
      const [snapshot] = await world.rows('SHOW SNAPSHOT ON r');
      const properties = `PROPERTIES ("backup_timestamp" = "${snapshot?.[1]}")`;
      await world.run(`RESTORE SNAPSHOT shop.s FROM r ${properties}`);
    },
    show: 'SHOW RESTORE FROM shop',
  },
];

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

/** A world with a shop and the repository `r`, whose blobs are held at the shelf from the job on. */
async function openShop(shelf: Shelf, { prepare }: Direction, clock?: ManualClock): Promise<World> {
  const world = await World.open({ openAdapter: shelf.openAdapter, ...(clock && { clock }) });
  await shop(world);
  await world.run(`CREATE REPOSITORY r WITH BROKER ON LOCATION "${world.place('r')}"`);
  await prepare(world);
  shelf.isOpen = false;
  shelf.arrived = 0;
  return world;
}

describe('transfers follow limits that change while a job runs', () => {
  for (const direction of directions) {
    const { point, workers, speed, begin, show } = direction;
    for (const { name, set } of changes) {
      it(`${workers} by ${name}, up and down`, async () => {
        const shelf = new Shelf(point);
        await using world = await openShop(shelf, direction);
        await world.run(set(workers, 1));
        await begin(world);
        await shelf.holds(1);
        await world.run(set(workers, 3));
        shelf.letGo();
        await shelf.holds(3);
        await world.run(set(workers, 2));
        shelf.letGo();
        await shelf.holds(2);
        shelf.isOpen = true;
        shelf.letGo();
        await finished(world, show);
      });

      it(`${speed} by ${name}: what is on its way is slowed, and goes on when it may`, async () => {
        const clock = new ManualClock(Date.now());
        const shelf = new Shelf(point);
        await using world = await openShop(shelf, direction, clock);
        await world.run(set(workers, 1));
        await begin(world);
        await shelf.holds(1);
        await world.run(set(speed, 1));
        shelf.isOpen = true;
        shelf.letGo();
        for (let turn = 0; turn < turns; turn++) await turnWith(clock, 0);
        assert.equal(shelf.arrived, 1, 'a blob of some hundred bytes passed without time');
        await world.run(set(speed, 0));
        // Whoever waits for the old speed looks again after a second; the others need no time any more.
        clock.advance(1_000);
        while (shelf.arrived < partitions) await turnWith(clock, 0);
        await finished(world, show);
      });
    }
  }
});

async function turnWith(clock: ManualClock, ms: number): Promise<void> {
  clock.advance(ms);
  await new Promise(setImmediate);
}
