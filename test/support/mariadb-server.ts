import { spawnSync } from 'node:child_process';
import { hash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { userInfo } from 'node:os';
import path from 'node:path';
import { DatabaseServer, type ServerProgram, smallServer } from './database-server.ts';
import { findMariadbServer, skipReason } from './programs.ts';

const installTimeoutMs = 200_000;

const settings: readonly string[] = [
  ...smallServer,
  '--innodb-log-file-size=16M',
  '--aria-pagecache-buffer-size=8M',
  '--character-set-server=utf8mb4',
  '--skip-name-resolve',
];

/** Why tests with a MariaDB server of their own cannot run, for node:test's `skip`; false when they can. */
export function mariadbSkipReason(): string | false {
  return skipReason(findMariadbServer(), 'mariadb-server');
}

export type MariadbServer = DatabaseServer;

/** A MariaDB server of its own. `flags` are added to mariadbd's command line. */
export const MariadbServer: Readonly<{ start: (flags?: readonly string[]) => Promise<DatabaseServer> }> = {
  start: (flags) => DatabaseServer.start(mariadb, flags),
};

/** MariaDB as it is installed. */
export const mariadb: ServerProgram = {
  install: (folder) => cpSync(template(), path.join(folder, 'data'), { recursive: true }),
  command: (folder) => ['mariadbd', ...common(folder), ...settings],
};

/** Git and the package manager leave it alone. */
const cache = path.join(import.meta.dirname, '..', '..', 'node_modules', '.cache', 'holdfast-test');

/** A data folder of this release, made once: to copy it takes a thirtieth of the time. */
function template(): string {
  const { stdout } = spawnSync('mariadbd', ['--version'], { encoding: 'utf8' });
  const release = hash('sha256', `${stdout} ${userInfo().username}`).slice(0, 16);
  const kept = path.join(cache, `mariadb-${release}`);
  if (existsSync(kept)) return kept;
  mkdirSync(cache, { recursive: true });
  const making = mkdtempSync(`${kept}-`);
  try {
    installInto(making);
    renameSync(path.join(making, 'data'), kept);
  } catch (error) {
    // Another test file may have been first.
    if (!existsSync(kept)) throw error;
  } finally {
    rmSync(making, { recursive: true, force: true });
  }
  return kept;
}

function installInto(folder: string): void {
  const flags = ['--auth-root-authentication-method=normal', '--skip-test-db', '--innodb-log-file-size=16M'];
  const made = spawnSync('mariadb-install-db', [...common(folder), ...flags], {
    encoding: 'utf8',
    timeout: installTimeoutMs,
  });
  if (made.status !== 0) throw new Error(`mariadb-install-db failed: ${made.stderr}`, { cause: made.error });
}

function common(folder: string): readonly string[] {
  // Two servers that begin at the same time must not take each other's temporary tables for their own.
  const places = [`--datadir=${path.join(folder, 'data')}`, `--tmpdir=${folder}`];
  return ['--no-defaults', ...places, `--user=${userInfo().username}`];
}
