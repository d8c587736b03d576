import type { Connection } from 'mysql2/promise';
import type { DatabaseServer } from '../support/database-server.ts';
import { startMysqlServer } from '../support/mysql-server.ts';
import { ServerProcess } from '../support/server-process.ts';

/** Ours and another server, a connection to each: what both are asked they should answer alike. */
export class ServerPair implements AsyncDisposable {
  readonly ours: Connection;
  readonly theirs: Connection;
  readonly #servers: readonly AsyncDisposable[];

  private constructor(ours: Connection, theirs: Connection, servers: readonly AsyncDisposable[]) {
    this.ours = ours;
    this.theirs = theirs;
    this.#servers = servers;
  }

  static async start(
    startOther: () => Promise<DatabaseServer> = startMysqlServer,
    options: Readonly<Record<string, unknown>> = { charset: 'utf8mb4' },
  ): Promise<ServerPair> {
    const [server, other] = await Promise.all([ServerProcess.start(), startOther()]);
    const [ours, theirs] = await Promise.all([server.connect(options), other.connect()]);
    return new ServerPair(ours, theirs, [server, other]);
  }

  /** Runs statements on both, one after another. */
  async run(statements: readonly string[]): Promise<void> {
    await this.both(async (connection) => {
      for (const sql of statements) await connection.query(sql);
    });
  }

  /** What each says to the same question: ours, theirs. */
  async both<T>(ask: (connection: Connection) => Promise<T>): Promise<[T, T]> {
    return Promise.all([ask(this.ours), ask(this.theirs)]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.ours.destroy();
    this.theirs.destroy();
    await Promise.all(this.#servers.map(async (server) => server[Symbol.asyncDispose]()));
  }
}
