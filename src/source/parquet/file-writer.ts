import { createHash } from 'node:crypto';
import { closeSync, openSync, rmSync, writevSync } from 'node:fs';
import { assert } from '../../base/assert.ts';
import type { WrittenFile } from '../frozen.ts';
import type { ColumnWriter, FinishedColumn } from './column-writer.ts';
import { binary, encodeStruct, i32, i64, list, struct, type ThriftValue } from './compact-thrift.ts';
import { type ParquetField, physicalNumber, schemaElement } from './field.ts';

/** The writer's name in the footer. */
export const createdBy = 'holdfast';
const magic = Buffer.from('PAR1', 'latin1');
/** A row group is kept in memory, compressed, until it is written. */
const rowGroupRowsMax = 1_000_000;
const rowGroupBytesMax = 64 * 1024 * 1024;
/** Numbers of parquet.thrift's CompressionCodec, and of PLAIN and RLE in Encoding. */
const [uncompressed, zstd] = [0, 6];
const [plain, rle] = [0, 3];
/** Buffers of one writev call: IOV_MAX of Linux. */
const buffersPerWrite = 1024;

/** A column of a file; an `isSparse` one is left out of files in which it has only NULL. */
export type FileColumn = Readonly<{ field: ParquetField; writer: ColumnWriter; isSparse: boolean }>;

/** Rows by how many bytes each of them took. */
export type RowLengths = Readonly<{ lengths: Int32Array; rows: number }>;

type StoredColumn = FinishedColumn & Readonly<{ offset: number }>;

/**
 * Writes a Parquet file column by column, synchronously: for worker threads. The same values give the same bytes. What
 * is not finished is removed by `abandon`. At the end it releases the columns.
 */
export class ParquetFileWriter {
  readonly #path: string;
  readonly #columns: readonly FileColumn[];
  readonly #groups: { rows: number; columns: (StoredColumn | undefined)[]; waiting: FinishedColumn[] }[] = [];
  readonly #hash = createHash('sha256');
  #file: number | undefined;
  #offset = 0;
  #groupRows = 0;
  #groupBytes = 0;

  /** Fails with EEXIST where something lies at `path`. */
  constructor(path: string, columns: readonly FileColumn[]) {
    this.#path = path;
    this.#columns = columns;
    this.#file = openSync(path, 'wx');
    this.#write([magic]);
  }

  /**
   * Takes rows that took so many bytes each: has `encode` put those into the columns that still belong to the row group,
   * writes it when it is full, and so on. Where one ends follows from the rows alone.
   */
  addRows({ lengths, rows }: RowLengths, encode: (from: number, to: number) => void): void {
    for (let from = 0; from < rows;) {
      let to = from;
      while (to < rows && !this.#isGroupFull) {
        this.#groupRows += 1;
        this.#groupBytes += lengths[to] as number;
        to += 1;
      }
      encode(from, to);
      if (this.#isGroupFull) this.#endGroup();
      from = to;
    }
  }

  /** Writes the rest and the footer. Says what was written, so that nobody has to read it again to name it. */
  finish(): WrittenFile {
    this.#endGroup();
    const isUsed = this.#columns.map(
      ({ isSparse }, index) => !isSparse || this.#groups.some(({ columns }) => columns[index] !== undefined),
    );
    this.#writeWaiting(isUsed);
    const footer = this.#footer(isUsed);
    const length = Buffer.alloc(4);
    length.writeUInt32LE(footer.length);
    this.#write([footer, length, magic]);
    this.#close();
    return { bytes: this.#offset, sha256: this.#hash.digest('hex') };
  }

  /** Closes and removes the file. Does nothing after `finish`. */
  abandon(): void {
    if (this.#file === undefined) return;
    this.#close();
    rmSync(this.#path, { force: true });
  }

  get #isGroupFull(): boolean {
    return this.#groupRows >= rowGroupRowsMax || this.#groupBytes >= rowGroupBytesMax;
  }

  #endGroup(): void {
    const rows = this.#groupRows;
    this.#groupRows = 0;
    this.#groupBytes = 0;
    if (rows === 0) return;
    const columns: (StoredColumn | undefined)[] = [];
    const waiting: FinishedColumn[] = [];
    for (const { writer, isSparse } of this.#columns) {
      writer.fillNulls(rows);
      const finished = writer.finish();
      assert(finished.rows === rows, 'all columns have the same number of rows');
      waiting.push(finished);
      // Whether a column with nothing in it is needed shows at the end of the file.
      columns.push(isSparse && finished.nulls === rows ? undefined : this.#store(finished));
    }
    this.#groups.push({
      rows,
      columns,
      waiting: waiting.map((finished, index) => (columns[index] === undefined ? finished : empty(finished))),
    });
  }

  #writeWaiting(isUsed: readonly boolean[]): void {
    for (const { columns, waiting } of this.#groups) {
      for (const [index, finished] of waiting.entries()) {
        if (isUsed[index] === true && columns[index] === undefined) columns[index] = this.#store(finished);
      }
    }
  }

  #store(finished: FinishedColumn): StoredColumn {
    const offset = this.#offset;
    this.#write(finished.parts);
    return { ...empty(finished), offset };
  }

  /** FileMetaData of parquet.thrift. */
  #footer(isUsed: readonly boolean[]): Buffer {
    const fields = this.#columns.map(({ field }) => field);
    const used = fields.filter((_, index) => isUsed[index]);
    const root = struct([4, binary('schema')], [5, i32(used.length)]);
    const groups = this.#groups.map(({ rows, columns }) => {
      const chunks = columns.flatMap((stored, index) => {
        const field = fields[index];
        return stored === undefined || field === undefined ? [] : [columnChunk(field, stored)];
      });
      const bytes = columns.reduce((sum, stored) => sum + (stored?.uncompressedBytes ?? 0), 0);
      return struct([1, list('struct', chunks)], [2, i64(bytes)], [3, i64(rows)]);
    });
    const rows = this.#groups.reduce((sum, group) => sum + group.rows, 0);
    return encodeStruct(
      [1, i32(1)],
      [2, list('struct', [root, ...used.map((field) => schemaElement(field))])],
      [3, i64(rows)],
      [4, list('struct', groups)],
      [6, binary(createdBy)],
    );
  }

  #write(parts: readonly Uint8Array[]): void {
    assert(this.#file !== undefined, 'the file is open');
    for (let at = 0; at < parts.length; at += buffersPerWrite) {
      writeAll(this.#file, parts.slice(at, at + buffersPerWrite));
    }
    for (const part of parts) {
      this.#hash.update(part);
      this.#offset += part.length;
    }
  }

  #close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
    for (const { writer } of this.#columns) writer.release();
  }
}

/** writev may write less than it was given. */
function writeAll(file: number, parts: readonly Uint8Array[]): void {
  let rest = parts.filter((part) => part.length > 0);
  while (rest.length > 0) {
    let written = writevSync(file, rest);
    rest = rest.flatMap((part) => {
      const done = Math.min(written, part.length);
      written -= done;
      return done === part.length ? [] : [part.subarray(done)];
    });
  }
}

function empty(finished: FinishedColumn): FinishedColumn {
  return { ...finished, parts: [] };
}

/** ColumnChunk with its ColumnMetaData. */
function columnChunk(field: ParquetField, stored: StoredColumn): ThriftValue {
  const metadata = struct(
    [1, i32(physicalNumber(field.physical))],
    [2, list('i32', [i32(plain), i32(rle)])],
    [3, list('binary', [binary(field.name)])],
    [4, i32(stored.isCompressed ? zstd : uncompressed)],
    [5, i64(stored.rows)],
    [6, i64(stored.uncompressedBytes)],
    [7, i64(stored.compressedBytes)],
    [9, i64(stored.offset)],
    [12, struct([3, i64(stored.nulls)])],
  );
  return struct([2, i64(0)], [3, metadata]);
}
