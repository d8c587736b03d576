import { textColumn } from '../../base/rows.ts';
import { MetadataError } from '../../metastore/kylin/metadata-error.ts';
import type { NodeCheck } from '../../metastore/kylin/metadata-jobs.ts';
import { readManifest } from '../../metastore/kylin/manifest.ts';
import { openBackup } from '../../metastore/kylin/open-backup.ts';
import type { ResourceSource } from '../../metastore/kylin/resource.ts';
import { auditRows } from '../../metastore/kylin/rollback.ts';
import { verifyBackup } from '../../metastore/kylin/verify.ts';
import type { AuditRow } from '../../metastore/metastore.ts';
import type { MetadataSource, MetadataStatement } from '../../sql/statement.ts';
import { notSupported } from '../analysis.ts';
import { type Answer, okAnswer, rowsAnswer, type Table } from '../answer.ts';
import {
  auditTable,
  metadataJobTable,
  metadataStoreTable,
  shelfTable,
  verifyTable,
} from '../columns/show-metadata.ts';
import { likeRows } from '../row-filter.ts';
import { shownAnswer } from '../shown-answer.ts';
import type { Services } from '../services.ts';
import type { SessionState } from '../session-state.ts';
import { checkPlace, openPlace, shelfOf, storeOf, textOfBackup } from './metadata-places.ts';

type Of<Kind extends MetadataStatement['kind']> = Extract<MetadataStatement, { kind: Kind }>;

/** VERIFY METADATA FROM 'path': every byte is read; the last row says whether a restore would take it. */
export async function verifyMetadata(
  statement: Of<'verify_metadata'>,
  services: Services,
  signal: AbortSignal,
): Promise<Answer> {
  await using backup = await openPlace(await checkPlace(statement.from, services), services, signal);
  await using source = await openBackup(backup.folder, signal);
  return rowsAnswer(verifyTable(await verifyBackup(source, await readManifest(backup.folder), signal)));
}

/** LIST METADATA 'prefix': the keys that begin with it. */
export async function listMetadata(
  statement: Of<'list_metadata'>,
  services: Services,
  signal: AbortSignal,
): Promise<Answer> {
  await using source = await openSource(statement.source, services, signal);
  const keys = (await source.keys(signal)).filter((key) => key.startsWith(statement.prefix));
  return rowsAnswer({ columns: [textColumn('MetadataKey', 255)], rows: keys.map((key) => [key]) });
}

/** CAT METADATA 'key': its content as it is stored. */
export async function catMetadata(
  statement: Of<'cat_metadata'>,
  services: Services,
  signal: AbortSignal,
): Promise<Answer> {
  await using source = await openSource(statement.source, services, signal);
  for await (const { bytes } of source.read([statement.key], signal)) {
    const column = { ...textColumn('Content', 1_000), type: 'BLOB' as const, binary: true };
    return rowsAnswer({ columns: [column], rows: [[bytes]] });
  }
  throw new MetadataError('not_found', `there is no '${statement.key}' in '${source.place}'`, {
    hint: 'LIST METADATA shows the keys.',
  });
}

/** SHOW METADATA BACKUPS [FROM repository] | STORES | AUDIT LOG [FOR key]. */
export async function showMetadata(
  statement: Of<'show_metadata'>,
  services: Services,
  signal: AbortSignal,
): Promise<Answer> {
  const { table, named } = await shown(statement, services, signal);
  const liked = likeRows(table, named, statement.like);
  return shownAnswer(liked, statement, services, signal);
}

/** CREATE METADATA STORE: looked at before it says OK; its URL is kept sealed. */
export async function createMetadataStore(
  statement: Of<'create_metadata_store'>,
  services: Services,
  state: SessionState,
  signal: AbortSignal,
): Promise<Answer> {
  await services.metadata.stores.create(statement.name, statement.url, state.user, signal);
  return okAnswer;
}

/** CANCEL METADATA JOB: answers when nothing of the job is left, on whichever node it runs. */
export async function cancelMetadata(
  statement: Of<'cancel_metadata'>,
  { metadata, node }: Services,
  state: SessionState,
  signal: AbortSignal,
): Promise<Answer> {
  const isThere: NodeCheck = async (name, inner) =>
    (await node.nodes(inner)).some((known) => known.node === name && known.isAlive);
  // The job may be some milliseconds old, and another node's.
  await node.catchUp();
  await metadata.jobs.cancel(statement.id, state.user, isThere, signal);
  return okAnswer;
}

/** DROP METADATA STORE: forgets the name; the database stays as it is. */
export async function dropMetadataStore(
  statement: Of<'drop_metadata_store'>,
  services: Services,
  state: SessionState,
): Promise<Answer> {
  await services.metadata.stores.drop(statement.name, state.user);
  return okAnswer;
}

async function openSource(
  source: MetadataSource | undefined,
  services: Services,
  signal: AbortSignal,
): Promise<ResourceSource> {
  if (source === undefined || source.kind === 'store') {
    return storeOf(source?.name, services).openForBackup(signal);
  }
  await using opening = new AsyncDisposableStack();
  const checked = await checkPlace(source, services);
  const backup = opening.use(await openPlace(checked, services, signal));
  const opened = opening.use(await openBackup(backup.folder, signal));
  const held = opening.move();
  return { ...opened, place: textOfBackup(checked), [Symbol.asyncDispose]: () => held.disposeAsync() };
}

async function shown(
  { what, key, repository }: Of<'show_metadata'>,
  services: Services,
  signal: AbortSignal,
): Promise<Readonly<{ table: Table; named: string }>> {
  const { metadata } = services;
  if (repository !== undefined) {
    const shelf = await shelfOf(repository, services, signal);
    return { table: shelfTable(await shelf.list(signal)), named: 'Folder' };
  }
  if (what === 'BACKUPS') return { table: metadataJobTable(metadata.jobs.list()), named: 'Path' };
  if (what === 'STORES') return { table: metadataStoreTable(metadata.stores.list()), named: 'Name' };
  if (what === 'AUDIT_LOG') {
    return { table: auditTable(await newestRows(services, key, signal)), named: 'MetadataKey' };
  }
  throw notSupported('SHOW METADATA EPOCHS');
}

/** Rows of the audit log that are shown: the newest. */
const auditRowsMax = 10_000;

/** Newest first. A key may be given as our metastore or as a backup spells it, with `.json`. */
async function newestRows(
  { metastore }: Services,
  key: string | undefined,
  signal: AbortSignal,
): Promise<readonly AuditRow[]> {
  const wanted = key?.replace(/\.json$/, '');
  let kept: AuditRow[] = [];
  for await (const row of auditRows(metastore, signal)) {
    if (wanted === undefined || row.key === wanted || row.key === key) kept.push(row);
    if (kept.length >= 2 * auditRowsMax) kept = kept.slice(-auditRowsMax);
  }
  return kept.slice(-auditRowsMax).reverse();
}
