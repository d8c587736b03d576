import { readdir, statfs } from 'node:fs/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { JobView } from '../job/job-view.ts';
import { counter, type Family, gauge, type Sample } from './exposition.ts';
import { Tally } from './tally.ts';

/** What the gauges look at. Each is cheap: nothing is read but from memory, except `nodes` where a metastore is shared. */
export type Watched = Readonly<{
  version: string;
  /** Milliseconds since the epoch. */
  startedAt: number;
  jobs: () => readonly JobView[];
  connections: () => number;
  connectionsMax: number;
  questions: () => number;
  /** By repository that was looked at: whether it could be read at the last look. */
  repositories: () => ReadonlyMap<string, boolean>;
  /** Rejects when the metastore does not answer. */
  nodes: (signal: AbortSignal) => Promise<NodesState>;
  /** Absolute. */
  dataFolder: string;
  /** End of the TLS certificate's validity, ms since the epoch. */
  certificateEnd: number;
  loopDelay: Pick<LoopDelay, 'take'>;
}>;

export type NodesState = Readonly<{
  alive: number;
  dead: number;
  /** The number of the lease of each project that somebody holds. */
  epochs: readonly Readonly<{ project: string; node: string; epoch: number }>[];
}>;

/** What the server is at this moment. */
export async function readGauges(watched: Watched, signal: AbortSignal): Promise<readonly Family[]> {
  const parts = [nodeFamilies(watched, signal), diskFamilies(watched), processFamilies(watched)];
  return [...ownFamilies(watched), ...jobFamilies(watched.jobs()), ...(await Promise.all(parts)).flat()];
}

function ownFamilies(watched: Watched): readonly Family[] {
  const { version, connections, connectionsMax, questions, repositories, certificateEnd } = watched;
  const up = [...repositories()].map(([repository, isUp]) => ({
    labels: { repository },
    value: Number(isUp),
  }));
  return [
    gauge('holdfast_build_info', 'Always 1; the version is a label', [{ labels: { version }, value: 1 }]),
    gauge('holdfast_connections', 'Clients that are connected', connections()),
    gauge('holdfast_connections_max', 'Clients that may be connected', connectionsMax),
    counter('holdfast_questions_total', 'Statements of clients', questions()),
    gauge(
      'holdfast_repository_up',
      'Whether the repository could be read at the last look, every ten minutes',
      up,
    ),
    gauge(
      'holdfast_tls_certificate_end_timestamp_seconds',
      'When the TLS certificate ends',
      certificateEnd / 1_000,
    ),
  ];
}

const kinds = ['backup', 'restore'] as const;

function jobFamilies(jobs: readonly JobView[]): readonly Family[] {
  const states = new Tally();
  const tasks = new Tally();
  const chunks = new Tally();
  for (const kind of kinds) {
    tasks.add({ kind }, 0);
    chunks.add({ kind }, 0);
  }
  for (const { kind, state, unfinished } of jobs) {
    states.add({ kind, state });
    tasks.add({ kind }, unfinished.length);
    chunks.add(
      { kind },
      unfinished.reduce((sum, { done, total }) => sum + total - done, 0),
    );
  }
  return [
    gauge('holdfast_jobs', 'Jobs that SHOW BACKUP and SHOW RESTORE know, by their state', states.samples()),
    gauge('holdfast_tasks_unfinished', 'Tasks of running jobs that are waiting or at work', tasks.samples()),
    gauge('holdfast_chunks_unfinished', 'Chunks of those tasks that are still to be moved', chunks.samples()),
    gauge(
      'holdfast_oldest_job_start_timestamp_seconds',
      'When the oldest job that has not ended was submitted',
      oldest(jobs),
    ),
    gauge(
      'holdfast_backup_last_success_timestamp_seconds',
      'End of the newest finished backup that SHOW BACKUP knows',
      newest(jobs),
    ),
  ];
}

function oldest(jobs: readonly JobView[]): readonly Sample[] {
  return kinds.flatMap((kind) => {
    const running = jobs.filter((job) => job.kind === kind && !job.isSettled);
    const first = Math.min(...running.map(({ createdAt }) => createdAt));
    return running.length === 0 ? [] : [{ labels: { kind }, value: first / 1_000 }];
  });
}

/** Jobs are listed oldest first: the newest of a database is the last that is put. */
function newest(jobs: readonly JobView[]): readonly Sample[] {
  const found = new Map<string, Sample>();
  for (const { kind, state, catalog, database, finishedAt } of jobs) {
    if (kind !== 'backup' || state !== 'FINISHED' || finishedAt === undefined) continue;
    found.set(JSON.stringify([catalog, database]), {
      labels: { catalog, database },
      value: finishedAt / 1_000,
    });
  }
  return [...found.values()];
}

async function nodeFamilies({ nodes }: Watched, signal: AbortSignal): Promise<readonly Family[]> {
  let state: NodesState;
  try {
    state = await nodes(signal);
  } catch {
    return [metastoreUp(false)]; // What keeps it from answering is in the log, by whoever needs it.
  }
  const counts = [
    { labels: { state: 'alive' }, value: state.alive },
    { labels: { state: 'dead' }, value: state.dead },
  ];
  const epochs = state.epochs.map(({ project, node, epoch }) => ({
    labels: { project, node },
    value: epoch,
  }));
  return [
    metastoreUp(true),
    gauge('holdfast_nodes', 'Nodes that share the metastore', counts),
    gauge('holdfast_project_epoch', 'Number of the lease of each project that a node holds', epochs),
  ];
}

function metastoreUp(isUp: boolean): Family {
  return gauge('holdfast_metastore_up', 'Whether the metastore answers', Number(isUp));
}

async function diskFamilies({ dataFolder }: Watched): Promise<readonly Family[]> {
  const { bsize, bavail, blocks } = await statfs(dataFolder);
  return [
    gauge('holdfast_data_free_bytes', 'Free on the disk of the data folder', bavail * bsize),
    gauge('holdfast_data_size_bytes', 'Size of the disk of the data folder', blocks * bsize),
  ];
}

/** How late timers ring: a busy thread keeps clients waiting as long. */
export class LoopDelay implements Disposable {
  readonly #delays = monitorEventLoopDelay({ resolution: 20 });

  constructor() {
    this.#delays.enable();
  }

  /** The greatest since the last call, in seconds. */
  take(): number {
    const seconds = this.#delays.max / 1e9;
    this.#delays.reset();
    return seconds;
  }

  [Symbol.dispose](): void {
    this.#delays.disable();
  }
}

async function processFamilies({ startedAt, loopDelay }: Watched): Promise<readonly Family[]> {
  const { rss, heapTotal, heapUsed, external } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  const descriptors = await openDescriptors();
  return [
    counter('process_cpu_seconds_total', 'Processor time of the process', (user + system) / 1e6),
    gauge('process_resident_memory_bytes', 'Memory of the process', rss),
    gauge('process_start_time_seconds', 'When the server started, since the epoch', startedAt / 1_000),
    ...(descriptors === undefined
      ? []
      : [gauge('process_open_fds', 'Files and sockets that are open', descriptors)]),
    gauge('nodejs_heap_used_bytes', 'Memory of the JavaScript heap', heapUsed),
    gauge(
      'nodejs_heap_size_bytes',
      'Memory that V8 holds for the heap, with what it has not used',
      heapTotal,
    ),
    gauge('nodejs_external_memory_bytes', 'Buffers that JavaScript holds outside its heap', external),
    gauge(
      'nodejs_event_loop_delay_seconds',
      'Greatest delay of the event loop since the last reading',
      loopDelay.take(),
    ),
  ];
}

/** Linux tells; elsewhere the metric is missing. */
async function openDescriptors(): Promise<number | undefined> {
  if (process.platform !== 'linux') return undefined;
  return (await readdir('/proc/self/fd')).length;
}
