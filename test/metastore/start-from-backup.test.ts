import assert from 'node:assert/strict';
import { appendFile, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'node:test';
import { systemClock } from '../../src/base/clock.ts';
import { jsonLog, silentLog } from '../../src/base/log.ts';
import { backUp } from '../../src/metastore/kylin/backup.ts';
import { newestOwnBackup } from '../../src/metastore/kylin/kept-backups.ts';
import { manifestPath } from '../../src/metastore/kylin/manifest.ts';
import { OwnStore } from '../../src/metastore/kylin/own-store.ts';
import { MemorySharedStore, sharedDisk } from '../../src/metastore/memory-shared-store.ts';
import type { Resource } from '../../src/metastore/metastore.ts';
import { startFromBackup } from '../../src/metastore/start-from-backup.ts';
import {
  type FollowedMetastore,
  loadShared,
  startFollowedMetastore,
  type StartState,
} from '../../src/metastore/stored-metastore.ts';
import { temporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

const signal = new AbortController().signal;
const options = { instance: 'leader:1', clock: systemClock, log: silentLog };
const global = { project: '_global', operator: 'root', epoch: 1 };

describe('a node that starts from a backup of the metadata', () => {
  for (const compress of [false, true]) {
    const form = compress ? 'an archive' : 'a folder';
    it(`knows what the store holds: what is in ${form}, and what came after it by the log`, async () => {
      await using world = await World.open();
      await world.put('account/one', { name: 'one', list: [1, { of: null }] });
      await world.put('account/one', { name: 'one', list: [2] });
      await world.put('authentication/plugin-choice', { key: 'never leaves' });
      await world.put('metadata_job/1', { id: 1 });
      await world.leader.metastore.write({ ...global, project: 'c.ä b' }, (sandbox) =>
        sandbox.put('/c.%C3%A4%20b/job/1', { id: 1 }),
      );
      await world.backUp(compress);
      await world.put('account/two', { name: 'two' });
      await world.put('account/one', undefined);
      await world.put('metadata_job/1', { id: 1, state: 'FINISHED' });
      const { state, follower } = await world.start();
      assert.equal(state?.offset, 5);
      await follower.follower.catchUp();
      assert.deepEqual(follower.metastore.list('/'), await world.stored());
      assert.equal(world.loads, 0, 'nobody read everything from the store');
    });
  }

  const refusals: readonly Readonly<{
    name: string;
    spoil: (world: World) => Promise<unknown>;
    reason: RegExp;
  }>[] = [
    {
      name: 'there is none',
      spoil: (world) => rm(world.backup, { recursive: true }),
      reason: /there is no|find folder/,
    },
    {
      name: 'a file was changed',
      spoil: (world) => appendFile(world.file('_global/account/one.json'), ' '),
      reason: /'\/_global\/account\/one.json' is not what was written/,
    },
    {
      name: 'a file is missing',
      spoil: (world) => rm(world.file('_global/account/one.json')),
      reason: /'\/_global\/account\/one.json' is missing/,
    },
    {
      name: 'a file was added',
      spoil: (world) => writeFile(world.file('_global/account/two.json'), '{}'),
      reason: /two.json' is not what was written/,
    },
    {
      name: 'its position was changed',
      spoil: (world) => writeFile(world.file('_image'), '{"offset":1}'),
      reason: /'_image' says another position/,
    },
    {
      name: 'it is of another metastore',
      spoil: async (world) => (world.id = crypto.randomUUID()),
      reason: /of another metastore/,
    },
    {
      name: 'the audit log was rotated past it',
      spoil: async (world) => world.disk.audit.splice(0, 2),
      reason: /the audit log begins at 3, after the backup's 2/,
    },
    {
      name: 'the database of the metastore was put back to before it',
      spoil: async (world) => world.disk.audit.splice(1),
      reason: /row 2 of the audit log is not the one/,
    },
    {
      name: 'the database was put back, and has gone on since',
      spoil: async (world) => {
        const [row] = world.disk.audit.splice(1, 1);
        assert.ok(row);
        world.disk.audit.splice(1, 0, { ...row, unitId: 'another' });
      },
      reason: /row 2 of the audit log is not the one/,
    },
    {
      name: 'an older release has written it',
      spoil: async (world) => {
        const file = manifestPath(world.backup);
        await writeFile(file, (await readFile(file, 'utf8')).replaceAll(/,"modifiedAt":\d+/g, ''));
      },
      reason: /an older release has written it/,
    },
  ];
  for (const { name, spoil, reason } of refusals) {
    it(`reads the store, and says why, when ${name}`, async () => {
      await using world = await World.open();
      await world.put('account/one', { name: 'one' });
      await world.put('account/one', { name: 'one', more: true });
      await world.backUp(false);
      await world.put('account/three', {});
      await spoil(world);
      const { state, said } = await world.start();
      assert.equal(state, undefined);
      assert.match(said, /"event":"started_without_backup"/);
      assert.match(said, reason);
    });
  }

  it('takes the newest backup of everything, and none of a part or of another store', async () => {
    await using world = await World.open();
    await world.put('account/one', {});
    assert.equal(await newestOwnBackup(path.join(world.folder.path, 'not_there')), undefined);
    assert.equal(await newestOwnBackup(world.folder.path), undefined);
    await world.backUp(false, 'first');
    await world.backUp(true, 'second');
    const manifest = JSON.parse(await readFile(manifestPath(world.backup), 'utf8')) as object;
    for (const [name, other] of [
      ['third', { level: 'project' }],
      ['fourth', { source: 'kylin_metadata@jdbc' }],
      ['fifth', { offset: null }],
    ] as const) {
      const text = JSON.stringify({ ...manifest, ...other });
      await writeFile(manifestPath(path.join(world.folder.path, name)), text);
    }
    assert.equal(await newestOwnBackup(world.folder.path), path.join(world.folder.path, 'second'));
  });
});

class World implements AsyncDisposable {
  readonly disk = sharedDisk(() => 1);
  readonly store = new MemorySharedStore(this.disk);
  readonly leader: FollowedMetastore;
  readonly folder: TemporaryFolder;
  id: string = crypto.randomUUID();
  backup = '';
  loads = 0;

  private constructor(folder: TemporaryFolder, start: StartState) {
    this.folder = folder;
    this.leader = startFollowedMetastore(this.store, start, { ...options, epochOf: () => 1 });
  }

  static async open(): Promise<World> {
    return new World(await temporaryFolder(), { resources: [], offset: 0 });
  }

  /** Of `_global`; undefined deletes. */
  async put(name: string, content: unknown): Promise<void> {
    await this.leader.metastore.write(global, (sandbox) => {
      if (content === undefined) sandbox.delete(`/_global/${name}`);
      else sandbox.put(`/_global/${name}`, content);
    });
  }

  async backUp(compress: boolean, folder = 'saved'): Promise<void> {
    await using source = await new OwnStore(this.leader.metastore, this.id, systemClock).openForBackup(
      signal,
    );
    const request = { scope: { kind: 'system' }, excludeTableExd: false, compress, folder } as const;
    const made = await backUp(source, { ...request, directory: this.folder.path, now: Date.now() }, signal);
    this.backup = made.path;
  }

  file(name: string): string {
    return path.join(this.backup, name);
  }

  /** What a node would start from, what it says, and the node itself. */
  async start(): Promise<
    Readonly<{ state: StartState | undefined; said: string; follower: FollowedMetastore }>
  > {
    const store = new MemorySharedStore(this.disk);
    store.load = async (...given) => {
      this.loads += 1;
      return MemorySharedStore.prototype.load.apply(store, given);
    };
    let said = '';
    const log = jsonLog('info', (line) => void (said += line), Date.now);
    const backup = { folder: this.backup, name: 'saved', [Symbol.asyncDispose]: async () => undefined };
    const parts = { store, metastoreId: this.id, log, place: 'here', findNewest: async () => backup };
    const state = await startFromBackup(parts);
    const start = state ?? (await loadShared(new MemorySharedStore(this.disk)));
    return { state, said, follower: startFollowedMetastore(store, start, options) };
  }

  async stored(): Promise<readonly Resource[]> {
    await this.leader.follower.catchUp();
    return this.leader.metastore.list('/');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.folder[Symbol.asyncDispose]();
  }
}
