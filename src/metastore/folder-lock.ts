import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { MetastoreError } from './metastore.ts';
import { metastoreErrorOf } from './sqlite/errors.ts';

/**
 * Makes this process the only user of a data folder until the lock is disposed or the process ends, however it
 * ends. Throws MetastoreError `locked`, naming the process that has it.
 *
 * Node gives no file locks, SQLite does: the lock is an exclusive transaction over the empty file `holdfast.lock`,
 * which the system releases with the process. That file must not be opened in another way: closing any
 * descriptor of it would give up the lock (fcntl(2), POSIX record locks). So the process id stands in a file beside it.
 */
export function lockFolder(folder: string): Disposable {
  const path = join(folder, 'holdfast.lock');
  const holder = join(folder, 'holdfast.pid');
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { timeout: 0 });
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    writeFileSync(holder, `${process.pid}\n`);
  } catch (error) {
    database?.close();
    const reason = metastoreErrorOf(error, path);
    if (reason instanceof MetastoreError && reason.kind === 'locked') throw folderInUse(folder, holder);
    throw reason;
  }
  const held = database;
  return {
    [Symbol.dispose]: () => {
      if (held.isOpen) held.close();
    },
  };
}

function folderInUse(folder: string, holder: string): MetastoreError {
  const holding = readHolder(holder);
  const who =
    holding === undefined ? 'another Holdfast server' : `another Holdfast server (process ${holding})`;
  return new MetastoreError(
    'locked',
    `data folder '${folder}' is in use by ${who}: stop it, or give this one another folder with --data`,
  );
}

/** The process id is for the message only: without it the message is shorter. */
function readHolder(path: string): string | undefined {
  try {
    const text = readFileSync(path, 'utf8').trim();
    return /^\d{1,10}$/.test(text) ? text : undefined;
  } catch {
    return undefined;
  }
}
