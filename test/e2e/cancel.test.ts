import assert from 'node:assert/strict';
import { after, before, describe, it, type TestContext } from 'node:test';
import type { RowDataPacket } from 'mysql2/promise';
import { changeBank, digestBank, glanceAtBank, makeBank } from '../support/bank.ts';
import { CrashWorld, type JobKind } from '../support/crash-world.ts';

/** Some states last a millisecond: a cancel that comes too late is tried again with another job so often. */
const attemptsMax = 4;
/** Slow enough that a transfer lasts until it is cancelled. */
const slowKbps = 100;

/** `wanted`: the first states are over so soon that a cancel meets one or the other. */
type Case = Readonly<{ wanted: readonly string[]; slow?: 'upload' | 'download' }>;

const backups: readonly Case[] = [
  { wanted: ['PENDING', 'SNAPSHOTING'] },
  { wanted: ['SNAPSHOTING', 'UPLOAD_SNAPSHOT'] },
  { wanted: ['UPLOADING'], slow: 'upload' },
  { wanted: ['SAVE_META', 'UPLOAD_INFO'] },
];

const restores: readonly Case[] = [
  { wanted: ['PENDING', 'SNAPSHOTING'] },
  { wanted: ['SNAPSHOTING', 'DOWNLOAD'] },
  { wanted: ['DOWNLOADING'], slow: 'download' },
  { wanted: ['COMMIT'] },
];

describe('CANCEL', () => {
  let world: CrashWorld;
  let changes = 0;

  before(async () => {
    world = await CrashWorld.create();
    await makeBank(world.connection, 60);
    assert.equal((await world.backUp('whole'))['Status'], '[OK]');
  });
  after(() => world[Symbol.asyncDispose]());

  for (const { wanted, slow } of backups) {
    it(`ends a backup in ${wanted.join(' or ')} and leaves nothing of it`, async (test) => {
      const end = await cancelledIn(test, 'BACKUP', wanted, async () => {
        await changeBank(world.connection, ++changes);
        await setSpeed(slow, slowKbps);
        await world.connection.query('BACKUP SNAPSHOT bank.stopped TO r');
      });
      await setSpeed(slow, 0);
      assert.equal(end['Status'], '[COMMON_ERROR, msg: user cancelled]');
      await world.assertTidyRepository(['whole']);
    });
  }

  it('leaves the label of a cancelled backup free', async () => {
    assert.equal((await world.backUp('stopped'))['Status'], '[OK]');
    await world.connection.query('DROP SNAPSHOT stopped ON r');
    await world.assertTidyRepository(['whole']);
  });

  for (const { wanted, slow } of restores) {
    it(`ends a restore in ${wanted.join(' or ')} and leaves the rows as they were`, async (test) => {
      let before = await digestBank(world.connection);
      const end = await cancelledIn(test, 'RESTORE', wanted, async () => {
        await changeBank(world.connection, ++changes);
        before = await digestBank(world.connection);
        await setSpeed(slow, slowKbps);
        await world.beginRestore('whole');
      });
      await setSpeed(slow, 0);
      assert.match(String(end['Status']), /^\[COMMON_ERROR, msg: user cancelled, current state: [A-Z]+\]$/);
      assert.deepEqual(await digestBank(world.connection), before);
      await world.assertNoRestoreTraces();
    });
  }

  it('says truly whether a restore that was being committed was cancelled', async () => {
    await changeBank(world.connection, ++changes);
    const before = await glanceAtBank(world.connection);
    await using blocker = await openTransaction();
    await world.beginRestore('whole');
    assert.equal((await world.reached('RESTORE', ['COMMITTING']))['State'], 'COMMITTING');
    const answer = await world.connection.query('CANCEL RESTORE FROM bank').then(
      () => 'OK',
      (error: unknown) => String(error),
    );
    const end = await world.newest('RESTORE');
    await blocker.rollback();
    if (answer === 'OK') {
      assert.equal(end?.['State'], 'CANCELLED');
      assert.match(String(end['Status']), /user cancelled, current state: COMMITTING/);
      assert.equal(await glanceAtBank(world.connection), before);
    } else {
      assert.match(answer, /Job with label whole can not be cancelled\. state: FINISHED/);
      assert.equal(end?.['State'], 'FINISHED');
      assert.notEqual(await glanceAtBank(world.connection), before);
    }
    await world.assertNoRestoreTraces();
  });

  it('refuses where nothing runs', async () => {
    for (const kind of ['BACKUP', 'RESTORE']) {
      await assert.rejects(world.connection.query(`CANCEL ${kind} FROM bank`), { errno: 5064 });
    }
  });

  it('lets the next job of the database begin at once', async () => {
    await changeBank(world.connection, ++changes);
    await setSpeed('upload', slowKbps);
    await world.connection.query('BACKUP SNAPSHOT bank.stopped TO r');
    await world.reached('BACKUP', ['UPLOADING']);
    await world.connection.query('CANCEL BACKUP FROM bank');
    await setSpeed('upload', 0);
    assert.equal((await world.restore('whole'))['Status'], '[OK]');
    await world.assertTidyRepository(['whole']);
  });

  /** Submits jobs until one could be cancelled in a wanted state, or at last in a later one. */
  async function cancelledIn(
    test: TestContext,
    kind: JobKind,
    wanted: readonly string[],
    submit: () => Promise<void>,
  ): Promise<RowDataPacket> {
    for (let attempt = 1; ; attempt++) {
      await submit();
      const { State: seen } = await world.reached(kind, wanted);
      const isCancelled = await tryCancel(kind);
      const end = await world.settled(kind);
      assert.equal(end['State'], isCancelled ? 'CANCELLED' : 'FINISHED', 'the answer of CANCEL is true');
      if (isCancelled && wanted.includes(String(seen))) return end;
      test.diagnostic(`attempt ${attempt} came too late: ${String(seen)}`);
      if (isCancelled && attempt >= attemptsMax) return end;
      assert.ok(attempt < 3 * attemptsMax, 'no job could be cancelled');
      if (kind === 'BACKUP' && !isCancelled) await world.connection.query('DROP SNAPSHOT stopped ON r');
    }
  }

  /** False when the job was settled first. */
  async function tryCancel(kind: JobKind): Promise<boolean> {
    try {
      await world.connection.query(`CANCEL ${kind} FROM bank`);
      return true;
    } catch (error) {
      assert.match(String(error), /can not be cancelled\. state: FINISHED|No .* is currently running/);
      return false;
    }
  }

  async function setSpeed(direction: 'upload' | 'download' | undefined, kbps: number): Promise<void> {
    if (direction === undefined) return;
    await world.connection.query(`ADMIN SET FRONTEND CONFIG ("max_${direction}_speed_kbps" = "${kbps}")`);
  }

  /** Rows that another session has changed and not committed: a commit that replaces them waits. */
  async function openTransaction(): Promise<{ rollback: () => Promise<void> } & AsyncDisposable> {
    const other = await world.connect();
    await other.query('BEGIN');
    await other.query('UPDATE bank.entry SET amount = 0 WHERE id < 2000');
    return {
      rollback: async () => void (await other.query('ROLLBACK')),
      [Symbol.asyncDispose]: async () => other.destroy(),
    };
  }
});
