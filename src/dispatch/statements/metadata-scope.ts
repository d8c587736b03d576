import { unreachable } from '../../base/assert.ts';
import { internalCatalog } from '../../catalog/external/external-catalogs.ts';
import type { MetadataJobRequest } from '../../metastore/kylin/metadata-jobs.ts';
import { ownProject } from '../../metastore/kylin/own-store.ts';
import type { Scope } from '../../metastore/kylin/selection.ts';
import type { MetadataScope, MetadataStatement } from '../../sql/statement.ts';
import { type CatalogDatabase, databaseOf } from '../database-name.ts';
import { requireEmbedded } from '../own-definitions.ts';
import type { OwnPlace } from '../own-objects.ts';
import type { Services } from '../services.ts';
import type { SessionState } from '../session-state.ts';

/** In our own metastore a project is a database of a catalog, of the embedded engine's where none is named. */
export function scopeOf(scope: MetadataScope, isOwn: boolean, withSegments: boolean): Scope {
  switch (scope.kind) {
    case 'system':
      return scope;
    case 'project':
      return { kind: 'project', project: isOwn ? projectName(scope.project) : scope.project };
    case 'cube': {
      const { name, project } = scope;
      return { kind: 'model', name, withSegments, ...(project !== undefined && { project }) };
    }
    default:
      return unreachable(scope);
  }
}

function projectName(project: string): string {
  const { catalog, database } = splitProject(project);
  return ownProject(catalog, database);
}

/** A database of ours is named without its catalog, too. */
function splitProject(project: string): CatalogDatabase {
  const [catalog = '', ...rest] = project.split('.');
  return rest.length === 0
    ? { catalog: internalCatalog, database: project }
    : { catalog, database: rest.join('.') };
}

/** What a statement means of the embedded engine: a database of it, or one of its materialized views with what that reads. */
export type OwnDefinitions = Readonly<{
  place: OwnPlace;
  scope: Extract<Scope, { kind: 'project' | 'model' }>;
}>;

/** Undefined for a statement about a store, about everything, or about a database of another server. */
export async function definitionsOf(
  { scope, store }: Extract<MetadataStatement, { kind: 'backup_metadata' | 'restore_metadata' }>,
  services: Services,
  state: SessionState,
  signal: AbortSignal,
): Promise<OwnDefinitions | undefined> {
  if (scope.kind === 'system' || store !== undefined) return undefined;
  const named = await placeOf(scope.project, services, state, signal);
  const { catalog, database } = named;
  if (scope.kind === 'cube') requireEmbedded(catalog);
  else if (catalog !== internalCatalog) return undefined;
  const place = { ...named, source: services.catalogs.source(catalog) };
  const project = ownProject(catalog, database);
  return scope.kind === 'project'
    ? { place, scope: { kind: 'project', project } }
    : { place, scope: { kind: 'model', name: scope.name, project, withSegments: true } };
}

/** The session's database where no project is named. It need not be there: a restore makes it. */
async function placeOf(
  project: string | undefined,
  services: Services,
  state: SessionState,
  signal: AbortSignal,
): Promise<CatalogDatabase> {
  return project === undefined ? databaseOf({}, services, state, signal) : splitProject(project);
}

/** What a job's row says of the statement. */
export function describeScope(
  scope: MetadataScope,
  store: string | undefined,
): Pick<MetadataJobRequest, 'store' | 'level' | 'target'> {
  const target =
    scope.kind === 'system'
      ? ''
      : scope.kind === 'project'
        ? scope.project
        : [scope.project, scope.name].filter((part) => part !== undefined).join('.');
  const level = scope.kind === 'system' ? 'SYSTEM' : scope.kind === 'project' ? 'PROJECT' : 'CUBE';
  return { level, target, ...(store !== undefined && { store }) };
}
