import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { codeOf } from '../base/system-error.ts';
import { SqlError } from '../base/sql-error.ts';
import { parseLocation } from './location.ts';

export type AllowedPlaces = Readonly<{
  /** The server's own folder: a repository inside of it would be lost with it. */
  dataFolder: string;
  /** When not empty, the only folders below which local repositories may live. */
  folders: readonly string[];
}>;

/**
 * Refuses a local place that may not hold a repository, also when symbolic links lead there. Object stores are allowed
 * everywhere.
 */
export async function checkPlace(location: string, places: AllowedPlaces): Promise<void> {
  const parsed = parseLocation(location);
  if (parsed.scheme !== 'file') return;
  const folder = await realFolder(parsed.path);
  const dataFolder = await realFolder(places.dataFolder);
  if (isInside(folder, dataFolder) || isInside(dataFolder, folder)) {
    throw new SqlError('backup', `a repository cannot share the server's own data folder`, {
      hint: 'Choose a folder on another disk or machine.',
    });
  }
  const allowed = await Promise.all(places.folders.map(async (one) => realFolder(one)));
  if (allowed.length > 0 && !allowed.some((one) => isInside(folder, one))) {
    throw new SqlError('backup', `the configuration allows no repository in '${parsed.path}'`, {
      hint: 'The option allowed_file_paths lists the folders.',
    });
  }
}

/** The folder without symbolic links; of one that is not there yet, the part that is. */
async function realFolder(folder: string): Promise<string> {
  const absolute = path.resolve(folder);
  try {
    return await realpath(absolute);
  } catch (error) {
    const parent = path.dirname(absolute);
    if (!isMissing(error) || parent === absolute) {
      throw new SqlError('backup', `the server cannot follow the path '${absolute}'`, { cause: error });
    }
    return path.join(await realFolder(parent), path.basename(absolute));
  }
}

function isMissing(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(codeOf(error) ?? '');
}

function isInside(folder: string, parent: string): boolean {
  const relative = path.relative(parent, folder);
  return relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}
