import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { MariadbServer } from './mariadb-server.ts';
import { readRepository, type RepositoryContent } from './repository-folder.ts';
import { ServerProcess } from './server-process.ts';
import { until } from './until.ts';

/** No node is to lose a lease while it lives, however busy the machine is. One test waits once for a lease to end. */
const calm: LeaseTimes = { heartbeatMs: 700, timeoutMs: 12_000 };

export type LeaseTimes = Readonly<{ heartbeatMs: number; timeoutMs: number }>;

export type Row = Readonly<Record<string, string | null>>;

export type NodeWish = Readonly<{
  role?: 'all' | 'job' | 'query';
  group?: string;
  key?: string;
  data?: string;
  /** Where it reaches the metastore, when not straight. */
  metastorePort?: number;
  flags?: readonly string[];
}>;

/** Nodes as processes that share a metastore in one MariaDB, which also holds the databases that they back up. */
export class NodeWorld implements AsyncDisposable {
  readonly database: MariadbServer;
  readonly folder: string;
  readonly #key = randomBytes(32).toString('hex');
  readonly #nodes = new Map<string, ServerProcess>();
  readonly #connections = new Map<ServerProcess, Connection>();

  readonly #times: LeaseTimes;

  private constructor(database: MariadbServer, folder: string, times: LeaseTimes) {
    this.database = database;
    this.folder = folder;
    this.#times = times;
  }

  static async open(times: LeaseTimes = calm): Promise<NodeWorld> {
    const database = await MariadbServer.start(['--innodb-flush-log-at-trx-commit=1']);
    const world = new NodeWorld(database, mkdtempSync(path.join(tmpdir(), 'holdfast-nodes-')), times);
    await world.direct('CREATE DATABASE metadata');
    return world;
  }

  /** Starts a node, or starts one again over its data folder. */
  async start(name: string, wish: NodeWish = {}): Promise<ServerProcess> {
    const node = await ServerProcess.start({
      data: wish.data ?? path.join(this.folder, name),
      flags: [
        '--metastore',
        `mysql://root@127.0.0.1:${wish.metastorePort ?? this.database.port}/metadata`,
        '--node-id',
        name,
        '--role',
        wish.role ?? 'all',
        '--node-group',
        wish.group ?? '',
        '--node-heartbeat-ms',
        String(this.#times.heartbeatMs),
        '--node-timeout-ms',
        String(this.#times.timeoutMs),
        '--log-level',
        'debug',
        '--log-file',
        this.logOf(name),
        ...(wish.flags ?? []),
      ],
      environment: { HOLDFAST_SECRET_KEY: wish.key ?? this.#key },
    });
    this.#nodes.set(name, node);
    return node;
  }

  /** Where a node says what it does, in all its lives. */
  logOf(name: string): string {
    return path.join(this.folder, `${name}.log`);
  }

  /** Statements straight at MariaDB. */
  async direct(...statements: readonly string[]): Promise<void> {
    const connection = await this.database.connect();
    for (const statement of statements) await connection.query(statement);
    await connection.end();
  }

  /** The rows of the last of some statements on one connection of a node. */
  async ask(node: ServerProcess, ...statements: readonly string[]): Promise<readonly Row[]> {
    let connection = this.#connections.get(node);
    if (connection === undefined) {
      connection = await node.connect();
      // A node that is killed takes its connections with it; the next statement says so.
      connection.on('error', () => this.#connections.delete(node));
      this.#connections.set(node, connection);
    }
    let rows: readonly Row[] = [];
    for (const statement of statements) {
      const [answer] = await connection.query<RowDataPacket[]>(statement);
      rows = Array.isArray(answer) ? (answer as readonly Row[]) : [];
    }
    return rows;
  }

  /** A repository and a catalog of MariaDB, made through one node. */
  async prepare(node: ServerProcess, properties: Readonly<Record<string, string>> = {}): Promise<void> {
    const all = Object.entries(this.database.properties(properties));
    const list = all.map(([name, value]) => `"${name}"="${value}"`).join(', ');
    await this.ask(
      node,
      `CREATE REPOSITORY repo WITH BROKER ON LOCATION "file://${this.folder}/repository"`,
      `CREATE EXTERNAL CATALOG prod PROPERTIES (${list})`,
    );
  }

  repository(): RepositoryContent {
    return readRepository(path.join(this.folder, 'repository'), 'repo');
  }

  /** The last backup of a database of the catalog `prod`, as a node shows it. */
  async lastBackup(node: ServerProcess, database: string): Promise<Row | undefined> {
    return (await this.ask(node, 'SET CATALOG prod', `SHOW BACKUP FROM ${database}`)).at(-1);
  }

  async finished(node: ServerProcess, database: string, label: string): Promise<Row> {
    return until(`backup ${label} of ${database} ends`, async () => {
      const row = await this.lastBackup(node, database);
      if (row?.['SnapshotName'] !== label) return undefined;
      if (row['State'] === 'CANCELLED') throw new Error(`cancelled: ${row['Status']}`);
      return row['State'] === 'FINISHED' ? row : undefined;
    });
  }

  /** Owner of a project; undefined for none. */
  async owner(node: ServerProcess, project: string): Promise<string | undefined> {
    const rows = await this.ask(node, `SHOW METADATA EPOCHS WHERE Project = '${project}'`);
    return rows[0]?.['Owner'] ?? undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const connection of this.#connections.values()) connection.destroy();
    // A paused process would not hear that it is to end.
    for (const node of this.#nodes.values()) node.signal('SIGCONT');
    await Promise.all([...this.#nodes.values()].map((node) => node.stop()));
    await this.database[Symbol.asyncDispose]();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
