import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Failpoint } from '../../src/base/failpoint.ts';
import { changeBank, digestBank, makeBank } from '../support/bank.ts';
import { type GatewayPlace, radosgwPlace } from '../support/crash-bucket.ts';
import { CrashWorld, type JobKind } from '../support/crash-world.ts';
import { findRadosgw, skipReason } from '../support/programs.ts';

const skip = skipReason(findRadosgw(), 'radosgw');

describe('an object store that is restarted', { skip }, () => {
  const held = new AsyncDisposableStack();
  let place: GatewayPlace;
  let world: CrashWorld;

  before(async () => {
    place = held.use(await radosgwPlace('r'));
    world = held.use(await CrashWorld.create({ store: place }));
    await makeBank(world.connection, 2);
  });
  after(() => held.disposeAsync());

  /** The job stands still at the point while the store goes, and goes on with nobody there. */
  async function restartAt(point: Failpoint, kind: JobKind, begin: () => Promise<unknown>): Promise<void> {
    world.strikeAt(`${point}:1:hold`);
    await begin();
    await world.held();
    await place.gateway.goDown();
    world.spare();
    await place.gateway.comeBack();
    const { State: state, Status: status } = await world.settled(kind);
    assert.equal(`${String(state)} ${String(status)}`, 'FINISHED [OK]');
    await world.cleaned();
  }

  /** The statement is sent while nobody is there. */
  async function acrossRestart<T>(work: () => Promise<T>): Promise<T> {
    await place.gateway.goDown();
    const working = work();
    await place.gateway.comeBack();
    return await working;
  }

  for (const [round, point] of (['blob.before_put', 'manifest.before_put'] as const).entries()) {
    it(`is waited for by a backup, struck at ${point}`, async () => {
      await changeBank(world.connection, 1 + round);
      const label = point.replace('.', '_');
      await restartAt(point, 'BACKUP', () => world.connection.query(`BACKUP SNAPSHOT bank.${label} TO r`));
      await world.connection.query(`DROP SNAPSHOT ${label} ON r`);
      await world.assertTidyRepository([]);
    });
  }

  it('is waited for by a restore', async () => {
    const backedUp = await digestBank(world.connection);
    await world.backUp('nightly');
    await world.cleaned();
    await changeBank(world.connection, 3);
    await restartAt('staging.received', 'RESTORE', () => world.beginRestore('nightly'));
    assert.deepEqual(await digestBank(world.connection), backedUp);
  });

  it('is waited for by VERIFY SNAPSHOT', async () => {
    const rows = await acrossRestart(() => world.rows('VERIFY SNAPSHOT nightly ON r FULL'));
    assert.deepEqual([...new Set(rows.map((row) => String(row['Result'])))], ['PASS']);
  });

  it('is waited for by DROP SNAPSHOT', async () => {
    await acrossRestart(() => world.connection.query('DROP SNAPSHOT nightly ON r'));
    assert.deepEqual(await world.listed(), []);
  });
});
