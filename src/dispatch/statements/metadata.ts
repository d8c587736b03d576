import { unreachable } from '../../base/assert.ts';
import { internalCatalog } from '../../catalog/external/external-catalogs.ts';
import { jobProject } from '../../job/job-record.ts';
import { globalProject } from '../../metastore/key.ts';
import { MetadataError } from '../../metastore/kylin/metadata-error.ts';
import type { MetadataJobOutcome, MetadataJobRequest } from '../../metastore/kylin/metadata-jobs.ts';
import { ownProject, sourceOf } from '../../metastore/kylin/own-store.ts';
import { countsOf } from '../../metastore/kylin/plan.ts';
import type { ResourceSource, ResourceStore } from '../../metastore/kylin/resource.ts';
import {
  restoreInto,
  type RestoreRequest,
  type RestoreResult,
  restoreVerified,
} from '../../metastore/kylin/restore.ts';
import { stateAt } from '../../metastore/kylin/rollback.ts';
import type { Scope } from '../../metastore/kylin/selection.ts';
import { requireQualified, verifyBackup } from '../../metastore/kylin/verify.ts';
import { openBackup } from '../../metastore/kylin/open-backup.ts';
import { readManifest } from '../../metastore/kylin/manifest.ts';
import type { MetadataBackup, MetadataScope, MetadataStatement } from '../../sql/statement.ts';
import { type Answer, rowsAnswer } from '../answer.ts';
import { metadataJobTable, planTable } from '../columns/show-metadata.ts';
import { type CatalogDatabase, databaseOf } from '../database-name.ts';
import {
  createDefinitions,
  openOwnCube,
  openOwnProject,
  planDefinitions,
  requireEmbedded,
} from '../own-definitions.ts';
import type { OwnPlace } from '../own-objects.ts';
import type { Services } from '../services.ts';
import type { SessionState } from '../session-state.ts';
import {
  backUpTo,
  checkPlace,
  openPlace,
  openVerified,
  requireWritable,
  storeOf,
  textOfBackup,
} from './metadata-places.ts';
import { inFormat } from './metadata-format.ts';

type Backup = Extract<MetadataStatement, { kind: 'backup_metadata' }>;
type Restore = Extract<MetadataStatement, { kind: 'restore_metadata' }>;
type Rollback = Extract<MetadataStatement, { kind: 'rollback_metadata' }>;

/** BACKUP METADATA: one row that says where it lies, once it is complete, or at once with ASYNC. */
export async function backupMetadata(
  statement: Backup,
  services: Services,
  state: SessionState,
  signal: AbortSignal,
): Promise<Answer> {
  const { metadata, clock } = services;
  const { store, segments = false } = statement;
  const from = statement.from && (await checkPlace(statement.from, services));
  const own = from === undefined ? await definitionsOf(statement, services, state, signal) : undefined;
  if (own !== undefined && segments) throw noSegments();
  if (own !== undefined) await requireHere(own.place, services, signal);
  const scope = own?.scope ?? scopeOf(statement.scope, from === undefined && store === undefined, segments);
  const to = await checkPlace(statement.to ?? metadata.place, services);
  requireWritable(to, services);
  const work = async (inner: AbortSignal): Promise<MetadataJobOutcome> => {
    await using present =
      from === undefined
        ? await openScope(own, storeOf(store, services), clock.now(), inner)
        : await openVerified(from, services, inner);
    const { source, changes } = await inFormat(present, statement.format, inner);
    const { folder, compress, excludeTableExd } = statement;
    const request = { scope, compress, excludeTableExd, now: clock.now() };
    const named = { ...request, ...(folder !== undefined && { folder }) };
    const { offset, ...result } = await backUpTo(to, source, named, services, inner);
    return { ...result, ...(offset !== undefined && { offset }), ...(changes !== undefined && { changes }) };
  };
  const request = { kind: 'BACKUP' as const, ...describe(statement.scope, store), user: state.user };
  const job = await metadata.jobs.run(request, work, statement.asynchronous, signal);
  return rowsAnswer(metadataJobTable([job]));
}

/** A database that lies in the data folder of another node is backed up there: one of the same name here is another database. */
async function requireHere(
  { catalog, database }: OwnPlace,
  { node }: Services,
  signal: AbortSignal,
): Promise<void> {
  const project = jobProject({ catalog, database });
  const lease = (await node.leases(signal)).find((known) => known.project === project);
  if (lease !== undefined && lease.home !== '') await node.ownership.require(project);
}

/** What is backed up: of a database of ours, or a part of it, its definitions are read, too. */
async function openScope(
  own: OwnDefinitions | undefined,
  store: ResourceStore,
  now: number,
  signal: AbortSignal,
): Promise<ResourceSource> {
  const source = await store.openForBackup(signal);
  if (own === undefined) return source;
  if (own.scope.kind === 'project') return openOwnProject(own.place, source, now, signal);
  const cube = { place: own.place, name: own.scope.name, metastore: source };
  return openOwnCube(cube, now, signal);
}

/** RESTORE METADATA: verified and planned, the present state backed up, then all or nothing. */
export async function restoreMetadata(
  statement: Restore,
  services: Services,
  state: SessionState,
  signal: AbortSignal,
): Promise<Answer> {
  const { store, dryRun } = statement;
  const own = await definitionsOf(statement, services, state, signal);
  await requireOwner(own, store, services);
  const from = await checkPlace(statement.from, services);
  if (own !== undefined)
    return restoreDefinitions(statement, own, { ...services, from, user: state.user }, signal);
  const request = {
    ...restoreOptions(services, state, dryRun),
    scope: scopeOf(statement.scope, store === undefined, true),
    afterTruncate: statement.afterTruncate,
    overwriteTables: statement.overwriteTables,
    force: statement.force,
  };
  const target = storeOf(store, services);
  const run = async (inner: AbortSignal): Promise<RestoreResult> => {
    await using backup = await openPlace(from, services, inner);
    return await restoreInto(target, { ...request, path: backup.folder }, inner);
  };
  const described = { kind: 'RESTORE' as const, ...describe(statement.scope, store), user: state.user };
  return answerRestore(
    { described, path: textOfBackup(from), dryRun, asynchronous: statement.asynchronous, run },
    services,
    signal,
  );
}

/** Definitions are made where their database lies; settings and accounts are the owner's of `_global`; a Kylin's store is anybody's. */
async function requireOwner(
  own: OwnDefinitions | undefined,
  store: string | undefined,
  { node }: Services,
): Promise<void> {
  if (own !== undefined) await node.ownership.require(jobProject(own.place));
  else if (store === undefined) await node.ownership.require(globalProject);
}

/**
 * RESTORE METADATA of a database of ours, or of a cube in it: the definitions that are missing are made, without rows; those
 * that are there stay. There is no state before that could be lost.
 */
async function restoreDefinitions(
  statement: Restore,
  { place, scope }: OwnDefinitions,
  parts: Services & Readonly<{ from: MetadataBackup; user: string }>,
  signal: AbortSignal,
): Promise<Answer> {
  const { from, clock, user } = parts;
  const { dryRun, asynchronous } = statement;
  if (statement.afterTruncate || statement.overwriteTables) throw neverReplaced();
  const run = async (inner: AbortSignal): Promise<RestoreResult> => {
    await using backup = await openPlace(from, parts, inner);
    await using source = await openBackup(backup.folder, inner);
    const report = await verifyBackup(source, await readManifest(backup.folder), inner);
    requireQualified(report, textOfBackup(from));
    const restore = await planDefinitions(source, place, scope, inner);
    const id = `metadata${clock.now()}`;
    if (!dryRun && restore.missing.length > 0) await createDefinitions(restore, place, id, inner);
    return { plan: restore.plan, report, before: undefined, beside: 0 };
  };
  const described = { kind: 'RESTORE' as const, ...describe(statement.scope, undefined), user };
  return answerRestore({ described, path: textOfBackup(from), dryRun, asynchronous, run }, parts, signal);
}

/** ROLLBACK METADATA: our own metadata as it was at a time, from the audit log. */
export async function rollbackMetadata(
  statement: Rollback,
  services: Services,
  state: SessionState,
  signal: AbortSignal,
): Promise<Answer> {
  const { project, timestamp, dryRun, force } = statement;
  const at = timeOf(timestamp);
  if (project !== undefined) throw historyStays(project);
  const scope = { kind: 'system' } as const;
  const request = {
    ...restoreOptions(services, state, dryRun),
    scope,
    path: '',
    afterTruncate: true,
    overwriteTables: true,
    force,
  };
  const { metastore, clock, metadata } = services;
  const run = async (inner: AbortSignal): Promise<RestoreResult> => {
    const resources = await stateAt(metastore, at, clock.now(), inner);
    await using source = sourceOf(resources, clock.now());
    const report = await verifyBackup({ ...source, strangers: [] }, undefined, inner);
    return await restoreVerified(metadata.ownStore, { source, report, manifest: undefined }, request, inner);
  };
  const described = { kind: 'ROLLBACK' as const, ...describe(scope, undefined), user: state.user };
  return answerRestore(
    { described, path: `audit log to ${timestamp}`, dryRun, asynchronous: false, run },
    services,
    signal,
  );
}

type RestoreWork = Readonly<{
  described: MetadataJobRequest;
  path: string;
  dryRun: boolean;
  asynchronous: boolean;
  run: (signal: AbortSignal) => Promise<RestoreResult>;
}>;

/** A dry run is no job: it changes nothing and keeps no history. */
async function answerRestore(work: RestoreWork, services: Services, signal: AbortSignal): Promise<Answer> {
  if (work.dryRun) return rowsAnswer(planTable((await work.run(signal)).plan));
  const job = await services.metadata.jobs.run(
    work.described,
    async (inner) => {
      const { plan, report, before, beside } = await work.run(inner);
      return {
        path: work.path,
        generation: report.generation,
        resources: report.resources,
        bytes: report.bytes,
        ...(report.offset !== undefined && { offset: report.offset }),
        changes: beside === 0 ? countsOf(plan) : `${countsOf(plan)}; ${beside} rows beside the metadata`,
        ...(before !== undefined && { before }),
      };
    },
    work.asynchronous,
    signal,
  );
  return rowsAnswer(metadataJobTable([job]));
}

type Fixed = Pick<RestoreRequest, 'directory' | 'dryRun' | 'operator' | 'now'>;

function restoreOptions({ metadata, clock }: Services, state: SessionState, dryRun: boolean): Fixed {
  return { directory: metadata.folder, dryRun, operator: state.user, now: clock.now() };
}

/** In our own metastore a project is a database of a catalog, of the embedded engine's where none is named. */
function scopeOf(scope: MetadataScope, isOwn: boolean, withSegments: boolean): Scope {
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
type OwnDefinitions = Readonly<{
  place: OwnPlace;
  scope: Extract<Scope, { kind: 'project' | 'model' }>;
}>;

/** Undefined for a statement about a store, about everything, or about a database of another server. */
async function definitionsOf(
  { scope, store }: Backup | Restore,
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

function noSegments(): MetadataError {
  return new MetadataError('illegal', 'segments are of Kylin: a backup of metadata holds no rows', {
    hint: 'BACKUP SNAPSHOT saves materialized views with their rows and tables.',
  });
}

function neverReplaced(): MetadataError {
  return new MetadataError(
    'refused',
    'a restore of definitions only makes what is missing: tables that are there have rows',
    {
      hint: 'Drop or rename them first; RESTORE SNAPSHOT replaces tables with their rows.',
    },
  );
}

/** A project's resources are jobs, which have happened. */
function historyStays(project: string): MetadataError {
  const text = `what the metastore has of project '${project}' is the history of its jobs, which is not taken back`;
  return new MetadataError('refused', text, {
    hint: 'ROLLBACK METADATA without PROJECT takes back settings, accounts, repositories and catalogs.',
  });
}

function describe(
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

/** `yyyy-MM-dd HH:mm:ss` in the server's zone, the end of that second. */
function timeOf(text: string): number {
  const match = /^(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)$/.exec(text.trim());
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = (match ?? []).slice(1).map(Number);
  const at = new Date(year, month - 1, day, hour, minute, second);
  if (match === null || at.getMonth() !== month - 1 || at.getDate() !== day) {
    throw new MetadataError('illegal', `'${text}' is no time such as '2026-01-02 03:04:05'`);
  }
  return at.getTime() + 999;
}
