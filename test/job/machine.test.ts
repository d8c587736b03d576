import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { BackupJob } from '../../src/job/backup-job.ts';
import { type BackupEvent, readsMax, stepBackup } from '../../src/job/backup-machine.ts';
import { decodeRecord, encodeRecord } from '../../src/job/job-record.ts';
import { backOffMs, isSettled, type Job } from '../../src/job/machine.ts';
import type { RestoreJob } from '../../src/job/restore-job.ts';
import { type RestoreEvent, stepRestore } from '../../src/job/restore-machine.ts';
import { backupEvents, restoreEvents } from '../support/sample-events.ts';
import { sampleBackups, sampleRestores } from '../support/sample-jobs.ts';
import { Chance } from '../simulation/chance.ts';

const now = 5_000;
const jobs: readonly Job[] = [...Object.values(sampleBackups), ...Object.values(sampleRestores)];

function stepAny(
  job: Job,
  event: BackupEvent | RestoreEvent,
): ReturnType<typeof stepBackup | typeof stepRestore> {
  return job.kind === 'backup'
    ? stepBackup(job, event as BackupEvent, now)
    : stepRestore(job, event as RestoreEvent, now);
}

function eventsFor(job: Job, run: number): readonly (BackupEvent | RestoreEvent)[] {
  return job.kind === 'backup' ? backupEvents(run) : restoreEvents(run);
}

describe('a machine', () => {
  for (const job of jobs) {
    it(`drops what an earlier effect reports to a ${job.kind} in ${job.state}`, () => {
      for (const event of eventsFor(job, job.run - 1)) {
        if (!('run' in event)) continue;
        assert.deepEqual(stepAny(job, event), { job, effects: [] });
      }
    });
  }

  for (const job of jobs.filter(isSettled)) {
    it(`never moves a ${job.kind} out of ${job.state}`, () => {
      for (const event of eventsFor(job, job.run)) {
        const {
          cleanup: _,
          run: __,
          ...after
        } = stepAny(job, event).job as Extract<Job, { cleanup: string }>;
        const { cleanup: ___, run: ____, ...before } = job as Extract<Job, { cleanup: string }>;
        assert.deepEqual(after, before);
      }
    });
  }

  for (const job of jobs) {
    it(`gives a record that a ${job.kind} in ${job.state} is read back from`, () => {
      const taskErrors = [{ task: 1, message: 'x' }] as never;
      const content: unknown = JSON.parse(JSON.stringify(encodeRecord('submitted', job, taskErrors)));
      assert.deepEqual(decodeRecord(content).job, job);
    });
  }

  it('keeps the first reason when a restore is told twice to stop in COMMITTING', () => {
    const cancelled = stepRestore(sampleRestores.COMMITTING, { kind: 'cancel_requested' }, now);
    assert.deepEqual(cancelled.effects, [{ kind: 'abort' }]);
    assert.equal(cancelled.job.state, 'COMMITTING');
    const again = stepRestore(cancelled.job, { kind: 'timed_out' }, now);
    assert.equal(again.job, cancelled.job);
    const { run } = cancelled.job;
    const failure = { code: 'COMMON_ERROR', message: 'x' } as const;
    const refused = stepRestore(cancelled.job, { kind: 'commit_refused', run, failure }, now).job;
    assert.ok(refused.state === 'CANCELLED');
    assert.equal(refused.failure.message, 'user cancelled, current state: COMMITTING');
    assert.equal(stepRestore(cancelled.job, { kind: 'committed', run }, now).job.state, 'FINISHED');
    const [asked] = stepRestore(cancelled.job, { kind: 'server_restarted' }, now).effects;
    assert.deepEqual(asked, { kind: 'ask_commit' });
  });

  it('reads again a limited number of times', () => {
    let job: BackupJob = sampleBackups.UPLOADING;
    for (let reads = 1; reads < readsMax; reads++) {
      job = stepBackup(job, { kind: 'read_lost', run: job.run, by: 'source', message: 'away' }, now).job;
      assert.ok(job.state === 'SNAPSHOTING');
      assert.equal(job.reads, reads + 1);
      job = { ...sampleBackups.UPLOADING, state: 'UPLOADING', reads: job.reads, run: job.run } as BackupJob;
    }
    job = stepBackup(job, { kind: 'read_lost', run: job.run, by: 'source', message: 'away' }, now).job;
    assert.equal(job.state, 'CANCELLED');
  });

  it('waits longer each time, up to a minute', () => {
    assert.deepEqual([1, 2, 3, 6, 7, 50].map(backOffMs), [1_000, 2_000, 4_000, 32_000, 60_000, 60_000]);
  });

  it('survives any events in any order, doubled and late', () => {
    for (let seed = 1; seed <= 300; seed++) {
      const chance = new Chance(seed);
      let job: Job = chance.oneIn(2) ? sampleBackups.PENDING : sampleRestores.PENDING;
      for (let count = 0; count < 60; count++) {
        const event = chance.pick(eventsFor(job, job.run - (chance.oneIn(3) ? 1 : 0)));
        const before: Job = job;
        const step = stepAny(job, event);
        job = step.job as BackupJob | RestoreJob;
        assert.ok(job.run >= before.run, `seed ${seed}`);
        const work = step.effects.filter((effect) => effect.kind !== 'abort');
        assert.equal(work.length, job.run - before.run, `seed ${seed}: each effect has a number of its own`);
        if (isSettled(before)) assert.equal(job.state, before.state, `seed ${seed}`);
      }
    }
  });
});
