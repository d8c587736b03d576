import type { ColumnVector, Validity } from '../../../base/rows.ts';
import type { Locate } from '../../../base/span.ts';
import { memoryAt, twoTo32 } from './native.ts';

/** A DuckDB string: 4 bytes of length, then 12 bytes of text, or 4 of prefix and an 8-byte address. */
export const entryBytes = 16;
const prefixBytes = 4;
const inlineBytesMax = 12;
/**
 * Two strings less than a page apart are read in one go: no page lies wholly between them, so all that is read is
 * mapped.
 */
const gapBytesMax = 4_095;

/**
 * The strings of a vector as bytes. Long strings of one chunk mostly lie side by side on DuckDB's heap: reading each
 * run of them with one call instead of one call per string is what makes this fast.
 */
export function bytesVector(data: Uint8Array, rowCount: number, validity: Validity): BytesVector {
  const words = new Uint32Array(data.buffer, data.byteOffset, rowCount * 4);
  const runs = readRuns(words, rowCount, validity);
  const locate: Locate = (row, span) => {
    const length = words[row * 4] as number;
    const isInline = length <= inlineBytesMax;
    span.source = isInline ? data : (runs.buffers[runs.bufferOf[row] as number] as Uint8Array);
    span.start = isInline ? row * entryBytes + prefixBytes : (runs.starts[row] as number);
    span.end = span.start + length;
  };
  return { kind: 'bytes', locate, validity };
}

type BytesVector = Extract<ColumnVector, { kind: 'bytes' }>;

type Runs = Readonly<{ buffers: readonly Uint8Array[]; bufferOf: Uint16Array; starts: Uint32Array }>;

function readRuns(words: Uint32Array, rowCount: number, validity: Validity): Runs {
  const rows = longRows(words, rowCount, validity);
  const buffers: Uint8Array[] = [];
  const bufferOf = new Uint16Array(rowCount);
  const starts = new Uint32Array(rowCount);
  let begin = 0;
  while (begin < rows.length) {
    const start = addressAt(words, rows[begin] as number);
    let end = start;
    let next = begin;
    for (; next < rows.length; next++) {
      const row = rows[next] as number;
      const address = addressAt(words, row);
      if (address > end + gapBytesMax) break;
      end = Math.max(end, address + (words[row * 4] as number));
      bufferOf[row] = buffers.length;
      starts[row] = address - start;
    }
    buffers.push(memoryAt(start, end - start));
    begin = next;
  }
  return { buffers, bufferOf, starts };
}

/** The rows whose strings are not inline, by address. */
function longRows(words: Uint32Array, rowCount: number, validity: Validity): readonly number[] {
  const rows: number[] = [];
  let last = 0;
  let isSorted = true;
  for (let row = 0; row < rowCount; row++) {
    if ((words[row * 4] as number) <= inlineBytesMax || !isValid(validity, row)) continue;
    const address = addressAt(words, row);
    if (address < last) isSorted = false;
    last = address;
    rows.push(row);
  }
  return isSorted ? rows : rows.sort((a, b) => addressAt(words, a) - addressAt(words, b));
}

function addressAt(words: Uint32Array, row: number): number {
  return (words[row * 4 + 2] as number) + (words[row * 4 + 3] as number) * twoTo32;
}

export function isValid(validity: Validity, row: number): boolean {
  return validity === undefined || ((validity[row >> 3] as number) & (1 << (row & 7))) !== 0;
}
