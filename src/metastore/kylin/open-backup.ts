import { realpath } from 'node:fs/promises';
import { codeOf } from '../../base/system-error.ts';
import { openBeside } from './beside-folder.ts';
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
  await using opening = new AsyncDisposableStack();
  const source = opening.use(
    place.kind === 'archive'
      ? await openArchive(place.file)
      : await openFolder(place.folder, place.generation, signal),
  );
  const isWhole = source.generation === 'C' && (place.kind === 'archive' || place.folder !== found);
  const beside = isWhole ? opening.use(await openBeside(found, signal)) : undefined;
  const held = opening.move();
  return {
    ...source,
    ...(beside !== undefined && beside.count > 0 && { beside: beside.read }),
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

function unfinished(folder: string): MetadataError {
  return new MetadataError('not_a_backup', `'${folder}' is what is left of a backup that was never finished`);
}

/** The folder that the user names may be a link; what lies in it may not. */
async function resolved(folder: string): Promise<string> {
  try {
    return await realpath(folder);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw diskError(`find folder '${folder}'`, error);
    throw new MetadataError(
      'not_found',
      `there is no folder '${folder}'. Name that of a backup, whose path BACKUP METADATA gave and SHOW METADATA BACKUPS lists`,
      { cause: error },
    );
  }
}
