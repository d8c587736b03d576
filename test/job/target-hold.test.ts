import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { jobId } from '../../src/job/job-id.ts';
import type { RestoreRequest } from '../../src/job/requests.ts';
import { blockedAt, shopWorld, stopAt } from '../support/job-scenarios.ts';
import { backupRequest, restoreRequest, runJob, startJobs, submit } from '../support/job-world.ts';

const chosen: Partial<RestoreRequest> = {
  objects: { mode: 'ON', objects: [{ kind: 'named', name: 'orders', alias: 'orders_old' }] },
  database: 'archive',
};
const hold = {
  database: 'archive',
  label: 'nightly',
  targets: [{ kind: 'TABLE', name: 'orders_old' }],
  isWhole: false,
  allowsLoad: false,
};

describe('a restore keeps others from its targets', () => {
  it('from the moment it is submitted until it has ended', async () => {
    const world = shopWorld();
    const blocked = blockedAt('prepare');
    const { scheduler, source } = await startJobs(world, { source: blocked.source ?? {} });
    const { timestamp } = await runJob(scheduler, backupRequest());
    assert.equal(source.holds.size, 0, 'a backup holds nothing');
    await submit(scheduler, restoreRequest(timestamp, chosen));
    assert.deepEqual([...source.holds], [hold]);
    await blocked.reached;
    await scheduler.cancel({ catalog: 'default_catalog', database: 'archive', kind: 'restore' }, 'root');
    assert.equal(source.holds.size, 0);
    await scheduler.stop();
  });

  it('of the whole database where it cleans it, and lets writes pass where they are allowed', async () => {
    const world = shopWorld();
    const blocked = blockedAt('prepare');
    const { scheduler, source } = await startJobs(world, { source: blocked.source ?? {} });
    const { timestamp } = await runJob(scheduler, backupRequest());
    const changes = { ...chosen, options: ['clean_tables'], allowLoad: true } as const;
    await submit(scheduler, restoreRequest(timestamp, changes));
    assert.deepEqual([...source.holds], [{ ...hold, isWhole: true, allowsLoad: true }]);
    await blocked.reached;
    await scheduler.stop();
  });

  for (const point of ['prepare', 'load', 'commit']) {
    it(`again after a restart in the middle of '${point}', before the server is open`, async () => {
      const world = shopWorld();
      const quiet = await startJobs(world);
      const { timestamp } = await runJob(quiet.scheduler, backupRequest());
      await quiet.scheduler.stop();
      const id = await stopAt(world, point, restoreRequest(timestamp, chosen));
      const started = await startJobs(world, { source: blockedAt('sweep').source ?? {} });
      assert.deepEqual([...started.source.holds], [hold]);
      await started.scheduler.stop();
      const last = await startJobs(world);
      await last.scheduler.settled(jobId(id));
      assert.equal(last.scheduler.find(jobId(id))?.state, 'FINISHED');
      assert.equal(last.source.holds.size, 0);
      await last.scheduler.stop();
    });
  }
});
