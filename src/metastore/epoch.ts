import { parseContent } from './audit.ts';
import { maintenanceKey } from './key.ts';
import { MetastoreError } from './metastore.ts';
import type { ProjectEpoch, StoredUnit } from './metadata-store.ts';

/** The check of every store, inside the transaction of the commit. True when the project has no epoch yet. */
export function isFirstEpoch(unit: StoredUnit, current: ProjectEpoch | undefined): boolean {
  if (current === undefined) return unit.epoch !== 0;
  if (current.epoch === unit.epoch || unit.epoch === 0) return false;
  throw new MetastoreError(
    'stale_epoch',
    `project '${unit.project}' belongs to epoch ${current.epoch} of '${current.owner}': ` +
      `a write of epoch ${unit.epoch} by '${unit.instance}' is refused`,
  );
}

/**
 * The check of every store for maintenance mode, inside the transaction of the commit. `content` is that of
 * `maintenanceKey`, undefined when it is not there.
 */
export function checkMaintenance(unit: StoredUnit, content: string | undefined): void {
  if (content === undefined || unit.changes.some(({ key }) => key === maintenanceKey)) return;
  throw new MetastoreError('maintenance', `the metadata is in maintenance mode: ${reasonOf(content)}`);
}

function reasonOf(content: string): string {
  const value = parseContent(content, `'${maintenanceKey}'`);
  const hasReason = typeof value === 'object' && value !== null && 'reason' in value;
  return hasReason ? String(value.reason) : content;
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
