import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fetchJars, fetchNodePackages, makePython, placeOf } from './fetched.ts';
import { answerTimeoutMs } from './programs.ts';

/** The programs that try clients against the server; its README says what each of them does. */
export const clientsFolder: string = path.resolve(import.meta.dirname, '../e2e/clients');

const requirements: string = path.join(clientsFolder, 'python', 'requirements.txt');
const javaProject: string = path.join(clientsFolder, 'java', 'pom.xml');
const nodeFolder: string = path.join(clientsFolder, 'node');
const pythonPlace: string = placeOf('python-clients', requirements);
const supersetRequirements: string = path.join(clientsFolder, 'superset', 'requirements.txt');
const supersetPlace: string = placeOf(
  'superset',
  supersetRequirements,
  path.join(clientsFolder, 'superset', 'constraints.txt'),
);
const jarsPlace: string = placeOf('jdbc-drivers', javaProject);

/** Folder of the programs of a Python with the clients of the list, undefined when it was not made. */
export function findPythonClients(): string | undefined {
  const programs = path.join(pythonPlace, 'bin');
  return answers(path.join(programs, 'python'), [
    '-c',
    'import pymysql, MySQLdb, mysql.connector, sqlalchemy, django, alembic',
  ])
    ? programs
    : undefined;
}

export async function makePythonClients(): Promise<boolean> {
  return makePython(requirements, pythonPlace);
}

/** Path of a Python that makes environments and compiles mysqlclient for them, undefined when there is none. */
export function findPythonMaker(): string | undefined {
  const code =
    'import ensurepip, os, sysconfig; assert os.path.exists(sysconfig.get_path("include") + "/Python.h")';
  const hasLibrary = answers('pkg-config', ['--exists', 'libmariadb']);
  return hasLibrary && answers('/usr/bin/python3', ['-c', code]) ? '/usr/bin/python3' : undefined;
}

/** Path of Apache Superset's command, undefined when its Python environment was not made. */
export function findSuperset(): string | undefined {
  const programs = path.join(supersetPlace, 'bin');
  // It is installed last, after all that it needs.
  const code = 'import importlib.metadata; importlib.metadata.version("apache-superset")';
  return answers(path.join(programs, 'python'), ['-c', code]) ? path.join(programs, 'superset') : undefined;
}

export async function makeSuperset(): Promise<boolean> {
  return makePython(supersetRequirements, supersetPlace);
}

/** Class path of the JDBC drivers, undefined when they or a Java that compiles are missing. */
export function findJdbcDrivers(): string | undefined {
  return existsSync(jarsPlace) && answers('javac', ['-version']) ? path.join(jarsPlace, '*') : undefined;
}

export function fetchJdbcDrivers(): boolean {
  return fetchJars(javaProject, jarsPlace);
}

/** Folder of the clients of npm, undefined when they are not installed. */
export function findNodeClients(): string | undefined {
  const installed = path.join(nodeFolder, 'node_modules');
  return existsSync(installed) && readdirSync(installed).length > 0 ? installed : undefined;
}

export function fetchNodeClients(): boolean {
  return fetchNodePackages(nodeFolder);
}

/** Path of a PHP with mysqli and PDO's MySQL driver, undefined when there is none. */
export function findPhp(): string | undefined {
  const code = 'exit((int) !(extension_loaded("mysqli") && extension_loaded("pdo_mysql")));';
  return answers('php', ['-r', code]) ? 'php' : undefined;
}

/** Path of a Ruby with mysql2, undefined when there is none. */
export function findRuby(): string | undefined {
  return answers('ruby', ['-e', 'require "mysql2"']) ? 'ruby' : undefined;
}

/** Path of a Ruby with mysql2 and ActiveRecord, undefined when there is none. */
export function findActiveRecord(): string | undefined {
  return answers('ruby', ['-e', 'require "mysql2"; require "active_record"']) ? 'ruby' : undefined;
}

/** Path of a Perl with both DBI drivers, undefined when there is none. */
export function findPerl(): string | undefined {
  return answers('perl', ['-e', 'use DBI; use DBD::mysql; use DBD::MariaDB;']) ? 'perl' : undefined;
}

/** Path of MariaDB's ODBC driver, undefined when it or isql is missing. */
export function findOdbcDriver(): string | undefined {
  const folders = ['/usr/lib/x86_64-linux-gnu/odbc', '/usr/lib/aarch64-linux-gnu/odbc', '/usr/lib/odbc'];
  const driver = folders.map((folder) => path.join(folder, 'libmaodbc.so')).find((file) => existsSync(file));
  return answers('which', ['isql']) ? driver : undefined;
}

/** Path of mydumper, undefined when there is none. */
export function findMydumper(): string | undefined {
  return answers('mydumper', ['--version']) ? 'mydumper' : undefined;
}

function answers(program: string, words: readonly string[]): boolean {
  return spawnSync(program, words, { stdio: 'ignore', timeout: answerTimeoutMs }).status === 0;
}
