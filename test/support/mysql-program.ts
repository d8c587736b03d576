import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

/** A mysqld of Oracle's: program and first arguments, and what it must be told of its own files. */
export type MysqlProgram = Readonly<{ command: readonly string[]; flags: readonly string[] }>;

/** Debian's stable releases have no MySQL. This one comes with all of its libraries. Outlives a fresh install. */
const cache: string = path.join(homedir(), '.cache', 'holdfast');
const root: string = path.join(cache, 'mysql-sid');
const libraries: string = path.join(root, 'usr/lib/x86_64-linux-gnu');
const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';
const fetchTimeoutMs = 120_000;
const outputBytesMax = 16 * 1024 * 1024;
const programTimeoutMs = 120_000;

/**
 * The mysqld that HOLDFAST_TEST_MYSQLD names, one that is installed, or one that `fetchMysqlServer` brought; undefined
 * when there is none.
 */
export function findMysqlServer(): MysqlProgram | undefined {
  const named = process.env['HOLDFAST_TEST_MYSQLD'] ?? 'mysqld';
  return [{ command: [named], flags: [] }, fetched].find(isMysql);
}

/**
 * Program and first arguments of Oracle's command line: one that is installed, or that `fetchMysqlServer` brought; undefined
 * when there is none.
 */
export function findMysqlClient(): readonly string[] | undefined {
  return [['mysql'], fetchedProgram('usr/bin/mysql')].find((command) => isMysql({ command, flags: [] }));
}

/** With the libraries that came with it. */
function fetchedProgram(file: string): readonly string[] {
  return [path.join(libraries, 'ld-linux-x86-64.so.2'), '--library-path', libraries, path.join(root, file)];
}

const fetched: MysqlProgram = {
  command: fetchedProgram('usr/sbin/mysqld'),
  flags: [
    `--lc-messages-dir=${path.join(root, 'usr/share/mysql')}`,
    `--character-sets-dir=${path.join(root, 'usr/share/mysql/charsets')}`,
  ],
};

/** MariaDB's server answers to this name, too. */
function isMysql({ command, flags }: MysqlProgram): boolean {
  const [program = '', ...args] = [...command, ...flags, '--no-defaults', '--version'];
  const { status, stdout } = spawnSync(program, args, { encoding: 'utf8', timeout: programTimeoutMs });
  return status === 0 && !stdout.includes('MariaDB');
}

/**
 * Fetches MySQL and the libraries that it needs from the unstable release of the Debian whose mirror this machine uses: with
 * an apt that knows nothing of what is installed, so that nothing of the system changes. Throws when it cannot.
 */
export function fetchMysqlServer(): void {
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(path.join(cache, 'fetching-'));
  try {
    const apt = (args: readonly string[]): string => run('apt-get', [...aptOptions(folder), ...args]);
    apt(['-qq', 'update']);
    const packages = ['mysql-server-core', 'mysql-client-core'];
    apt(['-qq', '-y', '--no-install-recommends', '--download-only', 'install', ...packages]);
    const unpacked = path.join(folder, 'root');
    const archives = path.join(folder, 'cache', 'archives');
    for (const name of readdirSync(archives)) {
      if (name.endsWith('.deb')) run('dpkg-deb', ['-x', path.join(archives, name), unpacked]);
    }
    rmSync(root, { recursive: true, force: true });
    renameSync(unpacked, root);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  if (!isMysql(fetched)) throw new Error("the MySQL of Debian's unstable release does not run here");
}

/** Places of apt's own in `folder`. The archive's signature is checked as always. */
function aptOptions(folder: string): readonly string[] {
  const [mirror] = run('apt-get', ['indextargets', '--format', '$(REPO_URI)'])
    .split('\n')
    .filter((uri) => uri.endsWith('/debian/'));
  if (mirror === undefined) throw new Error('apt has no mirror of Debian');
  const at = (...parts: readonly string[]): string => path.join(folder, ...parts);
  mkdirSync(at('state', 'lists', 'partial'), { recursive: true });
  mkdirSync(at('cache', 'archives', 'partial'), { recursive: true });
  writeFileSync(at('status'), '');
  writeFileSync(at('sources.list'), `deb [signed-by=${keyring}] ${mirror} sid main\n`);
  const options = {
    'Dir::Etc::SourceList': at('sources.list'),
    'Dir::Etc::SourceParts': '/dev/null',
    'Dir::State': at('state'),
    'Dir::State::status': at('status'),
    'Dir::Cache': at('cache'),
    'Acquire::Languages': 'none',
    // Its own account may not read what lies in a home folder.
    'APT::Sandbox::User': '',
  };
  return Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
}

function run(program: string, args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    encoding: 'utf8',
    timeout: fetchTimeoutMs,
    maxBuffer: outputBytesMax,
  });
  if (status !== 0) throw new Error(`${program} failed: ${error?.message ?? stderr}`);
  return stdout;
}
