import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { noDatabase } from '../../src/job/backup-job.ts';
import { stepBackup } from '../../src/job/backup-machine.ts';
import { catalogTargets } from '../../src/job/restore-catalogs.ts';
import { Reservations } from '../../src/job/reservations.ts';
import { stepRestore } from '../../src/job/restore-machine.ts';
import type { SavedCatalog } from '../../src/snapshot/manifest.ts';
import { FakeShelf } from '../support/fake-shelf.ts';
import { jobWorld, startJobs } from '../support/job-world.ts';
import { sampleBackups, sampleRestores } from '../support/sample-jobs.ts';

const prod: SavedCatalog = {
  name: 'prod',
  comment: 'the shop',
  properties: [{ key: 'type', value: 'mysql' }],
  missing: ['password'],
};
const never = new AbortController().signal;

const backupRequest = {
  ...noDatabase,
  kind: 'backup',
  label: 'cats',
  repository: 'repo',
  objects: [],
  externalCatalogs: ['prod'],
  properties: { type: 'FULL' },
  timeoutMs: 600_000,
  operator: 'root',
} as const;

describe('jobs of external catalogs', () => {
  it('go from PENDING to SAVE_META, and to COMMITTING', () => {
    const backup = { ...sampleBackups.PENDING, ...noDatabase, externalCatalogs: ['prod'] };
    const saved = stepBackup(backup, { kind: 'checked', run: backup.run }, 9);
    assert.deepEqual([saved.job.state, saved.effects], ['SAVE_META', [{ kind: 'save_meta' }]]);
    const restore = { ...sampleRestores.PENDING, externalCatalogs: [{ name: 'prod', target: 'prod' }] };
    const committing = stepRestore(
      restore,
      { kind: 'checked', run: restore.run, size: { rows: 0, bytes: 0, files: 0 } },
      9,
    );
    assert.deepEqual([committing.job.state, committing.effects], ['COMMITTING', [{ kind: 'commit' }]]);
  });

  it('begin again when the manifest they had built is gone', () => {
    const backup = { ...sampleBackups.UPLOAD_INFO, externalCatalogs: ['prod'] };
    const event = { kind: 'read_lost', run: backup.run, by: 'restart', message: 'gone' } as const;
    const { job, effects } = stepBackup(backup, event, 9);
    assert.deepEqual([job.state, effects], ['PENDING', [{ kind: 'check' }]]);
  });

  it('share one slot', () => {
    const reservations = new Reservations(() => []);
    using _first = reservations.take(backupRequest);
    assert.throws(() => reservations.take({ ...backupRequest, label: 'other' }), {
      message: 'Can only run one backup or restore job of external catalog',
    });
    using _other = reservations.take({
      ...backupRequest,
      catalog: 'prod',
      database: 'shop',
      label: 'nightly',
    });
  });

  it('are done after a restart, wherever it came', async () => {
    const world = jobWorld();
    const catalogs = new FakeShelf(prod);
    const first = await startJobs(world, { catalogs });
    const { id } = await first.scheduler.submit(backupRequest, never);
    await first.scheduler.stop();
    const second = await startJobs(world, { catalogs });
    await second.scheduler.cleaned(id);
    const view = second.scheduler.find(id);
    assert.deepEqual([view?.state, view?.shownId, view?.database], ['FINISHED', -1n, '']);
    catalogs.known.clear();
    const submitted = await second.scheduler.submit(
      {
        kind: 'restore',
        catalog: 'default_catalog',
        label: 'cats',
        timestamp: view?.timestamp ?? '',
        repository: 'repo',
        options: [],
        allowLoad: false,
        timeoutMs: 600_000,
        operator: 'root',
      },
      never,
    );
    await second.scheduler.stop();
    const third = await startJobs(world, { catalogs });
    await third.scheduler.cleaned(submitted.id);
    assert.equal(third.scheduler.find(submitted.id)?.state, 'FINISHED');
    assert.deepEqual([...catalogs.known.values()], [prod]);
    await third.scheduler.stop();
  });

  it('take all of a snapshot for a statement that names none', () => {
    assert.deepEqual(catalogTargets({ label: 'cats' }, { externalCatalogs: [prod] }), [
      { name: 'prod', target: 'prod' },
    ]);
    assert.equal(catalogTargets({ label: 'plain' }, {}), undefined);
  });
});
