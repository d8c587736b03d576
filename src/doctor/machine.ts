import { lstat, statfs } from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { codeOf } from '../base/system-error.ts';
import type { Config } from '../config/config.ts';
import { wasInUse } from '../data-folder.ts';
import { requireNoted } from '../metastore/sqlite/store.ts';
import { openSecrets } from '../metastore/secret-key.ts';
import { type Secrets, SecretsError } from '../metastore/secrets.ts';
import { failure, type Finding, messageOf, ok, warning } from './finding.ts';

/** Below these parts of a disk. */
const freeWarning = 0.1;
const freeFailure = 0.01;
/** A file of another time than ours by more than this was written under another clock. */
const aheadMsMax = 60_000;
const gibibyte = 2 ** 30;

/** The data folder, its disk, and what lies in it. Of a server that runs, its files are left alone. */
export async function* checkMachine(config: Config, isRunning: boolean): AsyncGenerator<Finding> {
  const { data } = config;
  const folder = await modeOf(data);
  if (folder === undefined) {
    yield warning('data folder', `'${data}' is not there: the server makes it at its first start`);
    return;
  }
  yield checkFolder(data, folder);
  yield await checkDisk(data);
  if (config.secretKey === undefined) yield await checkKey(data);
  if (config.metastore === undefined)
    yield* checkMetastore(config, path.join(data, 'metastore.db'), isRunning);
}

function missing(subject: string, data: string, file: string): Finding {
  return wasInUse(data)
    ? failure(subject, `'${file}' is gone, though the folder was in use: put it back from a copy`)
    : warning(subject, `'${file}' is not there: the server makes it at its first start`);
}

type Mode = Readonly<{
  isDirectory: boolean;
  isFile: boolean;
  mode: number;
  uid: number;
  modifiedAt: number;
}>;

/** Undefined for what is not there. */
async function modeOf(place: string): Promise<Mode | undefined> {
  const found = await lstat(place).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  });
  return (
    found && {
      isDirectory: found.isDirectory(),
      isFile: found.isFile(),
      mode: found.mode & 0o777,
      uid: found.uid,
      modifiedAt: found.mtimeMs,
    }
  );
}

function checkFolder(data: string, { isDirectory, mode }: Mode): Finding {
  if (!isDirectory) return failure('data folder', `'${data}' is no folder`);
  if ((mode & 0o077) === 0 || process.platform === 'win32') return ok('data folder', data);
  return warning(
    'data folder',
    `'${data}' has mode ${octal(mode)}, so that others can look into it: run chmod 700 on it`,
  );
}

async function checkDisk(data: string): Promise<Finding> {
  const { bsize, bavail, blocks } = await statfs(data);
  const text = `${gibibytes(bavail * bsize)} of ${gibibytes(blocks * bsize)} free`;
  const part = blocks === 0 ? 1 : bavail / blocks;
  if (part < freeFailure)
    return failure('disk', `${text}: jobs will fail; make room, or see docs/runbooks/disk-almost-full.md`);
  return part < freeWarning ? warning('disk', text) : ok('disk', text);
}

async function checkKey(data: string): Promise<Finding> {
  const file = path.join(data, 'secret.key');
  const found = await modeOf(file);
  if (found === undefined) return missing('key', data, file);
  if (!found.isFile) return failure('key', `'${file}' is no file`);
  if ((found.mode & 0o077) !== 0 && process.platform !== 'win32') {
    return failure(
      'key',
      `'${file}' has mode ${octal(found.mode)}, so that others can use it: run chmod 600 on it`,
    );
  }
  return ok('key', `'${file}': keep a copy where the backups of the metadata are`);
}

async function* checkMetastore(config: Config, file: string, isRunning: boolean): AsyncGenerator<Finding> {
  const found = await modeOf(file);
  if (found === undefined) {
    yield missing('metastore', config.data, file);
    return;
  }
  if (found.modifiedAt > Date.now() + aheadMsMax) {
    const at = new Date(found.modifiedAt).toISOString();
    yield warning('clock', `'${file}' was written at ${at}, which is to come: the clock has been set back`);
  }
  if (isRunning) yield ok('metastore', `'${file}' is open in the running server`);
  else yield* wholeness(config, file);
}

/** SQLite looks at every page and every index; then each credential is opened. */
function* wholeness(config: Config, file: string): Generator<Finding> {
  try {
    using database = new DatabaseSync(file, { readOnly: true });
    const rows = database.prepare('PRAGMA integrity_check').all();
    const [first, ...more] = rows.map((row) => String(row['integrity_check']));
    if (first !== 'ok') {
      yield failure('metastore', `'${file}' is damaged: ${[first, ...more].join('; ')}`);
      return;
    }
    requireNoted(database, file);
    const count = database.prepare('SELECT count(*) AS count FROM resource').get();
    yield ok('metastore', `'${file}' is whole, with ${String(count?.['count'])} resources`);
    yield* checkCredentials(config, database);
  } catch (error) {
    yield failure('metastore', `'${file}' cannot be read: ${messageOf(error)}`);
  }
}

const sealedText = /"(v1:[0-9a-f]{8}:[A-Za-z0-9+/]+={0,2})"/g;

/** Says something only where the key is not the one that the metastore was written with. */
function* checkCredentials({ data, secretKey }: Config, database: DatabaseSync): Generator<Finding> {
  const rows = database.prepare(`SELECT content FROM resource WHERE content LIKE '%"v1:%'`).all();
  const sealed = rows.flatMap(({ content }) =>
    [...String(content).matchAll(sealedText)].map(([, one = '']) => one),
  );
  if (sealed.length === 0) return;
  try {
    const secrets = openSecrets(data, secretKey);
    const closed = sealed.filter((text) => !opens(secrets, text)).length;
    if (closed === 0) return;
    yield failure(
      'key',
      `${closed} of ${sealed.length} credentials in the metastore were sealed with another key: put that key back`,
    );
  } catch (error) {
    yield failure('key', messageOf(error));
  }
}

function opens(secrets: Secrets, sealed: string): boolean {
  try {
    secrets.open(sealed);
    return true;
  } catch (error) {
    if (error instanceof SecretsError) return false;
    throw error;
  }
}

function gibibytes(bytes: number): string {
  return `${(bytes / gibibyte).toFixed(1)} GiB`;
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}
