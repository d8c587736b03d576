import { spawnSync } from 'node:child_process';
import { userInfo } from 'node:os';
import path from 'node:path';
import { present } from '../../src/base/assert.ts';
import { DatabaseServer, type ServerProgram, smallServer } from './database-server.ts';
import { findMysqlServer, type MysqlProgram } from './mysql-program.ts';

const installTimeoutMs = 200_000;

const settings: readonly string[] = [
  ...smallServer,
  '--innodb-redo-log-capacity=32M',
  '--mysqlx=OFF',
  '--secure-file-priv=NULL',
  // As MariaDB has it: tests compare digests of whole tables.
  '--group-concat-max-len=1048576',
  '--gtid-mode=ON',
  '--enforce-gtid-consistency=ON',
];

const found = findMysqlServer();

/** Why tests with a MySQL server of their own cannot run, for node:test's `skip`, in CI too; false when they can. */
export function mysqlSkipReason(): string | false {
  return found === undefined ? 'there is no MySQL server: see test/support/mysql-program.ts' : false;
}

/** A MySQL server of its own: Oracle's, not MariaDB. `flags` are added to mysqld's command line. */
export async function startMysqlServer(flags: readonly string[] = []): Promise<DatabaseServer> {
  return DatabaseServer.start(serverOf(present(found, 'a MySQL server')), flags);
}

function serverOf({ command, flags }: MysqlProgram): ServerProgram {
  const common = (folder: string): readonly string[] => {
    const places = [`--datadir=${path.join(folder, 'data')}`, `--tmpdir=${folder}`];
    return [...command, '--no-defaults', ...places, `--user=${userInfo().username}`, ...flags];
  };
  return {
    install: (folder) => {
      const [program = '', ...args] = [
        ...common(folder),
        '--initialize-insecure',
        '--innodb-redo-log-capacity=8M',
      ];
      const made = spawnSync(program, args, { encoding: 'utf8', timeout: installTimeoutMs });
      if (made.status !== 0)
        throw new Error(`mysqld --initialize failed: ${made.stderr}`, { cause: made.error });
    },
    command: (folder) => [...common(folder), ...settings],
  };
}
