import { failpoint } from '../../../base/failpoint.ts';
import { projectOfKey } from '../keys.ts';
import { MetadataError } from '../metadata-error.ts';
import { PackingThread } from '../packing-thread.ts';
import type {
  MetadataResource,
  ResourceChange,
  ResourceSink,
  ResourceSource,
  ResourceStore,
} from '../resource.ts';
import { readBeside, writeBeside } from './beside-rows.ts';
import { readOffset } from './audit-offset.ts';
import { openConnection } from './open-connection.ts';
import type { KylinConnection } from './connection.ts';
import { epochEnding, type EpochRow, lockEpochs, passEpochs } from './epochs.ts';
import { readKeys, readRows, rowTables, type Session } from './rows.ts';
import { findTables, type KylinTables } from './tables.ts';
import type { KylinStoreOptions } from './url.ts';
import { RowWriter } from './write-rows.ts';

/**
 * Kylin's metastore in MySQL, MariaDB or PostgreSQL. A backup reads one consistent snapshot and locks nothing; a restore is one
 * transaction of rows, audit rows and epochs, which live Kylin nodes follow within their next poll of the audit log.
 */
export class KylinStore implements ResourceStore {
  readonly #options: KylinStoreOptions;

  constructor(options: KylinStoreOptions) {
    this.#options = options;
  }

  async openForBackup(signal: AbortSignal): Promise<ResourceSource> {
    return this.#open('beginReading', signal, async (session) => {
      const offset = await readOffset(session.connection, session.tables, signal);
      return sourceOf({ ...session, offset });
    });
  }

  async openForRestore(signal: AbortSignal): Promise<ResourceSink> {
    return this.#open('beginWriting', signal, async (session) => {
      const { connection, tables } = session;
      if (tables.generation === 'A') throw readOnly();
      await lockTables(connection, tables, signal);
      const epochs = await lockEpochs(connection, tables, signal);
      // Before anything is read without a lock: a snapshot taken earlier would be older than what was locked.
      const keys = await readKeys(connection, tables, true, signal);
      const offset = await readOffset(connection, tables, signal);
      const source = sourceOf({ ...session, offset, keys });
      return {
        ...source,
        ...(tables.generation === 'C' && {
          putBeside: (
            resources: AsyncIterable<MetadataResource>,
            afterTruncate: boolean,
            inner: AbortSignal,
          ) => writeBeside(session, resources, afterTruncate, inner),
        }),
        apply: (changes, operator, inner) => apply({ ...session, epochs, operator }, changes, inner),
      };
    });
  }

  /** Begins a transaction; the session ends when `work` fails. */
  async #open<T>(
    begin: 'beginReading' | 'beginWriting',
    signal: AbortSignal,
    work: (session: OpenSession) => Promise<T>,
  ): Promise<T> {
    await using opening = new AsyncDisposableStack();
    const connection = opening.use(await openConnection(this.#options, signal));
    const packing = opening.use(new PackingThread());
    const tables = await findTables(connection, this.#options.identifier, signal);
    await connection.change(connection.dialect[begin], [], signal);
    const result = await work({ connection, tables, packing, close: () => held.disposeAsync() });
    const held = opening.move();
    return result;
  }
}

/** `close` ends the session, with whatever was not committed. */
type OpenSession = Session & Readonly<{ close: () => Promise<void> }>;
type Opened = OpenSession & Readonly<{ offset: number | undefined; keys?: readonly string[] }>;

async function lockTables(
  connection: KylinConnection,
  tables: KylinTables,
  signal: AbortSignal,
): Promise<void> {
  const epochs = tables.columns.has(epochEnding) ? [tables.nameOf(epochEnding)] : [];
  const sql = connection.dialect.lockTables([...epochs, ...rowTables(tables).map(({ table }) => table)]);
  if (sql !== undefined) await connection.change(sql, [], signal);
}

function sourceOf({ keys, offset, ...session }: Opened): ResourceSource {
  const { connection, tables, close } = session;
  let known = keys === undefined ? undefined : Promise.resolve(keys);
  return {
    generation: tables.generation,
    place: connection.place,
    offset,
    keys: async (signal) => {
      known ??= readKeys(connection, tables, false, signal);
      return known;
    },
    read: (wanted, signal) => readRows(session, wanted, signal),
    ...(tables.generation === 'C' && {
      beside: (project: string | undefined, signal: AbortSignal) => readBeside(session, project, signal),
    }),
    [Symbol.asyncDispose]: close,
  };
}

type Applying = Session & Readonly<{ epochs: readonly EpochRow[]; operator: string }>;

async function apply(
  { epochs, operator, ...session }: Applying,
  changes: AsyncIterable<ResourceChange>,
  signal: AbortSignal,
): Promise<void> {
  const { connection, tables } = session;
  const writer = new RowWriter(session, operator, signal);
  for await (const change of changes) await writer.add(change);
  await writer.finish();
  const touched = new Set(writer.keys.map(projectOf));
  await passEpochs(
    connection,
    tables,
    epochs.filter(({ target }) => touched.has(target)),
    signal,
  );
  signal.throwIfAborted();
  failpoint('metadata.before_commit');
  await commit(connection);
  failpoint('metadata.after_commit');
}

const commitTimeoutMs = 60_000;

/** Once begun it is not cancelled: nobody could say then whether it happened. */
async function commit(connection: KylinConnection): Promise<void> {
  try {
    await connection.change('COMMIT', [], AbortSignal.timeout(commitTimeoutMs));
  } catch (error) {
    throw new MetadataError(
      'unavailable',
      `the connection to metadata store '${connection.place}' was lost while it committed: either all was restored or nothing`,
      { hint: 'LIST METADATA and a DRY RUN of the same restore show which.', cause: error },
    );
  }
}

/** The target of the epoch that guards a key of B. A project's own resource belongs to `_global`, as UUID does. */
function projectOf(key: string): string {
  const isGlobal = key.lastIndexOf('/') === 0 || projectOfKey('B', key) !== undefined;
  return isGlobal ? '_global' : (key.split('/')[1] ?? '');
}

function readOnly(): MetadataError {
  return new MetadataError('refused', 'metadata of Kylin 2 to 4 can be read, not written', {
    hint: 'Restore it with the metastore.sh of that Kylin, while the service is stopped.',
  });
}
