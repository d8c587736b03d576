import { jobProject } from '../../job/job-record.ts';
import { MetadataError } from '../../metastore/kylin/metadata-error.ts';
import type { MetadataJobOutcome } from '../../metastore/kylin/metadata-jobs.ts';
import type { ResourceSource, ResourceStore } from '../../metastore/kylin/resource.ts';
import type { MetadataStatement } from '../../sql/statement.ts';
import { type Answer, rowsAnswer } from '../answer.ts';
import { metadataJobTable } from '../columns/show-metadata.ts';
import { openOwnCube, openOwnProject } from '../own-definitions.ts';
import type { OwnPlace } from '../own-objects.ts';
import type { Services } from '../services.ts';
import type { SessionState } from '../session-state.ts';
import { inFormat } from './metadata-format.ts';
import { backUpTo, checkPlace, openVerified, requireWritable, storeOf } from './metadata-places.ts';
import { definitionsOf, describeScope, type OwnDefinitions, scopeOf } from './metadata-scope.ts';

type Backup = Extract<MetadataStatement, { kind: 'backup_metadata' }>;

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
  const request = { kind: 'BACKUP' as const, ...describeScope(statement.scope, store), user: state.user };
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

function noSegments(): MetadataError {
  return new MetadataError('illegal', 'segments are of Kylin: a backup of metadata holds no rows', {
    hint: 'BACKUP SNAPSHOT saves materialized views with their rows and tables.',
  });
}
