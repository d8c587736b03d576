import { cpSync } from 'node:fs';
import path from 'node:path';
import type { RowDataPacket } from 'mysql2/promise';
import { DatabaseServer, type ServerProgram } from './database-server.ts';
import { freePorts } from './free-ports.ts';
import { mariadb } from './mariadb-server.ts';
import { findGalera, galeraProvider, skipReason } from './programs.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { until } from './until.ts';

/** Why tests with a Galera pair cannot run, for node:test's `skip`; false when they can. */
export function galeraSkipReason(): string | false {
  return skipReason(findGalera(), 'galera-4');
}

export type GaleraPair = AsyncDisposable & Readonly<{ first: DatabaseServer; second: DatabaseServer }>;

/** A cluster of two nodes. The second begins as a copy of the first, so that only some writes have to be handed over. */
export async function startGaleraPair(): Promise<GaleraPair> {
  await using starting = new AsyncDisposableStack();
  const [one = 0, two = 0] = await freePorts(2);
  const first = starting.use(await startNode(mariadb, one, ''));
  await first.stop();
  const template = starting.use(await temporaryFolder());
  copyNode(first.data, path.join(template.path, 'data'));
  await first.comeBack();
  const copy: ServerProgram = {
    ...mariadb,
    install: (folder) => copyNode(path.join(template.path, 'data'), path.join(folder, 'data')),
  };
  const second = starting.use(await startNode(copy, two, `127.0.0.1:${one}`));
  await until('a cluster of two', () => isCluster(second));
  const held = starting.move();
  return { first, second, [Symbol.asyncDispose]: () => held.disposeAsync() };
}

/** All but what tells one node from another. Its server is stopped meanwhile. */
function copyNode(from: string, to: string): void {
  const isOwn = (file: string): boolean => /(?:gvwstate\.dat|galera\.cache|binlog\.\w+)$/.test(file);
  cpSync(from, to, { recursive: true, filter: (file) => !isOwn(file) });
}

/** A node that joins ends the connections that it took before. */
async function isCluster(server: DatabaseServer): Promise<true | undefined> {
  try {
    const connection = await server.connect({ rowsAsArray: true });
    const [rows] = await connection.query<RowDataPacket[][]>(
      "SHOW STATUS WHERE (Variable_name = 'wsrep_ready' AND Value = 'ON') OR (Variable_name = 'wsrep_cluster_size' AND Value = '2')",
    );
    await connection.end();
    return rows.length === 2 ? true : undefined;
  } catch {
    return undefined;
  }
}

/** `port` is that of the cluster's own traffic; `member` is a node that is there. */
async function startNode(program: ServerProgram, port: number, member: string): Promise<DatabaseServer> {
  const [ist, sst] = await freePorts(2);
  const options = `base_port=${port};gmcast.listen_addr=tcp://127.0.0.1:${port};ist.recv_addr=127.0.0.1:${ist};gcache.size=16M`;
  return DatabaseServer.start(program, [
    '--binlog-format=ROW',
    '--innodb-autoinc-lock-mode=2',
    '--wsrep-on=ON',
    `--wsrep-provider=${galeraProvider}`,
    // Hands over the few writes that the other has not seen. That of rsync(1) cannot as root.
    '--wsrep-sst-method=mariabackup',
    '--wsrep-sst-auth=root:',
    `--wsrep-sst-receive-address=127.0.0.1:${sst}`,
    `--wsrep-cluster-address=gcomm://${member}`,
    '--wsrep-cluster-name=holdfast',
    `--wsrep-node-address=127.0.0.1:${port}`,
    `--wsrep-provider-options=${options}`,
  ]);
}
