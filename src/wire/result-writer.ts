import { assert } from '../base/assert.ts';
import type { Column, RowBatch } from '../base/rows.ts';
import { capability, has } from './capabilities.ts';
import type { ResultSetEnd, ServerStatus } from './handler.ts';
import { writeColumnDefinition } from './packets/column-definition.ts';
import { writeEof, writeResultEnd } from './packets/eof.ts';
import { binaryEncoder } from './rows/binary-encoder.ts';
import { DateCache } from './rows/date-cache.ts';
import { textEncoder } from './rows/text-encoder.ts';
import type { EncoderContext, ValueEncoder } from './rows/value-encoder.ts';
import type { CursorState } from './packets/status.ts';
import type { Transport } from './transport.ts';

export type ResultFormat = 'text' | 'binary';

/** Where packets are collected, and sent or kept. */
export type PacketSink = Pick<Transport, 'writer' | 'packet' | 'isBatchFull' | 'flush'>;

const binaryRowHeader = 0x00;
/** The NULL bitmap of a binary row begins with two unused bits. */
const nullBitmapOffset = 2;

/** Writes one result set: head, batches of rows, end. Waits for the socket after every full batch of bytes. */
export class ResultWriter {
  readonly #sink: PacketSink;
  readonly #capabilities: number;
  readonly #format: ResultFormat;
  readonly #columns: readonly Column[];
  readonly #context: EncoderContext;

  constructor(sink: PacketSink, capabilities: number, format: ResultFormat, columns: readonly Column[]) {
    assert(columns.length > 0, 'a result set has columns');
    this.#sink = sink;
    this.#capabilities = capabilities;
    this.#format = format;
    this.#columns = columns;
    this.#context = { writer: sink.writer, dates: new DateCache() };
  }

  head(status: ServerStatus): void {
    this.columns();
    if (has(this.#capabilities, capability.DEPRECATE_EOF)) return;
    this.#sink.packet((writer) => writeEof(writer, { warnings: 0, status, more: false }));
  }

  /** Only count and definitions of the columns. */
  columns(): void {
    this.#sink.packet((writer) => writer.lengthEncodedInteger(this.#columns.length));
    for (const column of this.#columns) {
      this.#sink.packet((writer) => writeColumnDefinition(writer, column, false));
    }
  }

  async rows(batch: RowBatch): Promise<void> {
    assert(batch.vectors.length === this.#columns.length, 'a batch has one vector per column');
    const write = this.#format === 'text' ? this.#textRow(batch) : this.#binaryRow(batch);
    const { writer } = this.#context;
    for (let row = 0; row < batch.rowCount; row++) {
      writer.begin();
      try {
        write(row);
      } catch (error) {
        writer.abandon(); // The rows before it are sent; the error takes this one's place.
        throw error;
      }
      writer.end();
      if (this.#sink.isBatchFull) await this.#sink.flush();
    }
  }

  async flush(): Promise<void> {
    await this.#sink.flush();
  }

  end(end: ReturnType<ResultSetEnd>, more: boolean, cursor?: CursorState): void {
    const whole = { ...end, more, ...(cursor !== undefined && { cursor }) };
    this.#sink.packet((writer) => writeResultEnd(writer, whole, this.#capabilities));
  }

  #textRow(batch: RowBatch): ValueEncoder {
    const encoders = this.#columns.map((column, index) => {
      return textEncoder(this.#context, column, vectorOf(batch, index));
    });
    return (row) => {
      for (const encode of encoders) encode(row);
    };
  }

  #binaryRow(batch: RowBatch): ValueEncoder {
    const { writer } = this.#context;
    const encoders = this.#columns.map((column, index) => {
      return binaryEncoder(this.#context, column, vectorOf(batch, index));
    });
    const bitmapBytes = Math.ceil((this.#columns.length + nullBitmapOffset) / 8);
    return (row) => {
      writer.u8(binaryRowHeader);
      const offset = writer.payloadLength;
      writer.zeros(bitmapBytes);
      encoders.forEach(({ isNull, encode }, index) => {
        if (isNull(row)) writer.setBit(offset, index + nullBitmapOffset);
        else encode(row);
      });
    };
  }
}

function vectorOf(batch: RowBatch, index: number): RowBatch['vectors'][number] {
  const vector = batch.vectors[index];
  assert(vector !== undefined, 'a batch has one vector per column');
  return vector;
}
