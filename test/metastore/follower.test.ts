import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { silentLog } from '../../src/base/log.ts';
import { Follower } from '../../src/metastore/follower.ts';
import { MemorySharedStore, sharedDisk, type SharedDisk } from '../../src/metastore/memory-shared-store.ts';
import type { StoredAuditRow, StoredUnit } from '../../src/metastore/metadata-store.ts';
import { ResourceStore } from '../../src/metastore/resource-store.ts';
import { loadShared } from '../../src/metastore/stored-metastore.ts';
import { ManualClock } from '../support/manual-clock.ts';

describe('a follower of the audit log', () => {
  it('takes over what others have written, in units', async () => {
    const world = await World.open();
    await world.write({ '/p/t/a': 0, '/p/t/b': 0 });
    await world.write({ '/p/t/a': 1 });
    await world.follower.poll();
    assert.deepEqual(world.seen(), { '/p/t/a': 1, '/p/t/b': 0 });
    assert.deepEqual(world.told, [['/p/t/a', '/p/t/b']]);
  });

  it('forgets what others have deleted, and knows the key again when it is made again', async () => {
    const world = await World.open();
    await world.write({ '/p/t/a': 0 });
    await world.write({ '/p/t/a': 1 });
    await world.follower.poll();
    await world.write({ '/p/t/a': 'delete' });
    await world.follower.poll();
    assert.deepEqual(world.seen(), {});
    await world.write({ '/p/t/a': 0 });
    await world.write({ '/p/t/a': 'delete' });
    await world.write({ '/p/t/a': 0 });
    await world.follower.poll();
    assert.deepEqual(world.seen(), { '/p/t/a': 0 });
  });

  it('passes over its own units', async () => {
    const world = await World.open();
    world.own.add('unit 1');
    await world.write({ '/p/t/a': 0 });
    await world.follower.poll();
    assert.deepEqual(world.seen(), {});
    assert.equal(world.follower.offset, 1);
  });

  it('reads more than a page, also while others go on writing', async () => {
    const world = await World.open();
    for (let page = 0; page < 3; page++) {
      await world.write(
        Object.fromEntries(Array.from({ length: 700 }, (_, at) => [`/p/t/${page}-${at}`, 0])),
      );
    }
    await world.follower.poll();
    assert.equal(world.resources.list('/').length, 2_100);
  });

  it('applies rows whose ids come late, in whatever order', async () => {
    const world = await World.open();
    await world.write({ '/p/t/first': 0 });
    await world.write({ '/p/t/a': 0 });
    const late = world.hide();
    await world.write({ '/p/t/b': 0 });
    await world.follower.poll();
    assert.deepEqual(world.seen(), { '/p/t/b': 0 });
    assert.deepEqual([world.follower.offset, world.follower.seenUpTo], [4, 1], 'a backup goes up to the gap');
    world.show(late);
    world.clock.advance(1_000);
    await world.follower.poll();
    assert.deepEqual(world.seen(), { '/p/t/a': 0, '/p/t/b': 0 });
    assert.equal(world.follower.seenUpTo, 4);
  });

  it('looks at gaps at once when somebody must know all', async () => {
    const world = await World.open();
    await world.write({ '/p/t/first': 0 });
    await world.write({ '/p/t/a': 0 });
    const late = world.hide();
    await world.write({ '/p/t/b': 0 });
    await world.follower.poll();
    world.show(late);
    await world.follower.catchUp();
    assert.deepEqual(world.seen(), { '/p/t/a': 0, '/p/t/b': 0 });
  });

  it('applies a row that was open while everything was loaded', async () => {
    const disk = sharedDisk(() => 1);
    const before = new World(disk, new ResourceStore(), 0);
    await before.write({ '/p/t/first': 0 });
    await before.write({ '/p/t/a': 0 });
    const late = before.hide();
    await before.write({ '/p/t/b': 0 });
    const world = await World.open(disk);
    before.show(late);
    await world.follower.catchUp();
    assert.deepEqual(world.seen(), { '/p/t/a': 0, '/p/t/b': 0 });
  });

  it('gives up a gap after five minutes', async () => {
    const world = await World.open();
    await world.write({ '/p/t/first': 0 });
    await world.write({ '/p/t/a': 0 });
    const late = world.hide();
    await world.write({ '/p/t/b': 0 });
    await world.follower.poll();
    world.clock.advance(300_000);
    await world.follower.poll();
    world.show(late);
    world.clock.advance(1_000);
    await world.follower.poll();
    assert.deepEqual(world.seen(), { '/p/t/b': 0 });
  });

  it('heals a version that does not follow from the store', async () => {
    const world = await World.open();
    await world.write({ '/p/t/a': 0 });
    await world.follower.poll();
    await world.write({ '/p/t/a': 1 });
    world.hide();
    await world.write({ '/p/t/a': 2 });
    await world.follower.poll();
    assert.deepEqual(world.seen(), { '/p/t/a': 2 });
  });

  it('reads everything again when the log was rotated past it', async () => {
    const world = await World.open(undefined, 3);
    await world.write({ '/p/t/gone': 0, '/p/t/a': 0 });
    await world.follower.poll();
    await world.write({ '/p/t/gone': 'delete' });
    for (let version = 1; version < 9; version++) await world.write({ '/p/t/a': version });
    world.told.length = 0;
    await world.follower.poll();
    assert.deepEqual(world.seen(), { '/p/t/a': 8 });
    assert.deepEqual([...new Set(world.told.flat())].toSorted(), ['/p/t/a', '/p/t/gone']);
  });

  it('has not moved when the store was away, and goes on from there', async () => {
    const world = await World.open();
    await world.write({ '/p/t/a': 0 });
    const rows = world.store.audit.bind(world.store);
    world.store.audit = async () => {
      throw new Error('away');
    };
    await assert.rejects(() => world.follower.poll(), /away/);
    world.store.audit = rows;
    await world.follower.poll();
    assert.deepEqual(world.seen(), { '/p/t/a': 0 });
  });
});

class World {
  readonly clock = new ManualClock();
  readonly store: MemorySharedStore;
  readonly resources: ResourceStore;
  readonly follower: Follower;
  readonly told: (readonly string[])[] = [];
  readonly own = new Set<string>();
  readonly #disk: SharedDisk;
  #units = 0;

  constructor(disk: SharedDisk, resources: ResourceStore, offset: number, auditRowsMax?: number) {
    this.#disk = disk;
    this.store = new MemorySharedStore(disk, auditRowsMax);
    this.resources = resources;
    this.follower = new Follower({
      store: this.store,
      resources,
      clock: this.clock,
      log: silentLog,
      offset,
      exclusive: async (_project, work) => work(),
      idle: async () => {},
      isOwn: (unit) => this.own.has(unit),
      changed: (keys) => this.told.push(keys),
    });
  }

  static async open(disk: SharedDisk = sharedDisk(() => 1), auditRowsMax?: number): Promise<World> {
    const store = new MemorySharedStore(disk);
    const start = await loadShared(store);
    const resources = new ResourceStore();
    resources.load(start.resources);
    return new World(disk, resources, start.offset, auditRowsMax);
  }

  /** Another node's unit: versions by key. */
  async write(versions: Readonly<Record<string, number | 'delete'>>): Promise<void> {
    const changes: StoredUnit['changes'] = Object.entries(versions).map(([key, mvcc]) =>
      mvcc === 'delete'
        ? { kind: 'delete', key, mvcc: this.#disk.resources.get(key)?.mvcc ?? 0 }
        : { kind: 'put', key, content: `{"v":${mvcc}}`, mvcc },
    );
    const who = { operator: 'root', instance: 'other:1', at: 1_000 + this.#units };
    await this.store.commit({ project: 'p', epoch: 1, unitId: `unit ${++this.#units}`, ...who, changes });
  }

  /** The newest unit's row as it is before its commit: others' rows behind it are there already. */
  hide(): StoredAuditRow {
    const row = this.#disk.audit.pop();
    assert.ok(row);
    this.#disk.audit.push({
      ...row,
      id: row.id + 1,
      unitId: 'filler',
      key: '/p/t/none',
      content: null,
      mvcc: null,
    });
    return row;
  }

  show(row: StoredAuditRow): void {
    this.#disk.audit.splice(
      this.#disk.audit.findIndex(({ id }) => id > row.id),
      0,
      row,
    );
  }

  /** Versions by key, without the row that some tests begin with so that the log has a beginning. */
  seen(): Readonly<Record<string, number>> {
    const others = this.resources.list('/').filter(({ key }) => key !== '/p/t/first');
    return Object.fromEntries(others.map(({ key, mvcc }) => [key, mvcc]));
  }
}
