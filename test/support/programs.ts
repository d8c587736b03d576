import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { globSync } from 'node:fs';
import path from 'node:path';

/** A program that is there answers at once; on a machine that has other work, a Python with its libraries after seconds. */
export const answerTimeoutMs = 120_000;

/** Path of the mariadb (or mysql) command line, undefined when there is none. */
export function findMariadbClient(): string | undefined {
  return ['mariadb', 'mysql'].find((name) => answers(name, ['--version']));
}

/** Path of the mariadb-dump (or mysqldump) program, undefined when there is none. */
export function findMariadbDump(): string | undefined {
  return ['mariadb-dump', 'mysqldump'].find((name) => answers(name, ['--version']));
}

/** Path of the MariaDB server, undefined when it or the program that makes its data folder is missing. */
export function findMariadbServer(): string | undefined {
  // The second has no argument with which it would end well and do nothing.
  const installer = spawnSync('mariadb-install-db', ['--help'], {
    stdio: 'ignore',
    timeout: answerTimeoutMs,
  });
  return answers('mariadbd', ['--version']) && installer.error === undefined ? 'mariadbd' : undefined;
}

/** Of Debian's galera-4, on which mariadb-server depends. */
export const galeraProvider = '/usr/lib/galera/libgalera_smm.so';

/** Path of MariaDB's library for clusters, undefined unless what its nodes hand their state over with is there too. */
export function findGalera(): string | undefined {
  const hasAll = findMariadbServer() !== undefined && exists('mariadb-backup') && exists('socat');
  return hasAll && existsSync(galeraProvider) ? galeraProvider : undefined;
}

/** Path of a Python 3 that can import PyMySQL, undefined when there is none. */
export function findPythonWithPymysql(): string | undefined {
  return ['/usr/bin/python3', 'python3'].find((name) => answers(name, ['-c', 'import pymysql']));
}

/** Path of Ceph's object gateway, undefined unless its monitor and storage daemon are there too. */
export function findRadosgw(): string | undefined {
  const all = ['radosgw', 'ceph-mon', 'ceph-osd'].every((name) => answers(name, ['--version']));
  return all ? 'radosgw' : undefined;
}

/** Path of Swift's proxy server, undefined unless all that it needs is there too. */
export function findSwift(): string | undefined {
  // Swift's own programs have no argument with which they would end well and do nothing.
  const all = ['proxy', 'account', 'container', 'object'].every((name) => exists(`swift-${name}-server`));
  return all && answers('memcached', ['--version']) ? 'swift-proxy-server' : undefined;
}

/** The folder of PostgreSQL's own programs, undefined when they are missing. Debian keeps them out of the PATH. */
export function findPostgresFolder(): string | undefined {
  const folders = globSync('/usr/lib/postgresql/*/bin').sort();
  return [...folders, '/usr/local/bin', '/usr/bin'].find((folder) =>
    ['initdb', 'postgres'].every((name) => answers(path.join(folder, name), ['--version'])),
  );
}

/**
 * Why a test that needs `program` cannot run, for node:test's `skip`; false when it can. With CI=true nothing is
 * skipped: the test then fails where it uses the program.
 */
export function skipReason(program: string | undefined, name: string): string | false {
  if (program !== undefined || process.env['CI'] === 'true') return false;
  return `${name} is not installed`;
}

function answers(program: string, args: readonly string[]): boolean {
  return spawnSync(program, args, { stdio: 'ignore', timeout: answerTimeoutMs }).status === 0;
}

function exists(program: string): boolean {
  return spawnSync('which', [program], { stdio: 'ignore', timeout: answerTimeoutMs }).status === 0;
}
