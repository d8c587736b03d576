import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf } from '../base/system-error.ts';
import { MetastoreError } from './metastore.ts';

/**
 * The id of a data folder, by which nodes tell whose data it holds whatever the node is called; made at its first use.
 * The folder is locked by this process. Throws MetastoreError `unavailable`.
 */
export function folderId(dataFolder: string): string {
  const path = join(dataFolder, 'folder.id');
  try {
    const known = read(path);
    if (known !== undefined) return known;
    const id = randomUUID();
    writeFileSync(path, `${id}\n`, { mode: 0o600, flush: true });
    return id;
  } catch (error) {
    throw new MetastoreError('unavailable', `cannot read or make '${path}'`, error);
  }
}

/** Undefined when it is missing, or was cut off while it was made. */
function read(path: string): string | undefined {
  try {
    const text = readFileSync(path, 'utf8').trim();
    return /^[0-9a-f-]{36}$/.test(text) ? text : undefined;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
