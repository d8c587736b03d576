/**
 * Makes the system packages ready that tests need: found when present, else installed where this may be done
 * (root on Debian), else named with the reason for which their tests will be skipped. With CI=true a package that
 * stays missing fails the run.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fetchAzurite, findAzurite } from './azurite.ts';
import { findChromium } from './browser.ts';
import {
  compileGoClient,
  compileRustClient,
  fetchPrismaClient,
  findCargo,
  findGo,
  findGoClient,
  findPrismaClient,
  findRustClient,
} from './built-clients.ts';
import {
  fetchJdbcDrivers,
  fetchNodeClients,
  findActiveRecord,
  findJdbcDrivers,
  findMydumper,
  findNodeClients,
  findOdbcDriver,
  findPerl,
  findPhp,
  findPythonClients,
  findPythonMaker,
  findRuby,
  findSuperset,
  makePythonClients,
  makeSuperset,
} from './client-packages.ts';
import { fetchMiniHdfs, findMiniHdfs } from './hdfs.ts';
import { fetchMysqlServer, findMysqlClient, findMysqlServer } from './mysql-program.ts';
import {
  findGalera,
  findMariadbClient,
  findMariadbServer,
  findPostgresFolder,
  findPythonWithPymysql,
  findRadosgw,
  findSwift,
} from './programs.ts';

type Need = Readonly<{
  what: string;
  debianPackages: readonly string[];
  find: () => string | undefined;
  /** What is to be fetched when the packages are there. */
  fetch?: () => boolean;
  /** What is made while others are fetched, and what makes it. */
  made?: Readonly<{ findMaker: () => string | undefined; make: () => Promise<boolean> }>;
}>;

const needs: readonly Need[] = [
  { what: 'the mariadb command line', debianPackages: ['mariadb-client'], find: findMariadbClient },
  { what: 'a MariaDB server', debianPackages: ['mariadb-server'], find: findMariadbServer },
  { what: 'a PostgreSQL server', debianPackages: ['postgresql'], find: findPostgresFolder },
  {
    what: 'a Galera cluster',
    debianPackages: ['mariadb-server', 'galera-4', 'mariadb-backup', 'socat'],
    find: findGalera,
  },
  { what: 'PyMySQL for Python 3', debianPackages: ['python3-pymysql'], find: findPythonWithPymysql },
  {
    what: "Ceph's object gateway",
    debianPackages: ['radosgw', 'ceph-mon', 'ceph-osd'],
    find: findRadosgw,
  },
  {
    what: 'a real HDFS, of jars that Maven fetches',
    debianPackages: ['openjdk-17-jdk-headless', 'maven'],
    find: findMiniHdfs,
    fetch: fetchMiniHdfs,
  },
  {
    what: "Azurite, Microsoft's emulator, which npm fetches",
    debianPackages: [],
    find: findAzurite,
    fetch: fetchAzurite,
  },
  {
    what: 'OpenStack Swift',
    debianPackages: ['swift-proxy', 'swift-account', 'swift-container', 'swift-object', 'memcached'],
    find: findSwift,
  },
  {
    what: "Python's clients: mysqlclient, Connector/Python, SQLAlchemy, Django, mycli",
    debianPackages: ['python3-venv', 'python3-dev', 'gcc', 'pkg-config', 'libmariadb-dev'],
    find: findPythonClients,
    made: { findMaker: findPythonMaker, make: makePythonClients },
  },
  {
    what: 'the JDBC drivers of MySQL and MariaDB, which Maven fetches',
    debianPackages: ['openjdk-17-jdk-headless', 'maven'],
    find: findJdbcDrivers,
    fetch: fetchJdbcDrivers,
  },
  { what: 'clients of npm', debianPackages: [], find: findNodeClients, fetch: fetchNodeClients },
  { what: 'PHP with mysqli and PDO', debianPackages: ['php-cli', 'php-mysql'], find: findPhp },
  { what: 'Ruby with mysql2', debianPackages: ['ruby-mysql2'], find: findRuby },
  {
    what: 'Ruby with ActiveRecord',
    debianPackages: ['ruby-mysql2', 'ruby-activerecord'],
    find: findActiveRecord,
  },
  {
    what: 'Perl with DBD::mysql and DBD::MariaDB',
    debianPackages: ['libdbd-mysql-perl', 'libdbd-mariadb-perl'],
    find: findPerl,
  },
  { what: "isql with MariaDB's ODBC", debianPackages: ['unixodbc', 'odbc-mariadb'], find: findOdbcDriver },
  {
    what: "Go's client",
    debianPackages: ['golang-go'],
    find: findGoClient,
    made: { findMaker: findGo, make: compileGoClient },
  },
  {
    what: "Rust's client, which cargo 1.85 or newer compiles",
    // Debian's own of its twelfth release is too old; this is the one with which it builds its browsers.
    debianPackages: ['cargo-web', 'rustc-web', 'gcc', 'libc6-dev'],
    find: findRustClient,
    made: { findMaker: findCargo, make: compileRustClient },
  },
  { what: 'Prisma', debianPackages: [], find: findPrismaClient, fetch: fetchPrismaClient },
  {
    what: 'Apache Superset',
    debianPackages: ['python3-venv', 'python3-dev', 'gcc', 'pkg-config', 'libmariadb-dev'],
    find: findSuperset,
    made: { findMaker: findPythonMaker, make: makeSuperset },
  },
  { what: 'Chromium, which shows Superset', debianPackages: ['chromium'], find: findChromium },
  { what: 'mydumper', debianPackages: ['mydumper'], find: findMydumper },
];

// Compilers work while the others wait for the network and the disk.
const making = makeMissing();
const missing = needs.filter((need) => !isThere(need) && need.fetch?.() !== true);
const packages = missing.flatMap((need) => need.debianPackages);
if (packages.length > 0 && mayInstall()) install(packages);
await making;
const makingMore = makeMissing(); // Those whose maker has come with the packages.
for (const need of missing) need.fetch?.();

// Debian's unstable release is rebuilt every day: a run must not fail because a part of it is missing.
if (findMysqlServer() === undefined || findMysqlClient() === undefined) {
  try {
    fetchMysqlServer();
  } catch (error) {
    console.log(`missing, and not required: MySQL (${String(error)}); its tests are skipped`);
  }
}
await makingMore;

const stillMissing = needs.filter((need) => need.find() === undefined);
for (const need of stillMissing) {
  console.log(`missing: ${need.what} (Debian: ${need.debianPackages.join(', ')}); its tests are skipped`);
}
if (stillMissing.length > 0 && process.env['CI'] === 'true') process.exitCode = 1;

/** Also when all that makes it is there. */
function isThere({ find, made }: Need): boolean {
  return find() !== undefined || made?.findMaker() !== undefined;
}

async function makeMissing(): Promise<void> {
  const missing = needs.filter(({ find, made }) => find() === undefined && made?.findMaker() !== undefined);
  await Promise.all(missing.map(({ made }) => made?.make()));
}

function mayInstall(): boolean {
  return process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
}

/** Tests start servers of their own: invoke-rc.d(8) starts no service of a new package in runlevel 1. */
function install(packages: readonly string[]): void {
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  const run = (args: readonly string[]): boolean =>
    spawnSync('apt-get', args, { stdio: 'inherit', env: environment, timeout: 600_000 }).status === 0;
  const options = ['install', '-y', '-qq', '--no-install-recommends', ...packages];
  if (!run(options) && run(['update', '-qq'])) run(options);
}
