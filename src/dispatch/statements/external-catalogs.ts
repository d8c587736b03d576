import { SqlError } from '../../base/sql-error.ts';
import { internalCatalog } from '../../catalog/external/external-catalogs.ts';
import type { CatalogChoice } from '../../job/restore-catalogs.ts';
import type { ExternalCatalogs } from '../../sql/statement.ts';
import { analysisError } from '../analysis.ts';
import type { Services } from '../services.ts';

/** The catalogs that BACKUP saves, by name. Throws SqlError with StarRocks' words. */
export function catalogsToSave(
  list: ExternalCatalogs,
  { externalCatalogs }: Pick<Services, 'externalCatalogs'>,
): readonly string[] {
  if (list.kind === 'all') {
    const names = externalCatalogs.list().map(({ name }) => name);
    if (names.length === 0) throw new SqlError('backup', 'No external catalog can be backed up');
    return names;
  }
  const names = list.catalogs.map(({ name }) => name);
  for (const name of names) {
    refuseInternal(name);
    if (externalCatalogs.find(name) !== undefined) continue;
    throw new SqlError('backup', `external catalog ${name} does not existed.`);
  }
  return [...new Set(names)];
}

/** The catalogs that RESTORE brings back; whether the snapshot has them is the scheduler's to say. */
export function catalogsToRestore(
  list: ExternalCatalogs,
  { externalCatalogs }: Pick<Services, 'externalCatalogs'>,
): CatalogChoice {
  if (list.kind === 'all') return 'all';
  const targets = list.catalogs.map(({ name, alias }) => ({ name, target: alias ?? name }));
  const taken = new Set<string>();
  for (const { name, target } of targets) {
    refuseInternal(name);
    externalCatalogs.checkName(target);
    if (taken.has(target)) throw analysisError(`Duplicated alias name: ${target}`);
    taken.add(target);
  }
  return targets;
}

function refuseInternal(name: string): void {
  if (name !== internalCatalog) return;
  throw new SqlError('backup', 'Do not support Backup/Restore the entire default catalog');
}
