import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { readRestoreTraces, stagedJobs } from './data-folder.ts';
import { rowsOf } from './jobs.ts';
import { type CrashPlace, type CrashSource, embeddedSource, localPlace } from './crash-subjects.ts';
import { ServerProcess } from './server-process.ts';
import { until } from './until.ts';

export type JobKind = 'BACKUP' | 'RESTORE';

/** A put that a kill cut off leaves its file here; it is swept when it is a day old. */
const unfinishedPuts = '.tmp-holdfast';

export type CrashWorldOptions = Readonly<{
  /** Where the folder of the repository `r` is; a new one without it. */
  place?: string;
  /** Another kind of place than a folder; disposed of by whoever made it. */
  store?: CrashPlace;
  /** Where `bank` is; the embedded engine without it. */
  source?: CrashSource;
  flags?: readonly string[];
  /** With a clock that `setClock` sets. */
  hasOwnClock?: boolean;
}>;

/** A server process that may be killed and started again over one data folder, with the local repository `r`. */
export class CrashWorld implements AsyncDisposable {
  readonly data: string;
  readonly place: string;
  readonly #root: string;
  readonly #flags: readonly string[];
  readonly #hasOwnClock: boolean;
  readonly #store: CrashPlace;
  readonly source: CrashSource;
  #server: ServerProcess | undefined;
  #connection: Connection | undefined;

  private constructor(root: string, options: CrashWorldOptions) {
    this.#root = root;
    this.data = path.join(root, 'data');
    this.place = options.place ?? path.join(root, 'repository');
    this.#flags = options.flags ?? [];
    this.#hasOwnClock = options.hasOwnClock ?? false;
    this.#store = options.store ?? localPlace(this.place, 'r');
    this.source = options.source ?? embeddedSource;
  }

  static async create(options: CrashWorldOptions = {}): Promise<CrashWorld> {
    await using creating = new AsyncDisposableStack();
    const world = creating.use(new CrashWorld(mkdtempSync(path.join(tmpdir(), 'holdfast-crash-')), options));
    await world.start();
    const { location, properties } = world.#store;
    await world.connection.query(`CREATE REPOSITORY r WITH BROKER ON LOCATION "${location}"${properties}`);
    await world.source.introduce(world.connection);
    creating.move();
    return world;
  }

  get server(): ServerProcess {
    assert(this.#server, 'the server runs');
    return this.#server;
  }

  get connection(): Connection {
    assert(this.#connection, 'the server runs');
    return this.#connection;
  }

  async start(): Promise<void> {
    const { data, strikeFile } = this;
    const clockFile = this.#hasOwnClock ? this.#clockFile : undefined;
    this.#server = await ServerProcess.start({ data, flags: this.#flags, strikeFile, clockFile });
    this.#connection = await this.connect();
  }

  /** Ends the server at a failpoint, as test/support/strike.ts says. */
  strikeAt(strike: string): void {
    // Of a server that was killed while it stood still.
    rmSync(this.#heldFile, { force: true });
    writeFileSync(this.strikeFile, strike);
  }

  /** Takes that back. False when it has struck already. */
  spare(): boolean {
    try {
      // As the server does: one of both removes it, and knows that it was the one.
      unlinkSync(this.strikeFile);
      return true;
    } catch {
      return false;
    }
  }

  /** Waits until the server stands still at a point that `strikeAt` has told it to hold at; `spare` lets it go on. */
  async held(): Promise<void> {
    await until('a server that stands still', async () => existsSync(this.#heldFile) || undefined);
  }

  /** The server's clock shows `shiftMs` more than the system's from now on, less when it is negative. */
  setClock(shiftMs: number): void {
    assert(this.#hasOwnClock, 'the server has the system’s clock');
    writeFileSync(`${this.#clockFile}.next`, String(shiftMs));
    renameSync(`${this.#clockFile}.next`, this.#clockFile);
  }

  get #clockFile(): string {
    return path.join(this.#root, 'clock');
  }

  get strikeFile(): string {
    return path.join(this.#root, 'strike');
  }

  get #heldFile(): string {
    return `${this.strikeFile}.held`;
  }

  /** Where the rows of `bank` are read and changed. */
  get rowsConnection(): Connection {
    return this.source.direct ?? this.connection;
  }

  /** A connection that does not mind that its server is killed. */
  async connect(): Promise<Connection> {
    const connection = await this.server.connect();
    connection.on('error', () => undefined);
    return connection;
  }

  /** kill -9, as at a power cut: the process has no say in it. */
  async kill(): Promise<void> {
    this.server.signal('SIGKILL');
    await this.server.exited;
    this.#connection?.destroy();
  }

  /** SIGTERM; gives the exit code. */
  async stop(): Promise<number | null> {
    this.#connection?.destroy();
    return this.server.stop();
  }

  rows(sql: string): Promise<RowDataPacket[]> {
    return rowsOf(this.connection, sql);
  }

  /** The newest job of its kind in the database: SHOW lists no other. */
  async newest(kind: JobKind, database: string = this.source.database): Promise<RowDataPacket | undefined> {
    const [row, ...more] = await this.rows(`SHOW ${kind} FROM ${database}`);
    assert.deepEqual(more, []);
    return row;
  }

  async settled(kind: JobKind, database: string = this.source.database): Promise<RowDataPacket> {
    return until(`a settled ${kind}`, async () => {
      const row = await this.newest(kind, database);
      return row !== undefined && isSettled(row) ? row : undefined;
    });
  }

  /** Waits until a job's state is one of `states`, or it is settled. */
  async reached(
    kind: JobKind,
    states: readonly string[],
    database: string = this.source.database,
  ): Promise<RowDataPacket> {
    return until(`a ${kind} in ${states.join(' or ')}`, async () => {
      const row = await this.newest(kind, database);
      return row !== undefined && (isSettled(row) || states.includes(String(row['State']))) ? row : undefined;
    });
  }

  async backUp(label: string): Promise<RowDataPacket> {
    await this.connection.query(`BACKUP SNAPSHOT ${this.source.database}.${label} TO r`);
    return this.settled('BACKUP');
  }

  /** Submits the restore of a snapshot that is listed once. `more`: further properties, each behind a comma. */
  async beginRestore(label: string, more = ''): Promise<void> {
    const [row] = await this.rows(`SHOW SNAPSHOT ON r WHERE SNAPSHOT = '${label}'`);
    assert(row, `snapshot ${label} is listed`);
    await this.connection.query(
      `RESTORE SNAPSHOT ${this.source.database}.${label} FROM r PROPERTIES ("backup_timestamp" = "${String(row['Timestamp'])}"${more})`,
    );
  }

  async restore(label: string): Promise<RowDataPacket> {
    await this.beginRestore(label);
    return this.settled('RESTORE');
  }

  /** Labels that SHOW SNAPSHOT lists, with their status. */
  async listed(): Promise<readonly string[]> {
    const rows = await this.rows('SHOW SNAPSHOT ON r');
    return rows.map((row) => `${String(row['Snapshot'])} ${String(row['Status'])}`).sort();
  }

  isClean(): boolean {
    return stagedJobs(this.data).length === 0;
  }

  /** Waits until no job has anything in the staging folder. */
  async cleaned(): Promise<void> {
    await until('an empty staging folder', async () =>
      stagedJobs(this.data).length === 0 ? true : undefined,
    );
  }

  /** Nothing but the snapshots with these labels is there: no half one, no blob that none of them needs. */
  async assertTidyRepository(labels: readonly string[]): Promise<void> {
    await this.cleaned();
    assert.deepEqual(await this.listed(), labels.map((label) => `${label} OK`).sort());
    const content = await until('no blob that no manifest names', async () => {
      const found = await this.#store.read();
      return found.blobs.difference(found.named).size === 0 ? found : undefined;
    });
    assert.deepEqual(content.snapshots.map((name) => name.split('/')[0]).sort(), [...labels].sort());
    assert.deepEqual([...content.named.difference(content.blobs)], [], 'blobs that are missing');
    const foreign = content.others.filter((file) => !file.startsWith(`${unfinishedPuts}${path.sep}`));
    assert.deepEqual(foreign, []);
  }

  /** Stops the server, looks into the engine's file, and starts it again. */
  async assertNoRestoreTraces(): Promise<void> {
    await this.cleaned();
    if (this.source.traces !== undefined) {
      assert.deepEqual(await this.source.traces(), []);
      return;
    }
    assert.equal(await this.stop(), 0);
    assert.deepEqual(await readRestoreTraces(this.data), []);
    await this.start();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#connection?.destroy();
    await this.#server?.stop();
    rmSync(this.#root, { recursive: true, force: true });
  }
}

export function isSettled(job: RowDataPacket): boolean {
  return ['FINISHED', 'CANCELLED'].includes(String(job['State']));
}
