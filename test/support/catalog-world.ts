import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Output, runMariadb } from './clients.ts';
import { MariadbServer } from './mariadb-server.ts';
import { createCatalog } from './pass-through-world.ts';
import { findMariadbClient } from './programs.ts';
import { ServerProcess } from './server-process.ts';
import { until } from './until.ts';

export type ShownJob = Readonly<{ label: string; state: string; status: string }>;

/** Columns of SHOW BACKUP and SHOW RESTORE that tests look at. */
const columns = { BACKUP: { label: 1, state: 3, status: 12 }, RESTORE: { label: 1, state: 4, status: 16 } };

const settledStates: readonly string[] = ['FINISHED', 'CANCELLED'];

/**
 * Holdfast as a process with a folder as repository `repo` and catalogs `prod` and `other` of two MariaDB servers. All is
 * said through the mariadb command line, as a user does.
 */
export class CatalogWorld implements AsyncDisposable {
  readonly prod: MariadbServer;
  readonly other: MariadbServer;
  readonly #root: string;
  #holdfast: ServerProcess | undefined;

  private constructor(prod: MariadbServer, other: MariadbServer) {
    this.prod = prod;
    this.other = other;
    this.#root = mkdtempSync(path.join(tmpdir(), 'holdfast-catalog-'));
  }

  static async open(): Promise<CatalogWorld> {
    await using opening = new AsyncDisposableStack();
    const starting = await Promise.allSettled([MariadbServer.start(), MariadbServer.start()]);
    const servers = starting.map((each) =>
      each.status === 'fulfilled' ? opening.use(each.value) : undefined,
    );
    const [prod, other] = servers;
    assert(prod !== undefined && other !== undefined, 'both servers have started');
    const world = opening.use(new CatalogWorld(prod, other));
    await world.start();
    await world.ask(
      `CREATE REPOSITORY repo WITH BROKER ON LOCATION "file://${path.join(world.#root, 'repository')}"`,
      createCatalog('prod', prod.properties()),
      createCatalog('other', other.properties({ password: '' })),
    );
    opening.move();
    return world;
  }

  get pid(): number {
    return this.#running().pid;
  }

  /** Starts Holdfast; again with the same data after a kill. */
  async start(): Promise<void> {
    this.#holdfast = await ServerProcess.start({ data: path.join(this.#root, 'data') });
  }

  /** kill -9, as at a power cut. */
  async kill(): Promise<void> {
    this.#running().signal('SIGKILL');
    await this.#running().exited;
  }

  /** Runs statements in one session; gives what the command line prints. Fails at the first error. */
  async ask(...statements: readonly string[]): Promise<string> {
    const { stdout, stderr, exitCode } = await run(this.#running().port, statements);
    assert.equal(exitCode, 0, stderr);
    return stdout.trim();
  }

  /** What the command line says of a session that ends with an error. */
  async refusal(...statements: readonly string[]): Promise<string> {
    const { stderr, exitCode } = await run(this.#running().port, statements);
    assert.notEqual(exitCode, 0);
    // Above it stands the statement.
    return (stderr.trim().split('\n').at(-1) ?? '').replace(/ at line \d+/, '');
  }

  /** What a server says itself, without Holdfast between. */
  async direct(server: MariadbServer, ...statements: readonly string[]): Promise<string> {
    const { stdout, stderr, exitCode } = await run(server.port, statements);
    assert.equal(exitCode, 0, stderr);
    return stdout.trim();
  }

  /** `database` with its catalog. */
  async job(kind: 'BACKUP' | 'RESTORE', database: string): Promise<ShownJob | undefined> {
    const [row] = (await this.ask(`SHOW ${kind} FROM ${database}`)).split('\n');
    const cells = row === undefined || row === '' ? undefined : row.split('\t');
    const at = columns[kind];
    const cell = (index: number): string => cells?.[index] ?? '';
    return cells && { label: cell(at.label), state: cell(at.state), status: cell(at.status) };
  }

  /** Waits until the database's newest job is in a state of these, or settled. */
  async reached(
    kind: 'BACKUP' | 'RESTORE',
    database: string,
    states: readonly string[],
    timeoutMs?: number,
  ): Promise<ShownJob> {
    const look = async (): Promise<ShownJob | undefined> => {
      const job = await this.job(kind, database);
      return job && [...states, ...settledStates].includes(job.state) ? job : undefined;
    };
    return until(`${kind} of ${database} in ${states.join(' or ')}`, look, timeoutMs);
  }

  async finished(kind: 'BACKUP' | 'RESTORE', database: string, timeoutMs?: number): Promise<void> {
    const { state, status } = await this.reached(kind, database, [], timeoutMs);
    assert.equal(`${state} ${status}`, 'FINISHED [OK]');
  }

  /**
   * The row of a catalog's newest job once it is settled. Asks for the catalog, not for the database: nobody needs to
   * reach its server for that.
   */
  async settledOf(kind: 'BACKUP' | 'RESTORE', catalog: string): Promise<string> {
    return until(`a settled ${kind} of ${catalog}`, async () => {
      const rows = (await this.ask(`SET CATALOG ${catalog}`, `SHOW ${kind}`)).split('\n');
      const newest = rows.toSorted((left, right) => Number.parseInt(right) - Number.parseInt(left))[0] ?? '';
      return settledStates.some((state) => newest.includes(`\t${state}\t`)) ? newest : undefined;
    });
  }

  /** Waits until a server has no database of a restore of ours. */
  async withoutShadows(server: MariadbServer): Promise<void> {
    await until('a server without shadows', async () =>
      (await this.direct(server, 'SHOW DATABASES')).includes('__holdfast') ? undefined : true,
    );
  }

  /** The property that names a snapshot's moment. */
  async moment(label: string): Promise<string> {
    const [, timestamp = ''] = (await this.ask(`SHOW SNAPSHOT ON repo WHERE SNAPSHOT = '${label}'`)).split(
      '\t',
    );
    return `PROPERTIES ("backup_timestamp" = "${timestamp}")`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#holdfast?.stop();
    await this.prod[Symbol.asyncDispose]();
    await this.other[Symbol.asyncDispose]();
    rmSync(this.#root, { recursive: true, force: true });
  }

  #running(): ServerProcess {
    assert(this.#holdfast, 'the server runs');
    return this.#holdfast;
  }
}

async function run(port: number, statements: readonly string[]): Promise<Output> {
  const login = { port, user: 'root', password: '' };
  const args = ['--skip-ssl', '--execute', statements.join(';\n')];
  return runMariadb(findMariadbClient() ?? 'mariadb', login, args);
}
