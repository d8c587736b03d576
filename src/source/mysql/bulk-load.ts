import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { assert } from '../../base/assert.ts';
import { SourceError } from '../source-error.ts';
import { BulkInsert, bulkHeadBytes } from './bulk-insert.ts';
import { BulkRows, csvRowEnd } from './bulk-rows.ts';
import type { MysqlConnection } from './connection.ts';
import { sourceErrorOf } from './errors.ts';
import type { LoadColumn } from './load-columns.ts';
import { insertStatement, loadStatement } from './load-statements.ts';

export type BulkLoad = Readonly<{
  /** The table, with its database, in backquotes. */
  into: string;
  columns: readonly LoadColumn[];
  /** `max_allowed_packet` of the server. */
  packetBytesMax: number;
}>;

/** A batch is sent when it has so many bytes: enough that its own cost does not count. */
const batchBytesGoal = 1024 * 1024;
/** Of the file at a time, so that our thread is kept for a millisecond only. */
const pieceBytes = 256 * 1024;
/** The longest payload of one frame, and what the server needs of a packet for itself. */
const [framePayloadMax, packetSlackBytes] = [0xff_ff_ff, 1024];

/** Puts the rows of a file of CSV, as DuckDB writes it, into a table by `BulkInsert`; those longer than a packet by LOAD DATA. Throws SourceError. */
export async function loadInBulk(
  session: MysqlConnection,
  load: BulkLoad,
  path: string,
  signal: AbortSignal,
): Promise<void> {
  const onAbort = (): void => session.destroy();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    signal.throwIfAborted();
    await session.awaiting(async () => {
      using batches = new Batches(session, load, signal);
      await sendCsv(path, batches);
      await batches.finish();
    });
  } catch (error) {
    if (signal.aborted) throw new SourceError('interrupted', 'loading rows was interrupted', signal.reason);
    throw sourceErrorOf(error, 'the server refused rows');
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

async function sendCsv(path: string, batches: Batches): Promise<void> {
  await using file = await open(path);
  let buffer = Buffer.allocUnsafeSlow(pieceBytes);
  let filled = 0;
  for (;;) {
    const { bytesRead } = await file.read(buffer, filled, buffer.length - filled, null);
    if (bytesRead === 0) break;
    filled += bytesRead;
    const taken = await batches.add(buffer.subarray(0, filled));
    buffer.copyWithin(0, taken, filled);
    filled -= taken;
    if (filled < buffer.length) continue;
    const grown = Buffer.allocUnsafeSlow(buffer.length * 2);
    buffer.copy(grown);
    buffer = grown;
  }
  assert(filled === 0, 'the last row is whole');
}

/** Rows on their way into a table: one batch is filled while the server works on the other. */
class Batches implements Disposable {
  readonly #session: MysqlConnection;
  readonly #load: BulkLoad;
  readonly #signal: AbortSignal;
  readonly #fields: number;
  #filling: BulkRows;
  #sending: BulkRows;
  #insert: BulkInsert | undefined;

  constructor(session: MysqlConnection, load: BulkLoad, signal: AbortSignal) {
    this.#session = session;
    this.#load = load;
    this.#signal = signal;
    this.#fields = load.columns.reduce((count, column) => count + column.fields.length, 0);
    const bytesMax = Math.min(load.packetBytesMax, framePayloadMax) - packetSlackBytes;
    const make = (): BulkRows => new BulkRows(this.#fields, bulkHeadBytes(this.#fields), bytesMax);
    this.#filling = make();
    this.#sending = make();
  }

  /** Takes the whole rows at the beginning of `text`. Says how many bytes these are. */
  async add(text: Buffer): Promise<number> {
    let at = 0;
    for (;;) {
      const next = this.#filling.addCsv(text, at);
      if (next === -1) return at;
      if (next !== 'full') {
        at = next;
        if (this.#filling.at >= batchBytesGoal) await this.#send();
      } else if (!this.#filling.isEmpty) {
        await this.#send();
      } else {
        const end = csvRowEnd(text, at);
        if (end < 0) return at;
        await this.#loadLong(text.subarray(at, end));
        at = end;
      }
    }
  }

  async finish(): Promise<void> {
    await this.#send();
    await this.#insert?.settle();
  }

  [Symbol.dispose](): void {
    this.#insert?.close();
    this.#insert = undefined;
  }

  async #send(): Promise<void> {
    const batch = this.#filling;
    if (batch.isEmpty) return;
    this.#insert ??= await BulkInsert.prepare(
      this.#session,
      insertStatement(this.#load.into, this.#load.columns),
    );
    await this.#insert.send(batch.bytes.subarray(0, batch.at), this.#fields);
    this.#filling = this.#sending;
    this.#sending = batch;
    this.#filling.clear();
  }

  /** A row that no packet holds: LOAD DATA reads it in pieces. */
  async #loadLong(row: Buffer): Promise<void> {
    await this.#insert?.settle();
    this[Symbol.dispose]();
    const { into, columns } = this.#load;
    await this.#session.loadLocal(
      loadStatement(into, columns),
      () => Readable.from(pieces(row)),
      this.#signal,
    );
  }
}

function* pieces(row: Buffer): Iterable<Buffer> {
  for (let at = 0; at < row.length; at += pieceBytes) yield row.subarray(at, at + pieceBytes);
}
