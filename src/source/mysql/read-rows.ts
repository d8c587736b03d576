import { codeOf } from '../../base/system-error.ts';
import { quoteName, quoteText } from '../../sql/quote.ts';
import { ParquetFileWriter } from '../parquet/file-writer.ts';
import type { PageBuffers } from '../parquet/page-buffers.ts';
import { SourceError } from '../source-error.ts';
import type { MysqlConnection } from './connection.ts';
import { comparableDdl } from './definition-text.ts';
import { serverErrorNumber, serverErrors, sourceErrorOf } from './errors.ts';
import { Pacer } from './pacer.ts';
import { type DefinitionCheck, readSavepoint, type ReadRequest, type ReadResult } from './reader-protocol.ts';
import type { RowBatch } from './row-batch.ts';
import { RowSum } from './row-checksum.ts';
import { RowEncoder } from './row-encoder.ts';
import { type RowSink, ServerError, streamRows } from './row-stream.ts';
import { socketOf } from './socket.ts';
import { isSameAnswer } from './table-identity.ts';

const definitionChanged = 'its definition was changed while it was being backed up';

/** A connection, opened with `severalStatements`, with what one reading after another uses. */
export type ReadingConnection = Readonly<{
  connection: MysqlConnection;
  buffers: PageBuffers;
  batch: RowBatch;
}>;

/**
 * Reads the rows of one query, and writes them to a file when one is asked for; nothing is left of it when this fails.
 * For worker threads: it keeps its thread busy. Throws SourceError.
 */
export async function readRows(
  reading: ReadingConnection,
  request: ReadRequest,
  signal: AbortSignal,
): Promise<ReadResult> {
  const { connection } = reading;
  try {
    return await readChecked(reading, request, signal);
  } catch (error) {
    // A failed read, too, lets go of its table.
    if (connection.isAlive) await connection.rowsOfEach(releaseOf(request), signal);
    throw error;
  }
}

async function readChecked(
  reading: ReadingConnection,
  request: ReadRequest,
  signal: AbortSignal,
): Promise<ReadResult> {
  const result = await encodeRows(reading, request);
  try {
    await endRead(reading.connection, request, signal);
    return result.finish();
  } catch (error) {
    result.abandon();
    throw error;
  }
}

type Encoded = Readonly<{ finish: () => ReadResult; abandon: () => void }>;

async function encodeRows(
  { connection, buffers, batch }: ReadingConnection,
  { sql, plans, path, pace }: ReadRequest,
): Promise<Encoded> {
  const encoder = new RowEncoder(plans, buffers);
  const file = path === undefined ? undefined : createFile(path, encoder);
  const sum = new RowSum();
  const pacer = new Pacer(pace);
  try {
    const sink: RowSink = {
      begin: (columns) => encoder.begin(columns),
      rows: () => {
        sum.add(batch);
        file?.addRows(batch, (from, to) => encoder.add(batch, from, to));
      },
      pauseMs: (bytes) => pacer.pauseMs(sum.rows, bytes, performance.now()),
    };
    await connection.awaiting(() => streamRows(socketOf(connection), sql, batch, sink));
  } catch (error) {
    file?.abandon();
    // Where only the server said no, it waits for the next statement; else the rest of its answer is on the way.
    if (!(error instanceof ServerError)) connection.destroy();
    throw readError(error);
  }
  return {
    finish: () => {
      const read = { rows: sum.rows, checksum: sum.checksum };
      return file === undefined
        ? { ...read, bounds: [] }
        : { ...read, bounds: encoder.bounds(), written: file.finish() };
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
const changedNumbers: readonly (number | undefined)[] = [
  serverErrors.definitionChanged,
  serverErrors.needsPreparation,
  serverErrors.unknownTable,
];

function readError(error: unknown): SourceError {
  if (changedNumbers.includes(serverErrorNumber(error))) {
    return new SourceError('failed', definitionChanged, error);
  }
  if (codeOf(error) === 'ENOSPC') {
    return new SourceError(
      'failed',
      'no space left on the device; free some space in the data folder',
      error,
    );
  }
  return sourceErrorOf(error, 'cannot read its rows');
}

/** Lets go of what a read has locked; the point in time stays. */
function releaseOf({ isInTransaction }: ReadRequest): readonly string[] {
  return isInTransaction ? [`ROLLBACK TO SAVEPOINT ${readSavepoint}`] : [];
}

/**
 * Compares the definition and lets go of the table, in one exchange with the server. The table cannot change until the
 * savepoint is rolled back to; so what it is now, it was for all rows of the read. That it is not another one of the same
 * definition under its name, the time of its making or its ids tell.
 */
async function endRead(
  connection: MysqlConnection,
  request: ReadRequest,
  signal: AbortSignal,
): Promise<void> {
  const { check } = request;
  const questions = check === undefined ? [] : questionsOf(check);
  const answers = await connection
    .rowsOfEach([...questions, ...releaseOf(request)], signal)
    .catch((error: unknown) => {
      throw readError(error);
    });
  if (check === undefined) return;
  const [shown, created, ids] = answers;
  const isSame =
    comparableDdl(shown?.[0]?.[1] ?? '') === check.ddl && (created?.[0]?.[0] ?? '') === check.created;
  if (isSame && (check.ids === undefined || isSameAnswer(check.ids, ids ?? []))) return;
  throw new SourceError('failed', definitionChanged);
}

function questionsOf({ database, table, ids }: DefinitionCheck): readonly string[] {
  return [
    `SHOW CREATE TABLE ${quoteName(database)}.${quoteName(table)}`,
    'SELECT CREATE_TIME FROM information_schema.TABLES ' +
      `WHERE TABLE_SCHEMA = ${quoteText(database)} AND TABLE_NAME = ${quoteText(table)}`,
    ...(ids === undefined ? [] : [ids.sql]),
  ];
}
