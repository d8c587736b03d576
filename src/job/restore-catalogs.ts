import { SqlError } from '../base/sql-error.ts';
import type { Manifest, SavedCatalog } from '../snapshot/manifest.ts';
import type { Restoring } from '../source/restoring.ts';
import { JobError } from './failure.ts';
import type { CatalogTarget, RestoreJob } from './restore-job.ts';
import type { CatalogShelf } from './tools.ts';

/** RESTORE's list of external catalogs, or all that the snapshot has. */
export type CatalogChoice = 'all' | readonly CatalogTarget[];

/** What a RESTORE says of catalogs, and what may not stand beside them. */
export type CatalogWish = Readonly<{
  label: string;
  database?: string;
  originalDatabase?: string;
  objects?: unknown;
  externalCatalogs?: CatalogChoice;
}>;

/**
 * The external catalogs of a restore; undefined for a snapshot of a database. A snapshot of catalogs is restored whole
 * when the statement names none, as in StarRocks. Throws SqlError with its words for what does not go together.
 */
export function catalogTargets(
  request: CatalogWish,
  manifest: Pick<Manifest, 'externalCatalogs'>,
): readonly CatalogTarget[] | undefined {
  const { externalCatalogs: saved } = manifest;
  const { externalCatalogs: choice = 'all', label, database, originalDatabase, objects } = request;
  if (saved === undefined) {
    if (request.externalCatalogs === undefined) return undefined;
    throw refused(`This is not a snapshot for external catalog restore, snapshot: ${label}`);
  }
  if (database !== undefined || originalDatabase !== undefined || objects !== undefined) {
    throw refused('Can not specify database for external catalog snapshot');
  }
  if (choice === 'all') return saved.map(({ name }) => ({ name, target: name }));
  const missing = choice.find((target) => !saved.some(({ name }) => name === target.name));
  if (missing !== undefined) throw refused(`Can not find restore catalog: ${missing.name}`);
  return choice;
}

/** The definitions that a restore brings back, under their new names. */
export function definitionsOf(
  job: Pick<RestoreJob, 'externalCatalogs'>,
  manifest: Pick<Manifest, 'externalCatalogs'>,
): readonly SavedCatalog[] {
  return (job.externalCatalogs ?? []).map(({ name, target }) => {
    const saved = manifest.externalCatalogs?.find((catalog) => catalog.name === name);
    if (saved === undefined) throw new JobError('NOT_FOUND', `Can not find restore catalog: ${name}`);
    return { ...saved, name: target };
  });
}

/** The commit of a restore of catalogs: one write of the metastore, and the metastore knows whether it was. */
export function catalogCommit(
  shelf: CatalogShelf,
  catalogs: readonly SavedCatalog[],
  job: Pick<RestoreJob, 'options' | 'operator'>,
): Pick<Restoring, 'isCommitted' | 'commit'> {
  return {
    isCommitted: async () => catalogs.every((catalog) => shelf.has(catalog)),
    commit: async () => shelf.restore(catalogs, { mayReplace: mayReplace(job), operator: job.operator }),
  };
}

/** As for tables: another definition under the same name is replaced only when the statement says so. */
export function mayReplace({ options = [] }: Pick<RestoreJob, 'options'>): boolean {
  return options.includes('force_replace');
}

function refused(text: string): SqlError {
  return new SqlError('backup', text);
}
