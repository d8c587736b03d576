import { mkdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { codeOf } from './base/system-error.ts';
import { connectAs } from './administrator.ts';
import type { Log } from './base/log.ts';
import { SqlError } from './base/sql-error.ts';
import type { Config } from './config/config.ts';
import type { MetastoreCommand, MetastoreRequest } from './metastore-arguments.ts';
import { parseObject, textOf } from './metastore/kylin/json-content.ts';
import { startServer } from './server.ts';
import { printStatement } from './sql/print.ts';
import type { MetadataBackup, MetadataScope, MetadataStatement } from './sql/statement.ts';

/** Exit codes: what a script can trust; 2 for wrong arguments comes before this. */
const done = 0;
const failed = 1;
const refused = 3;
/** The server's error for a safety rule, as `dispatch/sql-error.ts` numbers it. */
const safetyRule = 5600;

export type MetastoreOutput = Readonly<{
  print: (text: string) => void;
  /** For what went wrong. */
  complain: (text: string) => void;
  log: Log;
}>;

type Run = (statement: MetadataStatement) => Promise<readonly RowDataPacket[]>;

/**
 * Does what `metastore.sh` asks, by the SQL of the running server, or of one that is started for it alone when none
 * answers. Prints Kylin's lines. Gives the exit code.
 */
export async function runMetastore(request: MetastoreRequest, output: MetastoreOutput): Promise<number> {
  const { command } = request;
  try {
    if (request.repository === undefined) await requireFolder(command);
    if (command.kind === 'migrate') await migrateFolder(request, command, output.print);
    else {
      await using session = await openSession(request, output.log);
      await perform(request, command, session.run, output);
    }
    return done;
  } catch (error) {
    if (command.kind === 'backup') output.print('Backup failed.');
    if (command.kind === 'restore') output.print('Restore failed.');
    output.complain(`metastore: ${error instanceof Error ? error.message : String(error)}`);
    return isRefusal(error) ? refused : failed;
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof Error && 'errno' in error && error.errno === safetyRule;
}

/** Kylin's script changes into the folder first: one that is not there ends it. */
async function requireFolder(command: MetastoreCommand): Promise<void> {
  const folder = 'folder' in command ? command.folder : undefined;
  if (folder === undefined) return;
  const isFolder = await stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) throw new Error(`${folder}: no such folder`);
}

type Session = AsyncDisposable & Readonly<{ run: Run }>;

async function openSession({ config, user }: MetastoreRequest, log: Log): Promise<Session> {
  await using opening = new AsyncDisposableStack();
  const connection = await connectOrStart(config, user, log, opening);
  opening.defer(async () => connection.end());
  const held = opening.move();
  return {
    run: async (statement) => (await connection.query<RowDataPacket[]>(printStatement(statement)))[0],
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

/** A server that nobody else can reach is started when none listens; the lock of the data folder says when one does elsewhere. */
async function connectOrStart(
  config: Config,
  user: string,
  log: Log,
  opening: AsyncDisposableStack,
): Promise<Connection> {
  try {
    return await connectAs(user, config, config.listen);
  } catch (error) {
    if (codeOf(error) !== 'ECONNREFUSED') throw error;
  }
  const server = await startServer({ ...config, listen: { host: '127.0.0.1', port: 0 } }, log);
  opening.defer(() => server.stop());
  return connectAs(user, config, server);
}

async function perform(
  request: MetastoreRequest,
  command: Exclude<MetastoreCommand, { kind: 'migrate' }>,
  run: Run,
  { print }: MetastoreOutput,
): Promise<void> {
  switch (command.kind) {
    case 'backup':
      return backup(request, command, run, print);
    case 'restore':
      return restore(request, command, run, print);
    case 'list':
      for (const row of await run({ kind: 'list_metadata', prefix: command.name, ...sourceOf(request) })) {
        print(String(row['MetadataKey']));
      }
      return;
    case 'cat':
      return print((await contentOf(catOf(request, command.name), run)).toString('utf8'));
    case 'fetch':
      return fetchResource(request, command, run, print);
    case 'verify':
      return verify(backupOf(request, command.folder), run, print);
  }
}

type Print = MetastoreOutput['print'];

async function backup(
  { store, home, repository }: MetastoreRequest,
  command: Extract<MetastoreCommand, { kind: 'backup' }>,
  run: Run,
  print: Print,
): Promise<void> {
  const [row] = await run({
    kind: 'backup_metadata',
    scope: scopeToBackUp(command, store),
    ...(store !== undefined && { store }),
    to:
      repository === undefined
        ? { kind: 'path', path: command.folder ?? path.join(home, 'meta_backups') }
        : { kind: 'repository', repository },
    compress: false,
    excludeTableExd: false,
    asynchronous: false,
  });
  print(`The metadata backup path is ${String(row?.['Path'])}.`);
  print(repository === undefined ? 'Backup at local disk succeed.' : 'Backup succeed.');
}

async function restore(
  request: MetastoreRequest,
  command: Extract<MetastoreCommand, { kind: 'restore' }>,
  run: Run,
  print: Print,
): Promise<void> {
  const { store } = request;
  const { afterTruncate, force, level, name } = command;
  const from = backupOf(request, command.folder);
  const scopes = level === 'cube' ? await cubesOf(name, from, store, run) : [scopeOf(level, name)];
  for (const scope of scopes) {
    const [row] = await run({
      kind: 'restore_metadata',
      scope,
      from,
      ...(store !== undefined && { store }),
      afterTruncate,
      overwriteTables: false,
      dryRun: false,
      force,
      asynchronous: false,
    });
    print(`${String(row?.['Changes'])}.`);
    if (row?.['BackupBefore'] !== null) print(`The metadata before is in ${String(row?.['BackupBefore'])}.`);
  }
  print(request.repository === undefined ? 'Restore at local disk succeed.' : 'Restore succeed.');
}

/** The models that a backup holds of a project, by their UUIDs: Kyligence names none. */
async function cubesOf(
  project: string,
  source: MetadataBackup,
  store: string | undefined,
  run: Run,
): Promise<readonly MetadataScope[]> {
  const keysBelow = async (prefix: string): Promise<readonly string[]> =>
    (await run({ kind: 'list_metadata', prefix, source })).map((row) => String(row['MetadataKey']));
  const ofB = await keysBelow(`/${project}/model_desc/`);
  // A database of ours is named without its catalog, too.
  const own = store === undefined ? await keysBelow(`/default_catalog.${project}/model_desc/`) : [];
  const ofC: string[] = [];
  for (const key of await keysBelow('MODEL/')) {
    const content = await contentOf({ kind: 'cat_metadata', key, source }, run);
    // The keys of Kylin 5.0 do not say the project, their contents do.
    if (textOf(parseObject(content), 'project') === project) ofC.push(key);
  }
  const keys = [...ofB, ...own, ...ofC];
  if (keys.length === 0)
    throw new Error(
      `'${source.kind === 'path' ? source.path : source.folder}' holds no cube of project '${project}'`,
    );
  return keys.map((key) => ({ kind: 'cube', name: path.basename(key, '.json'), project }));
}

/** A cube of ours is `database.view`: Kyligence's arguments have no place for the project. */
function scopeToBackUp(
  { level, name }: Extract<MetastoreCommand, { kind: 'backup' }>,
  store: string | undefined,
): MetadataScope {
  const at = name.lastIndexOf('.');
  if (level !== 'cube' || store !== undefined || at < 0) return scopeOf(level, name);
  return { kind: 'cube', name: name.slice(at + 1), project: name.slice(0, at) };
}

function scopeOf(level: 'system' | 'project' | 'cube', name: string): MetadataScope {
  if (level === 'system') return { kind: 'system' };
  return level === 'project' ? { kind: 'project', project: name } : { kind: 'cube', name };
}

function sourceOf({ store }: MetastoreRequest): Readonly<{ source?: { kind: 'store'; name: string } }> {
  return store === undefined ? {} : { source: { kind: 'store', name: store } };
}

function catOf(request: MetastoreRequest, key: string): Extract<MetadataStatement, { kind: 'cat_metadata' }> {
  return { kind: 'cat_metadata', key, ...sourceOf(request) };
}

async function contentOf(
  statement: Extract<MetadataStatement, { kind: 'cat_metadata' }>,
  run: Run,
): Promise<Buffer> {
  const [row] = await run(statement);
  const content: unknown = row?.['Content'];
  return Buffer.isBuffer(content) ? content : Buffer.from(String(content));
}

/** One resource below a new folder of the time, at the path that its key says. */
async function fetchResource(
  request: MetastoreRequest,
  { name, folder }: Extract<MetastoreCommand, { kind: 'fetch' }>,
  run: Run,
  print: Print,
): Promise<void> {
  const content = await contentOf(catOf(request, name), run);
  const { fileOf } = await import('./metastore/kylin/keys.ts');
  const { claimFolder, folderName, nameFolder } = await import('./metastore/kylin/folder-name.ts');
  const directory = folder ?? path.join(request.home, 'meta_fetch');
  const claimed = await claimFolder(directory, undefined, folderName(Date.now(), 'fetch'));
  const file = path.join(claimed.partial, name.startsWith('/') ? fileOf('B', name) : fileOf('C', name));
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(file, content, { mode: 0o600 });
  print(`The metadata fetch path is ${await nameFolder(claimed)}.`);
}

/** Asks no server: it reads a folder and writes another. */
async function migrateFolder(
  { home }: MetastoreRequest,
  { folder, to }: Extract<MetastoreCommand, { kind: 'migrate' }>,
  print: Print,
): Promise<void> {
  const { migrateBackup } = await import('./metastore/kylin/migrate-backup.ts');
  const signal = new AbortController().signal;
  const {
    path: made,
    left,
    broken,
  } = await migrateBackup(folder, to ?? path.join(home, 'meta_backups'), signal);
  for (const key of broken) print(`Broken, left out: ${key}`);
  if (left > 0) print(`${left} resources are of kinds that Kylin 5.0 does not keep as metadata.`);
  print(`The metadata backup path is ${made}.`);
}

function backupOf({ repository }: MetastoreRequest, folder: string): MetadataBackup {
  return repository === undefined
    ? { kind: 'path', path: folder }
    : { kind: 'repository', repository, folder };
}

async function verify(from: MetadataBackup, run: Run, print: Print): Promise<void> {
  const rows = await run({ kind: 'verify_metadata', from });
  for (const row of rows) print(`${String(row['Check'])} : ${String(row['Result'])}`);
  if (rows.at(-1)?.['Result'] !== 'true') throw new SqlError('backup', 'the metadata dir is not qualified');
}
