import path from 'node:path';
import { SqlError } from '../base/sql-error.ts';
import { parseLocation } from './location.ts';

export type AllowedPlaces = Readonly<{
  /** The server's own folder: a repository inside of it would be lost with it. */
  dataFolder: string;
  /** When not empty, the only folders below which local repositories may live. */
  folders: readonly string[];
}>;

/** Refuses a local place that may not hold a repository. Object stores are allowed everywhere. */
export function checkPlace(location: string, places: AllowedPlaces): void {
  const parsed = parseLocation(location);
  if (parsed.scheme !== 'file') return;
  const folder = path.resolve(parsed.path);
  if (isInside(folder, places.dataFolder) || isInside(places.dataFolder, folder)) {
    throw new SqlError('backup', `a repository cannot share the server's own data folder`, {
      hint: 'Choose a folder on another disk or machine.',
    });
  }
  if (places.folders.length > 0 && !places.folders.some((allowed) => isInside(folder, allowed))) {
    throw new SqlError('backup', `the configuration allows no repository in '${folder}'`, {
      hint: 'The option allowed_file_paths lists the folders.',
    });
  }
}

function isInside(folder: string, parent: string): boolean {
  const relative = path.relative(parent, folder);
  return relative === '' || (!relative.startsWith('..') && !path.isAbsolute(relative));
}
