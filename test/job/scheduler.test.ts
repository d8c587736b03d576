import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readManifest } from '../../src/snapshot/reader.ts';
import { layoutOf } from '../../src/snapshot/layout.ts';
import { fakeRows } from '../support/fake-source.ts';
import { backupRequest, jobWorld, restoreRequest, runJob, startJobs } from '../support/job-world.ts';

const none = new AbortController().signal;

describe('the scheduler', () => {
  it('backs a table up and restores it', async () => {
    const world = jobWorld();
    const orders = { rows: fakeRows(25, 'order') };
    world.server.databases.set('shop', new Map([['orders', orders]]));
    const { scheduler } = await startJobs(world);
    const backup = await runJob(scheduler, backupRequest());
    assert.equal(backup.state, 'FINISHED');
    const place = { store: world.store, layout: layoutOf('repo') };
    const { manifest } = await readManifest(place, backup, none);
    assert.equal(manifest.objects.length, 1);
    world.server.databases.set('shop', new Map([['orders', { rows: [] }]]));
    const restore = await runJob(scheduler, restoreRequest(backup.timestamp));
    assert.equal(restore.failure, undefined);
    assert.equal(restore.state, 'FINISHED');
    assert.deepEqual(world.server.databases.get('shop')?.get('orders'), orders);
    assert.equal(world.folder.size, 0);
    await scheduler.stop();
  });
});
