import { realpath } from 'node:fs/promises';
import { detectBackup } from './detect.ts';
import { diskError } from './failures.ts';
import { isUnfinished } from './folder-name.ts';
import { MetadataError } from './metadata-error.ts';
import { type FolderSource, openFolder } from './folder-source.ts';
import { openArchive } from './zip-source.ts';

/** Opens the backup in `folder`, of whatever generation, as files or as an archive. Throws MetadataError. */
export async function openBackup(folder: string, signal: AbortSignal): Promise<FolderSource> {
  const found = await resolved(folder);
  if (isUnfinished(found)) throw unfinished(folder);
  const place = await detectBackup(found);
  if (place.kind === 'archive') return openArchive(place.file);
  return openFolder(place.folder, place.generation, signal);
}

function unfinished(folder: string): MetadataError {
  return new MetadataError('not_a_backup', `'${folder}' is what is left of a backup that was never finished`);
}

/** The folder that the user names may be a link; what lies in it may not. */
async function resolved(folder: string): Promise<string> {
  try {
    return await realpath(folder);
  } catch (error) {
    throw diskError(`find folder '${folder}'`, error);
  }
}
