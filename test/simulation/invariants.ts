import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { JobId } from '../../src/job/job-id.ts';
import { decodeRecord, isJobKey } from '../../src/job/job-record.ts';
import type { Job } from '../../src/job/machine.ts';
import type { Scheduler } from '../../src/job/scheduler.ts';
import type { BlobKey } from '../../src/repository/blob-store.ts';
import { layoutOf, type SnapshotName, snapshotOfKey } from '../../src/snapshot/layout.ts';
import { blobsOf, type Manifest } from '../../src/snapshot/manifest.ts';
import { decodeManifest } from '../../src/snapshot/manifest-codec.ts';
import { fakeChecksum } from '../support/fake-source.ts';
import type { JobWorld } from '../support/job-world.ts';
import type { Chance } from './chance.ts';

const layout = layoutOf('repo');
const none = new AbortController().signal;

/** What must be true of the world whatever happens; the text of a failure says what is not. */
export class Invariants {
  readonly #world: JobWorld;
  readonly #answered = new Set<JobId>();
  readonly #cancelled = new Set<JobId>();
  readonly #dropped = new Set<string>();
  readonly #settled = new Map<JobId, string>();
  /** What was looked at before and has not changed since. */
  #decoded: ReadonlyMap<string, Manifest> = new Map();
  readonly #whole = new Set<string>();
  readonly #records = new Map<string, Readonly<{ content: string; job: Job }>>();
  readonly #jobKeys = new Map<string, boolean>();
  #manifests: readonly Manifest[] = [];

  constructor(world: JobWorld) {
    this.#world = world;
  }

  /** A submission was answered OK. */
  answered(id: JobId): void {
    this.#answered.add(id);
  }

  /** A cancel was answered OK. */
  cancelled(id: JobId): void {
    this.#cancelled.add(id);
  }

  /** A snapshot is taken away. */
  dropped({ label, timestamp }: SnapshotName): void {
    this.#dropped.add(`${label} ${timestamp}`);
  }

  anySnapshot(chance: Chance): SnapshotName | undefined {
    return this.#manifests.length === 0 ? undefined : chance.pick(this.#manifests);
  }

  snapshotOf(label: string): SnapshotName | undefined {
    return this.#manifests.findLast((manifest) => manifest.label === label);
  }

  /** How many jobs ended how, such as `restore FINISHED`: a run in which nothing happens proves nothing. */
  outcomes(): readonly string[] {
    return [...this.#jobs().values()].map((job) => `${job.kind} ${job.state}`);
  }

  /** Whether no job of the database is under way, whatever a node knows of it. */
  isIdle(database: string): boolean {
    return [...this.#jobs().values()].every((job) => job.database !== database || isSettled(job));
  }

  jobIds(): readonly JobId[] {
    return [...this.#jobs().keys()];
  }

  isCleaning(id: JobId): boolean {
    const job = this.#jobs().get(id);
    return job !== undefined && 'cleanup' in job && job.cleanup === 'pending';
  }

  /** After each step. `isWriting`: the metastore may be one event ahead of what is shown. */
  async always(scheduler: Scheduler | undefined, isWriting: boolean): Promise<void> {
    const jobs = this.#jobs();
    for (const id of this.#answered) assert.ok(jobs.has(id), `job ${id}, answered OK, is lost`);
    for (const job of jobs.values()) this.#settledStays(job);
    for (const id of this.#cancelled)
      assert.equal(jobs.get(id)?.state, 'CANCELLED', `cancel of ${id} was a lie`);
    if (scheduler !== undefined && !isWriting) shownAsWritten(scheduler, jobs);
    await this.#manifestsStandOnBlobs();
    for (const job of jobs.values()) this.#restoreIsTrue(job, jobs);
  }

  /** When every job has come to its end and all faults have stopped. */
  async atRest(scheduler: Scheduler): Promise<void> {
    const jobs = [...this.#jobs().values()];
    for (const job of jobs) {
      assert.ok('cleanup' in job && job.cleanup === 'done', `job ${job.id} is not cleaned up`);
    }
    assert.deepEqual([...this.#world.folder.keys()], [], 'the staging folder is not empty');
    const shadows = [...this.#world.server.restores.values()].filter((restore) => !restore.isCommitted);
    assert.equal(shadows.length, 0, 'a shadow table is left');
    await this.#noOrphans();
    this.#snapshotsAreThoseOfFinished(jobs);
    assert.deepEqual(
      scheduler
        .list()
        .map((view) => view.id)
        .filter((id) => !this.#jobs().has(id)),
      [],
      'SHOW lists a job that the metastore does not know',
    );
  }

  #settledStays(job: Job): void {
    if (!isSettled(job)) return;
    const { cleanup: _, run: __, ...rest } = job;
    const now = JSON.stringify({ ...rest, id: String(job.id) });
    const before = this.#settled.get(job.id);
    if (before === undefined) this.#settled.set(job.id, now);
    else assert.equal(now, before, `job ${job.id} moved after it was settled`);
  }

  /** A finished restore is in place, a cancelled one has changed nothing. */
  #restoreIsTrue(job: Job, jobs: ReadonlyMap<JobId, Job>): void {
    if (job.kind !== 'restore') return;
    const backups = [...jobs.values()].filter(
      ({ kind, label, timestamp }) => kind === 'backup' && label === job.label && timestamp === job.timestamp,
    );
    assert.ok(
      backups.length === 0 || backups.some(({ state }) => state !== 'CANCELLED'),
      `restore ${job.id} is of a backup that was cancelled`,
    );
    const isCommitted = this.#world.server.restores.get(String(job.id))?.isCommitted ?? false;
    if (job.state === 'FINISHED') assert.ok(isCommitted, `restore ${job.id} finished without its commit`);
    const isDropped = this.#dropped.has(`${job.label} ${job.timestamp}`);
    if (job.state === 'COMMITTING' && isCommitted && !isDropped) this.#targetIsSnapshot(job);
    if (job.state === 'CANCELLED') assert.ok(!isCommitted, `restore ${job.id} was committed and cancelled`);
  }

  async #manifestsStandOnBlobs(): Promise<void> {
    // Two jobs may write the same key one after the other: what was deleted meanwhile is forgotten.
    const manifests = new Map<string, Manifest>();
    for await (const { key } of this.#world.store.list(layout.snapshotsPrefix, none)) {
      assert.ok(snapshotOfKey(layout, key), `odd key ${key}`);
      const manifest = this.#decoded.get(key) ?? decodeManifest(await this.#read(key), key).manifest;
      for (const sha256 of blobsOf(manifest)) await this.#blobIsWhole(manifest, sha256);
      manifests.set(key, manifest);
    }
    this.#decoded = manifests;
    this.#manifests = [...manifests.values()];
  }

  async #blobIsWhole(manifest: Manifest, sha256: string): Promise<void> {
    const key = layout.blob(sha256);
    const stat = await this.#world.store.stat(key, none);
    assert.ok(stat, `'${manifest.label}' ${manifest.timestamp} names the missing blob ${sha256}`);
    const version = `${key} ${stat.sizeBytes} ${stat.modifiedAt}`;
    if (this.#whole.has(version)) return;
    const actual = createHash('sha256')
      .update(await this.#read(key))
      .digest('hex');
    assert.equal(actual, sha256, `'${manifest.label}' ${manifest.timestamp} names a damaged blob`);
    this.#whole.add(version);
  }

  async #noOrphans(): Promise<void> {
    const needed = new Set(this.#manifests.flatMap((manifest) => [...blobsOf(manifest)]));
    for await (const { key } of this.#world.store.list(layout.blobsPrefix, none)) {
      const sha256 = key.slice(-'.parquet'.length - 64, -'.parquet'.length);
      assert.ok(needed.has(sha256), `blob ${key} is an orphan`);
    }
  }

  #snapshotsAreThoseOfFinished(jobs: readonly Job[]): void {
    const finished = jobs.filter((job) => job.kind === 'backup' && job.state === 'FINISHED');
    const message = 'snapshots are not those of finished backups';
    const isThere = (name: string): boolean => !this.#dropped.has(name);
    // A DROP that failed may have left its snapshot: it was not answered.
    assert.deepEqual(namesOf(this.#manifests).filter(isThere), namesOf(finished).filter(isThere), message);
  }

  /** Right after its commit a restored database is what the snapshot holds, rows and all. */
  #targetIsSnapshot(job: Extract<Job, { kind: 'restore' }>): void {
    const manifest = this.#manifests.find(
      ({ label, timestamp }) => label === job.label && timestamp === job.timestamp,
    );
    assert.ok(manifest, `the snapshot of restore ${job.id} is gone`);
    for (const object of manifest.objects) {
      const restored = this.#world.server.databases.get(job.database)?.get(object.name);
      assert.ok(restored, `restore ${job.id} lost ${object.name}`);
      if (object.kind !== 'TABLE') {
        assert.ok('sql' in restored && restored.sql === object.ddl, `view ${object.name} differs`);
        continue;
      }
      const { rows, value } = fakeChecksum('rows' in restored ? restored.rows : []);
      assert.deepEqual([rows, value], [object.rows, object.checksum.value], `table ${object.name} differs`);
    }
  }

  #jobs(): ReadonlyMap<JobId, Job> {
    const jobs = new Map<JobId, Job>();
    for (const [key, { content }] of this.#world.disk.resources) {
      if (!this.#isJobKey(key)) continue;
      const known = this.#records.get(key);
      const job = known?.content === content ? known.job : decodeRecord(JSON.parse(content)).job;
      this.#records.set(key, { content, job });
      jobs.set(job.id, job);
    }
    return jobs;
  }

  #isJobKey(key: string): boolean {
    const known = this.#jobKeys.get(key) ?? isJobKey(key);
    this.#jobKeys.set(key, known);
    return known;
  }

  async #read(key: BlobKey): Promise<Uint8Array> {
    return Buffer.concat(await Array.fromAsync(this.#world.store.get(key, undefined, none)));
  }
}

function isSettled(job: Job): job is Extract<Job, { state: 'FINISHED' | 'CANCELLED' }> {
  return job.state === 'FINISHED' || job.state === 'CANCELLED';
}

function namesOf(of: readonly SnapshotName[]): readonly string[] {
  return of.map(({ label, timestamp }) => `${label} ${timestamp}`).sort();
}

function shownAsWritten(scheduler: Scheduler, jobs: ReadonlyMap<JobId, Job>): void {
  for (const view of scheduler.list()) {
    assert.equal(
      view.state,
      jobs.get(view.id)?.state,
      `SHOW and the metastore disagree about job ${view.id}`,
    );
  }
}
