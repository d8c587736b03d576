import { failpoint } from '../../../base/failpoint.ts';
import { projectOfKey } from '../keys.ts';
import { MetadataError } from '../metadata-error.ts';
import type { ResourceChange, ResourceSink, ResourceSource, ResourceStore } from '../resource.ts';
import { readOffset } from './audit-offset.ts';
import { openConnection } from './open-connection.ts';
import type { KylinConnection } from './connection.ts';
import { epochEnding, type EpochRow, lockEpochs, passEpochs } from './epochs.ts';
import { readKeys, readRows, rowTables } from './rows.ts';
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
    return this.#open('beginReading', signal, async ({ connection, tables }) => {
      const offset = await readOffset(connection, tables, signal);
      return sourceOf({ connection, tables, offset });
    });
  }

  async openForRestore(signal: AbortSignal): Promise<ResourceSink> {
    return this.#open('beginWriting', signal, async ({ connection, tables }) => {
      if (tables.generation === 'A') throw readOnly();
      await lockTables(connection, tables, signal);
      const epochs = await lockEpochs(connection, tables, signal);
      // Before anything is read without a lock: a snapshot taken earlier would be older than what was locked.
      const keys = await readKeys(connection, tables, true, signal);
      const offset = await readOffset(connection, tables, signal);
      const source = sourceOf({ connection, tables, offset, keys });
      return {
        ...source,
        apply: (changes, operator, inner) => apply({ connection, tables, epochs, operator }, changes, inner),
      };
    });
  }

  /** Begins a transaction; the session ends when `work` fails. */
  async #open<T>(
    begin: 'beginReading' | 'beginWriting',
    signal: AbortSignal,
    work: (session: Session) => Promise<T>,
  ): Promise<T> {
    const connection = await openConnection(this.#options, signal);
    try {
      const tables = await findTables(connection, this.#options.identifier, signal);
      await connection.change(connection.dialect[begin], [], signal);
      return await work({ connection, tables });
    } catch (error) {
      await connection[Symbol.asyncDispose]();
      throw error;
    }
  }
}

type Session = Readonly<{ connection: KylinConnection; tables: KylinTables }>;
type Opened = Session & Readonly<{ offset: number | undefined; keys?: readonly string[] }>;

async function lockTables(
  connection: KylinConnection,
  tables: KylinTables,
  signal: AbortSignal,
): Promise<void> {
  const epochs = tables.columns.has(epochEnding) ? [tables.nameOf(epochEnding)] : [];
  const sql = connection.dialect.lockTables([...epochs, ...rowTables(tables).map(({ table }) => table)]);
  if (sql !== undefined) await connection.change(sql, [], signal);
}

function sourceOf({ connection, tables, offset, keys }: Opened): ResourceSource {
  let known = keys === undefined ? undefined : Promise.resolve(keys);
  return {
    generation: tables.generation,
    place: connection.place,
    offset,
    keys: async (signal) => {
      known ??= readKeys(connection, tables, false, signal);
      return known;
    },
    read: (wanted, signal) => readRows(connection, tables, wanted, signal),
    [Symbol.asyncDispose]: () => connection[Symbol.asyncDispose](),
  };
}

type Applying = Session & Readonly<{ epochs: readonly EpochRow[]; operator: string }>;

async function apply(
  { connection, tables, epochs, operator }: Applying,
  changes: AsyncIterable<ResourceChange>,
  signal: AbortSignal,
): Promise<void> {
  const writer = new RowWriter(connection, tables, operator, signal);
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

/** The target of the epoch that guards a key of B. A project's own resource belongs to `_global`. */
function projectOf(key: string): string {
  return projectOfKey('B', key) === undefined ? (key.split('/')[1] ?? '') : '_global';
}

function readOnly(): MetadataError {
  return new MetadataError('refused', 'metadata of Kylin 2 to 4 can be read, not written', {
    hint: 'Restore it with the metastore.sh of that Kylin, while the service is stopped.',
  });
}
