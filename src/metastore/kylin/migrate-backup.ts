import { backUp } from './backup.ts';
import { migrate } from './migrate.ts';
import { openBackup } from './open-backup.ts';

/** Where the backup of C lies, how many resources C has no place for, and the keys of those that could not be read. */
export type MigratedBackup = Readonly<{ path: string; left: number; broken: readonly string[] }>;

/** Writes the backup of B in `folder` as one of C into a new folder below `directory`. Throws MetadataError. */
export async function migrateBackup(
  folder: string,
  directory: string,
  signal: AbortSignal,
): Promise<MigratedBackup> {
  await using backup = await openBackup(folder, signal);
  const { source, left, broken } = await migrate(backup, signal);
  const request = {
    scope: { kind: 'system' } as const,
    directory,
    compress: false,
    excludeTableExd: false,
    now: Date.now(),
  };
  const made = await backUp(source, request, signal);
  return { path: made.path, left: left.length, broken };
}
