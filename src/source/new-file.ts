import { lstat } from 'node:fs/promises';
import { SourceError } from './source-error.ts';

/** Refuses a path at which something lies: no chunk is written over another file. */
export async function checkNewFile(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  // Whatever else is wrong with the path, the writer says it better.
  if (found !== undefined) throw new SourceError('failed', `file '${path}' of a chunk already exists`);
}
