import { projectOfKey } from '../keys.ts';
import { MetadataError } from '../metadata-error.ts';
import type { ResourceChange, ResourceSink, ResourceSource, ResourceStore } from '../resource.ts';
import { readOffset } from './audit-offset.ts';
import { KylinConnection } from './connection.ts';
import { type EpochRow, lockEpochs, passEpochs } from './epochs.ts';
import { readKeys, readRows } from './rows.ts';
import { findTables, type KylinTables } from './tables.ts';
import { type KylinStoreOptions, placeOf } from './url.ts';
import { RowWriter } from './write-rows.ts';

/**
 * Kylin's metastore in MySQL or MariaDB. A backup reads one consistent snapshot and locks nothing; a restore is one
 * transaction of rows, audit rows and epochs, which live Kylin nodes follow within their next poll of the audit log.
 */
export class KylinMysqlStore implements ResourceStore {
  readonly #options: KylinStoreOptions;

  constructor(options: KylinStoreOptions) {
    this.#options = options;
  }

  async openForBackup(signal: AbortSignal): Promise<ResourceSource> {
    const opened = await this.#open('START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY', signal);
    return sourceOf(opened, placeOf(this.#options), false);
  }

  async openForRestore(signal: AbortSignal): Promise<ResourceSink> {
    const opened = await this.#open('START TRANSACTION', signal);
    const { connection, tables } = opened;
    try {
      if (tables.generation === 'A') throw readOnly();
      const epochs = await lockEpochs(connection, tables, signal);
      // Read now: all keys are locked before anything is compared.
      const source = sourceOf(opened, placeOf(this.#options), true);
      await source.keys(signal);
      return {
        ...source,
        apply: (changes, operator, inner) => apply({ ...opened, epochs, operator }, changes, inner),
      };
    } catch (error) {
      await connection[Symbol.asyncDispose]();
      throw error;
    }
  }

  async #open(begin: string, signal: AbortSignal): Promise<Opened> {
    const connection = await KylinConnection.open(this.#options, signal);
    try {
      const tables = await findTables(connection, this.#options.identifier, signal);
      await connection.change(begin, [], signal);
      return { connection, tables, offset: await readOffset(connection, tables, signal) };
    } catch (error) {
      await connection[Symbol.asyncDispose]();
      throw error;
    }
  }
}

type Opened = Readonly<{ connection: KylinConnection; tables: KylinTables; offset: number | undefined }>;

function sourceOf({ connection, tables, offset }: Opened, place: string, lock: boolean): ResourceSource {
  let known: Promise<readonly string[]> | undefined;
  return {
    generation: tables.generation,
    place,
    offset,
    keys: async (signal) => {
      known ??= readKeys(connection, tables, lock, signal);
      return known;
    },
    read: (keys, signal) => readRows(connection, tables, keys, signal),
    [Symbol.asyncDispose]: () => connection[Symbol.asyncDispose](),
  };
}

type Applying = Opened & Readonly<{ epochs: readonly EpochRow[]; operator: string }>;

async function apply(
  { connection, tables, epochs, operator }: Applying,
  changes: AsyncIterable<ResourceChange>,
  signal: AbortSignal,
): Promise<void> {
  const writer = new RowWriter(connection, tables, operator, signal);
  for await (const change of changes) await writer.add(change);
  await writer.flush();
  const touched = new Set(writer.keys.map(projectOf));
  await passEpochs(
    connection,
    tables,
    epochs.filter(({ target }) => touched.has(target)),
    signal,
  );
  await connection.change('COMMIT', [], signal);
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
