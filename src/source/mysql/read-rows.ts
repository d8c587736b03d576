import { quoteName, quoteText } from '../../sql/quote.ts';
import { ParquetFileWriter } from '../parquet/file-writer.ts';
import { SourceError } from '../source.ts';
import type { MysqlConnection } from './connect.ts';
import { comparableDdl } from './definition-text.ts';
import { serverErrorNumber, serverErrors, sourceErrorOf } from './errors.ts';
import { Pacer } from './pacer.ts';
import { type DefinitionCheck, readSavepoint, type ReadRequest, type ReadResult } from './reader-protocol.ts';
import { RowSum } from './row-checksum.ts';
import { RowEncoder } from './row-encoder.ts';
import { ServerError, streamRows } from './row-stream.ts';
import { hasSameIds } from './table-identity.ts';
import { socketOf } from './socket.ts';

const definitionChanged = 'its definition was changed while it was being backed up';

/**
 * Reads the rows of one query, and writes them to a file when one is asked for; nothing is left of it when this fails.
 * For worker threads: it keeps its thread busy. Throws SourceError.
 */
export async function readRows(
  connection: MysqlConnection,
  request: ReadRequest,
  signal: AbortSignal,
): Promise<ReadResult> {
  const { isInTransaction } = request;
  try {
    return await readChecked(connection, request, signal);
  } finally {
    // A failed read, too, lets go of its table.
    if (isInTransaction && connection.isAlive) {
      await connection.run(`ROLLBACK TO SAVEPOINT ${readSavepoint}`, signal);
    }
  }
}

async function readChecked(
  connection: MysqlConnection,
  request: ReadRequest,
  signal: AbortSignal,
): Promise<ReadResult> {
  const { check } = request;
  const result = await encodeRows(connection, request);
  try {
    if (check !== undefined) await checkDefinition(connection, check, signal);
    return result.finish();
  } catch (error) {
    result.abandon();
    throw error;
  }
}

type Encoded = Readonly<{ finish: () => ReadResult; abandon: () => void }>;

async function encodeRows(
  connection: MysqlConnection,
  { sql, plans, path, pace }: ReadRequest,
): Promise<Encoded> {
  const encoder = new RowEncoder(plans);
  const file = path === undefined ? undefined : createFile(path, encoder);
  const sum = new RowSum();
  const pacer = new Pacer(pace);
  try {
    await streamRows(socketOf(connection), sql, {
      begin: (columns) => encoder.begin(columns),
      rows: (batch) => {
        sum.add(batch);
        file?.addRows(batch, (from, to) => encoder.add(batch, from, to));
      },
      pauseMs: (bytes) => pacer.pauseMs(sum.rows, bytes, performance.now()),
    });
  } catch (error) {
    file?.abandon();
    // Where only the server said no, it waits for the next statement; else the rest of its answer is on the way.
    if (!(error instanceof ServerError)) connection.destroy();
    throw readError(error);
  }
  return {
    finish: () => {
      file?.finish();
      return { rows: sum.rows, bounds: file === undefined ? [] : encoder.bounds(), checksum: sum.checksum };
    },
    abandon: () => file?.abandon(),
  };
}

function createFile(path: string, encoder: RowEncoder): ParquetFileWriter {
  try {
    return new ParquetFileWriter(path, encoder.columns);
  } catch (error) {
    throw new SourceError('failed', `cannot write file '${path}' of a chunk`, error);
  }
}

/** InnoDB has no rows of an earlier time of a table that was rebuilt, dropped or made anew since. */
function readError(error: unknown): SourceError {
  const number = serverErrorNumber(error);
  if (number === serverErrors.definitionChanged || number === serverErrors.unknownTable) {
    return new SourceError('failed', definitionChanged, error);
  }
  if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') {
    return new SourceError(
      'failed',
      'no space left on the device; free some space in the data folder',
      error,
    );
  }
  return sourceErrorOf(error, 'cannot read its rows');
}

/**
 * The table cannot change until the savepoint is rolled back to; so what it is now, it was for all rows of the read. That it
 * is not another one of the same definition under its name, the time of its making or its ids tell.
 */
async function checkDefinition(
  connection: MysqlConnection,
  check: DefinitionCheck,
  signal: AbortSignal,
): Promise<void> {
  const { database, table, ids } = check;
  try {
    const place = `${quoteName(database)}.${quoteName(table)}`;
    const [shown] = await connection.rows(`SHOW CREATE TABLE ${place}`, signal);
    const created = await connection.value(
      'SELECT CREATE_TIME FROM information_schema.TABLES ' +
        `WHERE TABLE_SCHEMA = ${quoteText(database)} AND TABLE_NAME = ${quoteText(table)}`,
      signal,
    );
    const isSame = comparableDdl(shown?.[1] ?? '') === check.ddl && (created ?? '') === check.created;
    if (isSame && (ids === undefined || (await hasSameIds(connection, ids, signal)))) return;
  } catch (error) {
    throw readError(error);
  }
  throw new SourceError('failed', definitionChanged);
}
