import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { changeBank, digestBank, makeBank } from '../support/bank.ts';
import { CrashWorld } from '../support/crash-world.ts';
import { readRepository } from '../support/repository-folder.ts';
import { SmallDisk, whyNoSmallDisk } from '../support/small-disk.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';

const skip = whyNoSmallDisk();
/** Holds the partitioned table, and not the whole database. */
const smallBytes = 1024 * 1024;

describe('CREATE REPOSITORY at a place that is not fit', () => {
  let world: CrashWorld;
  before(async () => (world = await CrashWorld.create()));
  after(() => world[Symbol.asyncDispose]());

  it('says that a file stands there', async () => {
    await using folder = await temporaryFolder();
    const file = path.join(folder.path, 'file');
    writeFileSync(file, '');
    await refuses(file, /cannot use folder '.*\/file': it is not a folder\. Name a folder/);
    await refuses(path.join(file, 'below'), /a file stands where a folder is needed\. Name another/);
  });

  it('says that the disk is read-only', { skip }, async () => {
    await using folder = await temporaryFolder();
    using disk = SmallDisk.mount(path.join(folder.path, 'disk'), smallBytes);
    disk.makeReadOnly();
    await refuses(disk.path, /cannot make folder '.*': the file system is read-only\. Mount it/);
    await refuses(
      path.join(disk.path, 'below'),
      /cannot make folder '.*': the file system is read-only\. Mount it/,
    );
  });

  async function refuses(place: string, reason: RegExp): Promise<void> {
    const create = `CREATE REPOSITORY unfit WITH BROKER ON LOCATION "file://${place}"`;
    await assert.rejects(world.connection.query(create), { errno: 5064, message: reason });
    assert.deepEqual(
      (await world.rows('SHOW REPOSITORIES')).map((row) => row['RepoName']),
      ['r'],
    );
  }
});

describe('a disk that fails under the staging folder', () => {
  let world: CrashWorld;
  before(async () => {
    world = await CrashWorld.create();
    await makeBank(world.connection, 4);
    assert.equal((await world.backUp('whole'))['Status'], '[OK]');
    await changeBank(world.connection, 1);
  });
  after(() => world[Symbol.asyncDispose]());

  const failed = /^\[COMMON_ERROR, msg: EIO: i\/o error\]$/;

  for (const point of ['staging.part_written', 'staging.written']) {
    it(`at ${point} ends the backup, which leaves nothing and can be had again`, async () => {
      world.strikeAt(`${point}:2:EIO`);
      assert.match(String((await world.backUp('more'))['Status']), failed);
      world.spare();
      await world.assertTidyRepository(['whole']);
      assert.equal((await world.backUp('more'))['Status'], '[OK]');
      await world.connection.query('DROP SNAPSHOT more ON r');
    });
  }

  for (const point of [
    'staging.received',
    'shadow.loaded',
    'shadow.prepared',
    'swap.before',
    'swap.inside',
  ]) {
    it(`at ${point} ends the restore, which changes nothing`, async () => {
      const live = await digestBank(world.connection);
      world.strikeAt(`${point}:1:EIO`);
      assert.match(String((await world.restore('whole'))['Status']), /EIO: i\/o error\]$/);
      world.spare();
      await world.cleaned();
      assert.deepEqual(await digestBank(world.connection), live);
    });
  }

  it('leaves no traces, and a restore that works', async () => {
    await world.assertNoRestoreTraces();
    assert.equal((await world.restore('whole'))['Status'], '[OK]');
  });
});

describe('a disk that takes no more', { skip }, () => {
  let world: CrashWorld;
  before(async () => {
    world = await CrashWorld.create();
    await makeBank(world.connection, 60);
  });
  after(() => world[Symbol.asyncDispose]());

  it('under the repository ends the backup, which leaves nothing there', async () => {
    await using folder = await temporaryFolder();
    using disk = SmallDisk.mount(path.join(folder.path, 'disk'), smallBytes);
    await world.connection.query(`CREATE REPOSITORY small WITH BROKER ON LOCATION "file://${disk.path}"`);
    await world.connection.query('BACKUP SNAPSHOT bank.large TO small');
    const job = await world.settled('BACKUP');
    assert.equal(job['State'], 'CANCELLED');
    assert.match(
      String(job['Status']),
      /^\[COMMON_ERROR, msg: cannot write '.+': no space left on the device\]$/,
    );
    await world.cleaned();
    assert.deepEqual(await world.rows('SHOW SNAPSHOT ON small'), []);
    // They go behind the job.
    await until('no blob', async () => readRepository(disk.path, 'small').blobs.size === 0 || undefined);
    await world.connection.query('BACKUP SNAPSHOT bank.large TO small ON (line PARTITION (p1))');
    assert.equal((await world.settled('BACKUP'))['Status'], '[OK]', 'what fits finds the disk empty');
    disk.makeReadOnly();
    await world.connection.query('BACKUP SNAPSHOT bank.late TO small ON (line)');
    assert.match(String((await world.settled('BACKUP'))['Status']), /the file system is read-only\]$/);
    disk.makeWritable();
    await world.cleaned();
    // Refused while files that a cancelled backup left are on their way out.
    await until('a repository that nobody works on', () =>
      world.connection.query('DROP REPOSITORY small').catch(() => undefined),
    );
  });

  it('under the staging folder ends backups and restores, and changes nothing', async () => {
    assert.equal((await world.backUp('whole'))['Status'], '[OK]');
    await changeBank(world.connection, 1);
    const live = await digestBank(world.connection);
    {
      using _disk = SmallDisk.mount(path.join(world.data, 'engine', 'staging'), smallBytes);
      const full =
        /^\[COMMON_ERROR, msg: cannot write '.+': no space left on the device; free some space in the/;
      assert.match(String((await world.backUp('more'))['Status']), full);
      await world.cleaned();
      assert.match(String((await world.restore('whole'))['Status']), full);
      await world.cleaned();
    }
    assert.deepEqual(await digestBank(world.connection), live);
    assert.equal((await world.backUp('more'))['Status'], '[OK]');
    await world.assertTidyRepository(['more', 'whole']);
    await world.assertNoRestoreTraces();
  });
});
