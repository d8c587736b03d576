import { isUtf8 } from 'node:buffer';
import { unreachable } from '../../base/assert.ts';
import { ColumnWriter, type TextPage } from '../parquet/column-writer.ts';
import type { PageBuffers } from '../parquet/page-buffers.ts';
import type { FileColumn } from '../parquet/file-writer.ts';
import type { ColumnBounds } from '../frozen.ts';
import { SourceError } from '../source-error.ts';
import type { ColumnPlan, EncoderKind } from './column-plan.ts';
import type { RowBatch } from './row-batch.ts';
import type { WireColumn } from './row-stream.ts';
import { DateEncoder, DateTimeEncoder, TimeEncoder } from './temporal-encoders.ts';
import {
  BigIntegerEncoder,
  BitEncoder,
  BytesEncoder,
  FloatEncoder,
  IntegerEncoder,
  LargeDecimalEncoder,
  SmallDecimalEncoder,
  TextEncoder,
  type ValueEncoder,
} from './value-encoders.ts';

/** Types of values in packets (Protocol::ColumnType) that an encoder can read. */
const wireTypes: Readonly<Record<EncoderKind, readonly number[]>> = {
  int8: [1],
  uint8: [1],
  int16: [2, 13],
  uint16: [2],
  int32: [3, 9],
  uint32: [3, 9],
  int64: [8],
  uint64: [8],
  float: [4],
  double: [5],
  decimal32: [0, 246],
  decimal64: [0, 246],
  decimal128: [0, 246],
  bit: [16],
  date: [10, 14],
  datetime: [7, 12],
  time: [11],
  text: [15, 245, 246, 247, 248, 249, 250, 251, 252, 253, 254],
  bytes: [15, 242, 249, 250, 251, 252, 253, 254, 255],
};

/** Bits of a row's NULL bitmap before those of the columns (Protocol::BinaryResultsetRow). */
const reservedBits = 2;

/** A column of a result: what reads its values, and the writer that takes its NULLs. */
type Reader = Readonly<{ encoder: ValueEncoder; writer: ColumnWriter }>;

/** Turns the rows of a result, whose columns follow from `selectList(plans)`, into columns of a file. */
export class RowEncoder {
  readonly columns: readonly FileColumn[];
  readonly #plans: readonly ColumnPlan[];
  readonly #readers: readonly Reader[];
  readonly #bitmapBytes: number;
  readonly #nulls: Float64Array;
  #rows = 0;

  constructor(plans: readonly ColumnPlan[], buffers: PageBuffers) {
    this.#plans = plans;
    const made = plans.map((plan) => makeColumn(plan, buffers));
    this.columns = made.flatMap(({ columns }) => columns);
    this.#readers = [
      ...made.map(({ reader }) => reader),
      ...made.flatMap(({ rawReader }) => (rawReader === undefined ? [] : [rawReader])),
    ];
    this.#bitmapBytes = (this.#readers.length + reservedBits + 7) >> 3;
    this.#nulls = new Float64Array(this.#readers.length);
  }

  get rows(): number {
    return this.#rows;
  }

  /** Refuses a result whose values do not lie as the encoders expect. */
  begin(found: readonly WireColumn[]): void {
    if (found.length !== this.#readers.length) {
      throw new SourceError('failed', `${found.length} columns came instead of ${this.#readers.length}`);
    }
    for (const [index, plan] of this.#plans.entries()) {
      const type = found[index]?.type ?? -1;
      if (wireTypes[plan.kind].includes(type)) continue;
      const text = `column '${plan.name}' of type ${plan.source.sourceType} arrives as type ${type} of the protocol`;
      throw new SourceError('failed', text);
    }
  }

  /** The rows from `from` to before `to` of a batch. */
  add(batch: RowBatch, from: number, to: number): void {
    const { starts, at } = batch;
    for (let row = from; row < to; row += 1) at[row] = (starts[row] as number) + this.#bitmapBytes;
    for (let index = 0; index < this.#readers.length; index += 1) this.#addColumn(batch, index, from, to);
    this.#rows += to - from;
  }

  /** Values go to the encoder in runs between the NULLs. */
  #addColumn(batch: RowBatch, index: number, from: number, to: number): void {
    const { bytes, starts } = batch;
    const { encoder, writer } = this.#readers[index] as Reader;
    const bit = index + reservedBits;
    const [byte, mask] = [bit >> 3, 1 << (bit & 7)];
    let first = from;
    for (let row = from; row < to; row += 1) {
      if (((bytes[(starts[row] as number) + byte] as number) & mask) === 0) continue;
      if (first < row) encoder.read(batch, first, row);
      writer.appendNull();
      this.#nulls[index] = (this.#nulls[index] as number) + 1;
      first = row + 1;
    }
    if (first < to) encoder.read(batch, first, to);
  }

  /** Least and greatest values of all rows. Values that went to a raw column are not NULL and have no bounds. */
  bounds(): readonly ColumnBounds[] {
    return this.#plans.map(({ name }, index) => ({
      column: name,
      ...this.#readers[index]?.encoder.bounds.texts(),
      nulls: this.#nulls[index] ?? 0,
    }));
  }
}

type MadeColumn = Readonly<{ columns: readonly FileColumn[]; reader: Reader; rawReader?: Reader }>;

function makeColumn(plan: ColumnPlan, buffers: PageBuffers): MadeColumn {
  const { raw } = plan;
  const rawWriter = raw === undefined ? undefined : new ColumnWriter(buffers);
  const writer = makeWriter(plan, rawWriter, buffers);
  const typed = { field: plan.field, writer, isSparse: false };
  const reader = { encoder: makeEncoder(plan, writer, rawWriter), writer };
  if (raw === undefined || rawWriter === undefined) return { columns: [typed], reader };
  const columns = [typed, { field: raw.field, writer: rawWriter, isSparse: raw.presence === 'sparse' }];
  if (raw.expression === undefined) return { columns, reader };
  return { columns, reader, rawReader: { encoder: new BytesEncoder(rawWriter), writer: rawWriter } };
}

/** Texts that are no UTF-8, which an old server may hold, go to the raw column, so that every reader can read the file. */
function makeWriter(plan: ColumnPlan, raw: ColumnWriter | undefined, buffers: PageBuffers): ColumnWriter {
  if (plan.kind !== 'text' || raw === undefined || plan.raw?.expression !== undefined)
    return new ColumnWriter(buffers);
  return new ColumnWriter(buffers, (page: TextPage) => {
    if (page.isUtf8()) return;
    page.removeIf((value, row) => {
      if (isUtf8(value)) return false;
      raw.fillNulls(row);
      raw.appendBytes(value, 0, value.length);
      return true;
    });
  });
}

function makeEncoder(plan: ColumnPlan, writer: ColumnWriter, raw: ColumnWriter | undefined): ValueEncoder {
  const scale = plan.field.logical.kind === 'decimal' ? plan.field.logical.scale : 0;
  switch (plan.kind) {
    case 'int8':
    case 'uint8':
      return new IntegerEncoder(writer, 1, plan.kind === 'int8');
    case 'int16':
    case 'uint16':
      return new IntegerEncoder(writer, 2, plan.kind === 'int16');
    case 'int32':
    case 'uint32':
      return new IntegerEncoder(writer, 4, plan.kind === 'int32');
    case 'int64':
    case 'uint64':
      return new BigIntegerEncoder(writer, plan.kind === 'int64');
    case 'float':
      return new FloatEncoder(writer, 4);
    case 'double':
      return new FloatEncoder(writer, 8);
    case 'decimal32':
    case 'decimal64':
      return new SmallDecimalEncoder(writer, scale, plan.kind === 'decimal64');
    case 'decimal128':
      return new LargeDecimalEncoder(writer, raw, scale);
    case 'bit':
      return new BitEncoder(writer);
    case 'date':
      return new DateEncoder(writer, needed(raw));
    case 'datetime':
      return new DateTimeEncoder(writer, needed(raw));
    case 'time':
      return new TimeEncoder(writer, needed(raw));
    case 'text':
      return new TextEncoder(writer);
    case 'bytes':
      return new BytesEncoder(writer);
    default:
      return unreachable(plan.kind);
  }
}

function needed(raw: ColumnWriter | undefined): ColumnWriter {
  if (raw === undefined) throw new TypeError('a temporal column has a raw column');
  return raw;
}
