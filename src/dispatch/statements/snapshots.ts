import { SqlError } from '../../base/sql-error.ts';
import { blobsOf } from '../../snapshot/manifest.ts';
import type { OpenRepository } from '../../job/open-repository.ts';
import type { Filter, ShowTail } from '../../sql/statement.ts';
import { analysisError, noSuchLabel, noSuchRepository, unknownRepository } from '../analysis.ts';
import { type Answer, okAnswer, rowsAnswer, type Table } from '../answer.ts';
import { snapshotDetailTable, snapshotTable } from '../columns/show-snapshot.ts';
import { filterOf, likeRows } from '../row-filter.ts';
import type { Services } from '../services.ts';
import type { SessionState } from '../session-state.ts';
import type { CatalogueEntry } from '../snapshot-catalogue.ts';

/** SHOW SNAPSHOT ON r: reads the repository alone. SNAPSHOT and TIMESTAMP together give the details. */
export async function showSnapshot(
  statement: Readonly<{ repository: string }> & ShowTail,
  services: Services,
  signal: AbortSignal,
): Promise<Answer> {
  if (services.repositories.find(statement.repository) === undefined) {
    throw noSuchRepository(statement.repository);
  }
  const place = await services.openRepository(statement.repository, signal);
  const wanted = wantedOf(statement.where?.filter);
  const table = await tableOf(place, wanted, services, signal);
  return rowsAnswer(await finish(table, statement, services, signal));
}

async function tableOf(
  place: OpenRepository,
  { label, hasDetails, matches }: Wanted,
  { catalogue }: Services,
  signal: AbortSignal,
): Promise<Table> {
  if (hasDetails) return snapshotDetailTable((await catalogue.list(place, label, signal)).filter(matches));
  return snapshotTable((await catalogue.states(place, label, signal)).filter(matches), label);
}

/** A condition that StarRocks understands was applied already; any other is evaluated over the rows. */
async function finish(table: Table, tail: ShowTail, services: Services, signal: AbortSignal): Promise<Table> {
  const liked = likeRows(table, 'Snapshot', tail.like);
  const { where, ...rest } = tail;
  const filter = filterOf(where?.filter === undefined ? tail : rest);
  return filter === undefined ? liked : services.filterRows(liked, filter, signal);
}

type Wanted = Readonly<{
  /** Set when exactly one label is asked for. */
  label: string | undefined;
  hasDetails: boolean;
  matches: (entry: Pick<CatalogueEntry, 'label' | 'timestamp'>) => boolean;
}>;

const whereHint =
  "Where clause should looks like: SNAPSHOT = 'your_snapshot_name' [AND TIMESTAMP = '2018-04-18-19-19-10']";

function wantedOf(filter: Filter | undefined): Wanted {
  if (filter === undefined) return { label: undefined, hasDetails: false, matches: () => true };
  if (filter.kind === 'in') {
    if (filter.name !== 'SNAPSHOT') throw analysisError('Left expr of should be snapshot');
    return { label: undefined, hasDetails: false, matches: ({ label }) => filter.values.includes(label) };
  }
  const pairs = new Map(filter.pairs);
  const label = pairs.get('SNAPSHOT');
  const timestamp = pairs.get('TIMESTAMP');
  const isKnown = filter.pairs.every(([name]) => ['SNAPSHOT', 'TIMESTAMP', 'SNAPSHOTTYPE'].includes(name));
  if (label === undefined || !isKnown) throw analysisError(whereHint);
  return {
    label,
    hasDetails: timestamp !== undefined,
    matches: (entry) => timestamp === undefined || entry.timestamp === timestamp,
  };
}

/**
 * DROP SNAPSHOT l ON r [FORCE]: its manifests first, then the blobs that nothing else names. A job that is about to end is
 * waited for: SHOW SNAPSHOT lists what a backup makes a little before it has finished.
 */
export async function dropSnapshot(
  statement: Readonly<{ snapshot: string; repository: string }>,
  services: Services,
  state: SessionState,
  signal: AbortSignal,
): Promise<Answer> {
  const { snapshot, repository } = statement;
  const known = services.repositories.find(repository);
  if (known === undefined) throw unknownRepository(repository);
  if (known.readOnly) throw new SqlError('backup', `Repository ${repository} is read only`);
  // A job that another node has just taken counts, too.
  await services.node.catchUp();
  const user = await services.scheduler.snapshotUserAfterEnd(repository, snapshot, signal);
  if (user !== undefined) {
    const reason = user === 'backup' ? 'a backup is writing it' : 'a restore is reading it';
    throw new SqlError('backup', `Can not drop snapshot ${snapshot}: ${reason}`);
  }
  const place = await services.openRepository(repository, signal);
  const entries = await services.catalogue.list(place, snapshot, signal);
  if (entries.length === 0) {
    throw noSuchLabel(repository, snapshot);
  }
  await deleteSnapshots(place, entries, services, state.user, signal);
  return okAnswer;
}

/**
 * Deletes snapshots, then the blobs that nothing else needs: never a snapshot without its blobs. Refused, before
 * anything is deleted, while another snapshot of the repository cannot be read.
 */
export async function deleteSnapshots(
  place: OpenRepository,
  entries: readonly CatalogueEntry[],
  services: Pick<Services, 'scheduler' | 'catalogue'>,
  operator: string,
  signal: AbortSignal,
): Promise<void> {
  await checkOthers(place, entries, services, signal);
  const blobs = entries.flatMap((entry) => (entry.kind === 'whole' ? [...blobsOf(entry.manifest)] : []));
  await services.scheduler.disposal.removeSnapshots(place, { names: entries, blobs }, operator, signal);
}

/** A snapshot that cannot be read may need any blob: those of the deleted ones would have to stay for ever. */
async function checkOthers(
  place: OpenRepository,
  entries: readonly CatalogueEntry[],
  { catalogue }: Pick<Services, 'catalogue'>,
  signal: AbortSignal,
): Promise<void> {
  const isDoomed = (other: CatalogueEntry): boolean =>
    entries.some(({ label, timestamp }) => other.label === label && other.timestamp === timestamp);
  const listed = await catalogue.list(place, undefined, signal);
  const broken = listed.find((other) => other.kind === 'broken' && !isDoomed(other));
  if (broken?.kind !== 'broken') return;
  const labels = [...new Set(entries.map((entry) => entry.label))].join(', ');
  throw new SqlError(
    'backup',
    `Can not drop snapshot ${labels}: snapshot ${broken.label} may need its data and can not be read: ${broken.reason}`,
    { hint: `Repair snapshot ${broken.label}, or drop it first.` },
  );
}
