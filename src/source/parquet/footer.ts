import { type FileHandle, open } from 'node:fs/promises';
import { SourceError } from '../source-error.ts';
import { createdBy } from './file-writer.ts';
import { decodeStruct, type ReadStruct, type ReadValue, ThriftError } from './read-thrift.ts';

/** What the end of a Parquet file says of it. */
export type Footer = Readonly<{
  /** Added up over the row groups, which is what a reader goes by; the count of the whole file may say anything. */
  rows: number;
  /** DuckDB's names of the types by the columns' names; absent for a file of another writer than ours. */
  columns?: ReadonlyMap<string, string>;
}>;

/** The length of the footer and the magic number (parquet-format, "File format"). */
const tailBytes = 8;
/** A small file is read with one call. */
const firstReadBytes = 16 * 1024;
/** Ours have some kilobytes for each row group. A file that says more is no file of a snapshot. */
const footerBytesMax = 64 * 1024 * 1024;

/** Reads nothing but the end of the file. Throws SourceError `failed` for a file that is none. */
export async function readFooter(path: string): Promise<Footer> {
  try {
    await using file = await open(path);
    return footerOf(decodeStruct(await footerBytes(file)));
  } catch (error) {
    if (error instanceof SourceError) throw error;
    const text = error instanceof Error ? error.message : String(error);
    throw new SourceError('failed', `cannot read a file of the snapshot: ${text}`, error);
  }
}

async function footerBytes(file: FileHandle): Promise<Uint8Array> {
  const { size } = await file.stat();
  const end = await readEnd(file, size, Math.min(size, firstReadBytes));
  const tail = end.subarray(-tailBytes);
  if (tail.length < tailBytes || tail.toString('latin1', 4) !== 'PAR1')
    throw new ThriftError('it has no footer');
  const length = tail.readUInt32LE(0);
  if (length > Math.min(size - tailBytes, footerBytesMax))
    throw new ThriftError('its footer has no such length');
  const all = length + tailBytes <= end.length ? end : await readEnd(file, size, length + tailBytes);
  return all.subarray(all.length - tailBytes - length, all.length - tailBytes);
}

async function readEnd(file: FileHandle, size: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length);
  const { bytesRead } = await file.read(buffer, 0, length, size - length);
  if (bytesRead < length) throw new ThriftError('it became shorter');
  return buffer;
}

/** FileMetaData of parquet.thrift: 2 the schema, 4 the row groups with 3 their rows, 6 the writer. */
function footerOf(metadata: ReadStruct): Footer {
  const rows = structs(metadata.get(4)).reduce((sum, group) => sum + number(group.get(3)), 0);
  if (!Number.isSafeInteger(rows) || rows < 0)
    throw new ThriftError('its row groups have no such number of rows');
  if (text(metadata.get(6)) !== createdBy) return { rows };
  const [, ...elements] = structs(metadata.get(2));
  const columns = new Map<string, string>();
  for (const element of elements) {
    const type = typeOf(element);
    if (type === undefined) return { rows };
    columns.set(text(element.get(4)), type);
  }
  return { rows, columns };
}

/**
 * DuckDB's type of what a `ParquetField` became: `schemaElement` of field.ts the other way round. Undefined for what no
 * field becomes.
 */
function typeOf(element: ReadStruct): string | undefined {
  const physical = element.get(1);
  const logical = element.get(10);
  if (!(logical instanceof Map)) return plainTypes.get(number(physical));
  const [kind, detail] = [...logical][0] ?? [];
  const given = detail instanceof Map ? detail : new Map<number, ReadValue>();
  switch (kind) {
    case 1:
      return 'VARCHAR';
    case 5:
      return `DECIMAL(${number(given.get(2))},${number(given.get(1))})`;
    case 6:
      return 'DATE';
    case 7:
      return 'TIME';
    case 8:
      return 'TIMESTAMP';
    case 10:
      return integerTypes.get(`${number(given.get(1))} ${given.get(2) === true}`);
    case 12:
      return 'JSON';
    default:
      return undefined;
  }
}

/** By the numbers of parquet.thrift's Type. */
const plainTypes: ReadonlyMap<number, string> = new Map([
  [1, 'INTEGER'],
  [2, 'BIGINT'],
  [4, 'FLOAT'],
  [5, 'DOUBLE'],
  [6, 'BLOB'],
]);

/** By bits and whether there is a sign. */
const integerTypes: ReadonlyMap<string, string> = new Map([
  ['8 true', 'TINYINT'],
  ['8 false', 'UTINYINT'],
  ['16 true', 'SMALLINT'],
  ['16 false', 'USMALLINT'],
  ['32 true', 'INTEGER'],
  ['32 false', 'UINTEGER'],
  ['64 true', 'BIGINT'],
  ['64 false', 'UBIGINT'],
]);

function structs(value: ReadValue | undefined): readonly ReadStruct[] {
  if (!Array.isArray(value)) throw new ThriftError('a list is missing');
  return value.map((each: ReadValue) => {
    if (each instanceof Map) return each as ReadStruct;
    throw new ThriftError('a structure is missing');
  });
}

function number(value: ReadValue | undefined): number {
  if (typeof value === 'number') return value;
  throw new ThriftError('a number is missing');
}

function text(value: ReadValue | undefined): string {
  return value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : '';
}
