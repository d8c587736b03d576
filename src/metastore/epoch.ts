import { MetastoreError } from './metastore.ts';
import type { ProjectEpoch, StoredUnit } from './metadata-store.ts';

/** The check of every store, inside the transaction of the commit. True when the project has no epoch yet. */
export function isFirstEpoch(unit: StoredUnit, current: ProjectEpoch | undefined): boolean {
  if (current === undefined) return true;
  if (current.epoch === unit.epoch) return false;
  throw new MetastoreError(
    'stale_epoch',
    `project '${unit.project}' belongs to epoch ${current.epoch} of '${current.owner}': ` +
      `a write of epoch ${unit.epoch} by '${unit.instance}' is refused`,
  );
}

/** The check of every store when a project changes hands. Returns the new epoch. */
export function nextEpoch(project: string, seen: number, current: ProjectEpoch | undefined): number {
  const there = current?.epoch ?? 0;
  if (there === seen) return there + 1;
  throw new MetastoreError('conflict', `project '${project}' is at epoch ${there}, not ${seen}`);
}

/** A resource is not of the version that a change expects: another writer was first. */
export function changedByAnother(key: string): MetastoreError {
  return new MetastoreError('conflict', `'${key}' was changed by another writer`);
}
