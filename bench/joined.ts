import path from 'node:path';
import type { Connection } from 'mysql2/promise';
import { hasMariadb, Mariadb } from './mariadb.ts';
import { Server } from './server.ts';

/** The name by which Holdfast knows the MariaDB server. */
export const catalog = 'm';

/** A MariaDB server and a Holdfast that has it as a catalog, with a connection to each. */
export type Joined = AsyncDisposable &
  Readonly<{ mariadb: Mariadb; direct: Connection; holdfast: Server; connection: Connection }>;

/** Starts both in a folder. Fails where MariaDB is not installed. */
export async function startJoined(folder: string): Promise<Joined> {
  if (!hasMariadb()) throw new Error('mariadb-server is not installed');
  await using opening = new AsyncDisposableStack();
  const mariadb = opening.use(await Mariadb.start(folder));
  const direct = opening.adopt(await mariadb.connect(), (open) => open.end());
  const holdfast = opening.use(await Server.start(path.join(folder, 'data')));
  const connection = opening.adopt(await holdfast.connect(), (open) => open.end());
  await connection.query(
    `CREATE EXTERNAL CATALOG ${catalog} PROPERTIES ("type" = "mysql", "host" = "127.0.0.1", "port" = "${mariadb.port}", "user" = "root")`,
  );
  const opened = opening.move();
  return { mariadb, direct, holdfast, connection, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}
