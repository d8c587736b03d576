import type { NamedKind } from '../auth/privileges.ts';
import { internalCatalog } from '../catalog/external/external-catalogs.ts';
import type { JobView } from '../job/job-view.ts';
import type { RestoreRequest } from '../job/requests.ts';
import type { ObjectKind, ObjectName } from '../source/objects.ts';
import { type Access, backupDenied, type Relation } from './access.ts';
import type { CatalogDatabase } from './database-name.ts';
import type { Services } from './services.ts';

const kinds: Readonly<Record<ObjectKind, NamedKind | undefined>> = {
  TABLE: 'table',
  VIEW: 'view',
  MATERIALIZED_VIEW: 'materialized_view',
  FUNCTION: 'function',
  EVENT: undefined,
  PROCEDURE: undefined,
  SEQUENCE: undefined,
};

/** BACKUP wants EXPORT on each table, as StarRocks does, and USAGE on the catalog. Throws 5203. */
export function requireExport(access: Access, place: CatalogDatabase, objects: readonly ObjectName[]): void {
  if (access.isAdministrator) return;
  requireUsage(access, place.catalog);
  const missing = objects.find((object) => !mayExport(access, place, object));
  if (missing !== undefined) throw backupDenied('EXPORT', `${missing.kind} ${missing.name}`);
}

/** BACKUP ALL EXTERNAL CATALOGS wants USAGE on each. */
export function requireUsages(access: Access, catalogs: readonly string[]): void {
  for (const catalog of catalogs) requireUsage(access, catalog);
}

/** RESTORE of external catalogs makes them. */
export function requireMakingCatalogs(access: Access): void {
  if (!access.mayUseSystem('CREATE EXTERNAL CATALOG'))
    throw backupDenied('CREATE EXTERNAL CATALOG', 'SYSTEM');
}

function requireUsage(access: Access, catalog: string): void {
  if (catalog !== internalCatalog) access.requireCatalog(catalog);
}

function mayExport(access: Access, place: CatalogDatabase, { kind, name }: ObjectName): boolean {
  const named = kinds[kind];
  if (named === 'function') return access.seesFunction(place.database, name);
  // What hangs on tables is part of what the tables' privileges give.
  if (named === undefined) return access.seesIn(place.catalog, place.database);
  return access.mayExport({ ...place, kind: named, name });
}

/**
 * RESTORE of a whole database wants CREATE DATABASE, that of named objects CREATE TABLE in the database; both want INSERT
 * on what is replaced, and DROP where objects that the snapshot does not have go. Throws 5203.
 */
export async function requireRestore(
  access: Access,
  request: RestoreRequest & Readonly<{ database: string }>,
  services: Pick<Services, 'catalogs'>,
  signal: AbortSignal,
): Promise<void> {
  const { catalog, database } = request;
  requireUsage(access, catalog);
  const isWhole = request.objects === undefined || request.objects.mode === 'EXCLUDE';
  if (isWhole && !access.mayUseCatalog(catalog, 'CREATE DATABASE')) {
    throw backupDenied('CREATE DATABASE', `CATALOG ${catalog}`);
  }
  if (!isWhole && !access.mayMakeTable(catalog, database)) {
    throw backupDenied('CREATE TABLE', `DATABASE ${database}`);
  }
  const existing = (await services.catalogs.source(catalog).listObjects(database, signal)) ?? [];
  const isCleaning = request.options?.some((option) => /^(?:clean|force)_/.test(option)) === true;
  for (const object of existing) {
    const relation = relationOf({ catalog, database }, object);
    if (relation === undefined) continue;
    if (isCleaning) requireOn(access, 'DROP', relation);
    if (isReplaced(request, object))
      requireOn(access, relation.kind === 'table' ? 'INSERT' : 'DROP', relation);
  }
}

function isReplaced({ objects }: RestoreRequest, { kind, name }: ObjectName): boolean {
  if (objects === undefined || objects.mode === 'EXCLUDE') return true;
  return objects.objects.some((one) =>
    one.kind === 'all'
      ? one.objectKind === kind
      : (one.alias ?? one.name).toLowerCase() === name.toLowerCase(),
  );
}

function requireOn(access: Access, privilege: 'INSERT' | 'DROP', relation: Relation): void {
  if (access.may(privilege, relation)) return;
  throw backupDenied(privilege, `${relation.kind.replaceAll('_', ' ').toUpperCase()} ${relation.name}`);
}

function relationOf(place: CatalogDatabase, { kind, name }: ObjectName): Relation | undefined {
  const named = kinds[kind];
  return named === undefined || named === 'function' ? undefined : { ...place, kind: named, name };
}

/** Of a view, or of the job itself. */
type Followed =
  | Pick<Extract<JobView, { kind: 'backup' }>, Common | 'objects'>
  | Pick<Extract<JobView, { kind: 'restore' }>, Common | 'targets'>;
type Common = 'kind' | 'operator' | 'catalog' | 'database' | 'externalCatalogs';

/**
 * Whether a job may be seen and cancelled: one's own, and a backup all of whose tables one might save oneself. A restore
 * is for whoever has a privilege on each of its targets.
 */
export function mayFollow(access: Access, user: string, job: Followed): boolean {
  if (access.isAdministrator || job.operator === user) return true;
  if (job.externalCatalogs !== undefined) {
    const names = job.externalCatalogs.map((one) => (typeof one === 'string' ? one : one.target));
    return names.every((name) => access.mayUseCatalog(name));
  }
  const { catalog, database } = job;
  if (job.kind === 'backup') {
    const hasUsage = catalog === internalCatalog || access.mayUseCatalog(catalog);
    return hasUsage && job.objects.every((object) => mayExport(access, { catalog, database }, object));
  }
  return job.targets.every(({ kind, target }) =>
    kind === 'FUNCTION' ? access.seesFunction(database, target) : access.seesIn(catalog, database, target),
  );
}
