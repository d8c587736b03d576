import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Failpoint } from '../../src/base/failpoint.ts';
import { changeBank, digestBank, makeBank } from '../support/bank.ts';
import { CrashWorld, type JobKind } from '../support/crash-world.ts';

const hourMs = 3_600_000;
/** Each jump is counted from where the one before has left the clock. */
const jumps = [
  { name: 'a day back', ms: -24 * hourMs },
  { name: 'two days forward', ms: 48 * hourMs },
  { name: 'an hour back', ms: -hourMs },
];

describe('a clock that is set while the server runs', () => {
  let world: CrashWorld;
  let shiftMs = 0;
  let backups = 0;

  before(async () => {
    world = await CrashWorld.create({ hasOwnClock: true });
    await makeBank(world.connection, 2);
  });
  after(() => world[Symbol.asyncDispose]());

  function jump(ms: number): void {
    shiftMs += ms;
    world.setClock(shiftMs);
  }

  /** The job stands still at the point while the clock jumps. */
  async function jumpAt(point: Failpoint, ms: number, begin: () => Promise<unknown>): Promise<void> {
    world.strikeAt(`${point}:1:hold`);
    await begin();
    await world.held();
    jump(ms);
    assert.ok(world.spare());
  }

  async function finished(kind: JobKind, label: string): Promise<void> {
    const { State: state, Status: status, ...job } = await world.settled(kind);
    const shown = job[kind === 'BACKUP' ? 'SnapshotName' : 'Label'];
    assert.equal(`${String(shown)} ${String(state)} ${String(status)}`, `${label} FINISHED [OK]`);
    await world.cleaned();
  }

  function beginBackup(): Promise<unknown> {
    backups += 1;
    return world.connection.query(`BACKUP SNAPSHOT bank.nightly_${backups} TO r`);
  }

  async function timestamps(): Promise<readonly string[]> {
    const rows = await world.rows('SHOW SNAPSHOT ON r');
    return rows.map((row) => String(row['Timestamp']));
  }

  for (const { name, ms } of jumps) {
    it(`${name}: a backup and a restore end as if nothing had been`, async () => {
      await changeBank(world.connection, backups + 1);
      const backedUp = await digestBank(world.connection);
      await jumpAt('manifest.before_put', ms, beginBackup);
      const label = `nightly_${backups}`;
      await finished('BACKUP', label);
      await changeBank(world.connection, 10 + backups);
      await jumpAt('staging.received', ms, () => world.beginRestore(label));
      await finished('RESTORE', label);
      assert.deepEqual(await digestBank(world.connection), backedUp);
    });
  }

  for (const { name, ms } of jumps.filter((one) => one.ms < 0)) {
    it(`${name} over a restart by SIGKILL: the backup goes on`, async () => {
      await jumpAt('manifest.before_put', 0, beginBackup);
      await world.kill();
      jump(ms);
      await world.start();
      await finished('BACKUP', `nightly_${backups}`);
    });
  }

  it('leaves every snapshot with a timestamp of its own', async () => {
    const found = await timestamps();
    assert.equal(found.length, backups);
    assert.equal(new Set(found).size, backups);
  });

  it('forward over a restart by SIGKILL, past the job’s timeout: the backup ends with the reason', async () => {
    await jumpAt('manifest.before_put', 0, beginBackup);
    await world.kill();
    jump(48 * hourMs);
    await world.start();
    const { State: state, Status: status } = await world.settled('BACKUP');
    assert.equal(`${String(state)} ${String(status)}`, 'CANCELLED [TIMEOUT, msg: ]');
    await world.cleaned();
    assert.equal((await timestamps()).length, backups - 1);
  });
});
