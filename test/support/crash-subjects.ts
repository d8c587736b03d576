import type { Connection } from 'mysql2/promise';
import type { DatabaseServer } from './database-server.ts';
import { createCatalog } from './pass-through-world.ts';
import { readRepository, type RepositoryContent } from './repository-folder.ts';
import { rowsOf } from './jobs.ts';

/** Where the rows are that are backed up: in the server that is killed, or in one that lives on. */
export type CrashSource = AsyncDisposable &
  Readonly<{
    /** As statements name it. */
    database: string;
    /** Makes the source known to a new server. */
    introduce: (holdfast: Connection) => Promise<void>;
    /** A connection to the rows themselves; undefined where it is one to the server. */
    direct: Connection | undefined;
    /** What restores have left; undefined where only a stopped server can be looked into. */
    traces: (() => Promise<readonly string[]>) | undefined;
  }>;

export const embeddedSource: CrashSource = {
  database: 'bank',
  introduce: async () => undefined,
  direct: undefined,
  traces: undefined,
  [Symbol.asyncDispose]: async () => undefined,
};

/** A server that can be restarted. */
export type ServerSource = CrashSource &
  Readonly<{
    server: DatabaseServer;
    /** After a restart of the server: `direct` is a new connection. */
    reconnect: () => Promise<void>;
  }>;

/** `reached`: properties of the catalog besides those of the server, or in their place. */
export async function serverSource(
  server: DatabaseServer,
  reached: Readonly<Record<string, string>> = {},
): Promise<ServerSource> {
  let direct = await server.connect();
  return {
    server,
    database: 'prod.bank',
    introduce: async (holdfast) =>
      void (await holdfast.query(createCatalog('prod', server.properties(reached)))),
    get direct() {
      return direct;
    },
    reconnect: async () => {
      direct.destroy();
      direct = await server.connect();
    },
    traces: async () => {
      const rows = await rowsOf(direct, String.raw`SHOW DATABASES LIKE '\_\_holdfast%'`);
      return rows.map((row) => String(Object.values(row)[0]));
    },
    [Symbol.asyncDispose]: async () => {
      direct.destroy();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** Where snapshots go, and how to look there without Holdfast. */
export type CrashPlace = AsyncDisposable &
  Readonly<{ location: string; properties: string; read: () => Promise<RepositoryContent> }>;

export function localPlace(folder: string, name: string): CrashPlace {
  return {
    location: `file://${folder}`,
    properties: '',
    read: async () => readRepository(folder, name),
    [Symbol.asyncDispose]: async () => undefined,
  };
}
