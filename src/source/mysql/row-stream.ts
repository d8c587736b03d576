import type { Duplex } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { unreachable } from '../../base/assert.ts';
import { PacketReader } from './packet-reader.ts';
import type { RowBatch } from './row-batch.ts';
import { borrowSocket, ConnectionLostError } from './socket.ts';

/** Command bytes of the protocol. */
const commands = { prepare: 0x16, execute: 0x17, close: 0x19 } as const;
const [okByte, eofByte, errorByte] = [0x00, 0xfe, 0xff];
/** An EOF packet is shorter than this; a row may begin with the same byte only in the text protocol. */
const eofBytesMax = 9;

/** What the server says of a column of a result (Protocol::ColumnDefinition41). */
export type WireColumn = Readonly<{ characterSet: number; type: number; flags: number }>;

export type RowSink = Readonly<{
  /** Before the first row. What it throws ends the reading. */
  begin: (columns: readonly WireColumn[]) => void;
  /** The next rows, at least one, lie in the batch. They are only good until it returns. */
  rows: () => void;
  /** After what was received at once; says how long to pause. */
  pauseMs: (bytes: number) => number;
}>;

/** An error that the server sent, in the form of mysql2's. */
export class ServerError extends Error {
  override readonly name = 'ServerError';
  readonly errno: number;
  readonly sqlState: string;

  constructor(errno: number, sqlState: string, message: string) {
    super(message);
    this.errno = errno;
    this.sqlState = sqlState;
  }
}

/** An ERR packet: number, SQLSTATE behind a '#', text. */
export function serverErrorOf(bytes: Buffer, start: number, end: number): ServerError {
  const isMarked = bytes[start + 3] === 0x23;
  const sqlState = isMarked ? bytes.toString('latin1', start + 4, start + 9) : 'HY000';
  const text = bytes.toString('utf8', start + (isMarked ? 9 : 3), end);
  return new ServerError(bytes.readUInt16LE(start + 1), sqlState, text);
}

/**
 * Runs a query as a prepared statement on the socket of an idle connection and hands the rows on as they lie in the
 * packets. mysql2 makes an object of each packet and of each value, which takes several times as long as the server
 * needs to send them; so it is kept from the socket until the answer has ended. When this fails with anything but
 * ServerError the connection cannot be used any more.
 */
export async function streamRows(stream: Duplex, sql: string, batch: RowBatch, sink: RowSink): Promise<void> {
  const done = Promise.withResolvers<void>();
  const exchange = new Exchange({ stream, sql, batch, sink }, done);
  const socket = borrowSocket(stream, exchange.receive, () =>
    done.reject(new ConnectionLostError('the connection was lost')),
  );
  try {
    exchange.start();
    await done.promise;
  } finally {
    socket.give();
  }
}

type State =
  | Readonly<{ kind: 'preparing' | 'executing' | 'rows' | 'ended' }>
  | Readonly<{ kind: 'prepared_columns'; statement: number; rest: number }>
  | Readonly<{ kind: 'result_columns'; statement: number; rest: number }>;

type Asked = Readonly<{ stream: Duplex; sql: string; batch: RowBatch; sink: RowSink }>;

/** One statement's way: prepare, execute, rows, close. */
class Exchange {
  readonly #stream: Duplex;
  readonly #sql: string;
  readonly #sink: RowSink;
  readonly #done: PromiseWithResolvers<void>;
  readonly #reader: PacketReader;
  readonly #batch: RowBatch;
  #state: State = { kind: 'preparing' };
  #statement = 0;
  readonly #columns: WireColumn[] = [];

  constructor({ stream, sql, batch, sink }: Asked, done: PromiseWithResolvers<void>) {
    batch.clear();
    this.#stream = stream;
    this.#sql = sql;
    this.#batch = batch;
    this.#sink = sink;
    this.#done = done;
    this.#reader = new PacketReader((bytes, start, end) => this.#packet(bytes, start, end));
  }

  start(): void {
    this.#send(commands.prepare, Buffer.from(this.#sql, 'utf8'));
  }

  readonly receive = (chunk: Buffer): void => {
    try {
      this.#reader.push(chunk);
      this.#passRows();
    } catch (error) {
      // In the middle of an answer: nobody can make use of the rest.
      this.#state = { kind: 'ended' };
      this.#stream.destroy();
      this.#done.reject(error);
      return;
    }
    if (this.#state.kind !== 'rows') return;
    const pauseMs = this.#sink.pauseMs(chunk.length);
    if (pauseMs > 0) void this.#pause(pauseMs);
  };

  async #pause(pauseMs: number): Promise<void> {
    this.#stream.pause();
    await setTimeout(pauseMs);
    this.#stream.resume();
  }

  #packet(bytes: Buffer, start: number, end: number): void {
    const state = this.#state;
    const first = bytes[start];
    switch (state.kind) {
      case 'rows':
        if (first === okByte) this.#row(bytes, start + 1, end);
        else if (first === eofByte && end - start < eofBytesMax) this.#end();
        else this.#fail(bytes, start, end);
        return;
      case 'preparing':
        if (first === okByte) this.#prepared(bytes, start);
        else this.#fail(bytes, start, end);
        return;
      case 'prepared_columns':
        // The columns, then EOF; those of the result are what counts.
        if (state.rest > 0) this.#state = { ...state, rest: state.rest - 1 };
        else this.#execute();
        return;
      case 'executing':
        if (first === errorByte) this.#fail(bytes, start, end);
        else
          this.#state = {
            kind: 'result_columns',
            statement: this.#statement,
            rest: columnCount(bytes, start),
          };
        return;
      case 'result_columns':
        this.#resultColumn(state.rest, bytes, end);
        return;
      case 'ended':
        return;
      default:
        unreachable(state);
    }
  }

  #row(bytes: Buffer, start: number, end: number): void {
    if (!this.#batch.hasRoom(bytes)) this.#passRows();
    this.#batch.add(bytes, start, end);
  }

  #passRows(): void {
    if (this.#batch.rows === 0) return;
    this.#sink.rows();
    this.#batch.clear();
  }

  /** COM_STMT_PREPARE_OK: status, statement id, number of columns, number of parameters. */
  #prepared(bytes: Buffer, start: number): void {
    this.#statement = bytes.readUInt32LE(start + 1);
    this.#state = {
      kind: 'prepared_columns',
      statement: this.#statement,
      rest: bytes.readUInt16LE(start + 5),
    };
  }

  #execute(): void {
    const [noCursor, iterations] = [0, 1];
    const body = Buffer.alloc(9);
    body.writeUInt32LE(this.#statement, 0);
    body.writeUInt8(noCursor, 4);
    body.writeUInt32LE(iterations, 5);
    this.#state = { kind: 'executing' };
    this.#send(commands.execute, body);
  }

  #resultColumn(rest: number, bytes: Buffer, end: number): void {
    if (rest > 0) {
      this.#columns.push(wireColumn(bytes, end));
      this.#state = { kind: 'result_columns', statement: this.#statement, rest: rest - 1 };
      return;
    }
    this.#state = { kind: 'rows' };
    this.#sink.begin(this.#columns);
  }

  #fail(bytes: Buffer, start: number, end: number): void {
    this.#close();
    this.#done.reject(serverErrorOf(bytes, start, end));
  }

  #end(): void {
    this.#passRows();
    this.#close();
    this.#done.resolve();
  }

  /** COM_STMT_CLOSE has no answer. */
  #close(): void {
    this.#state = { kind: 'ended' };
    if (this.#statement === 0) return;
    const body = Buffer.alloc(4);
    body.writeUInt32LE(this.#statement, 0);
    this.#send(commands.close, body);
  }

  #send(command: number, body: Buffer): void {
    const header = Buffer.alloc(5);
    header.writeUIntLE(body.length + 1, 0, 3);
    header.writeUInt8(command, 4);
    this.#stream.write(Buffer.concat([header, body]));
  }
}

/** The head of a result is a length-encoded number of columns; 4096 are the most that a server has. */
function columnCount(bytes: Buffer, start: number): number {
  const first = bytes[start] ?? 0;
  return first === 0xfc ? bytes.readUInt16LE(start + 1) : first;
}

/**
 * The fields of fixed length at the end of a column definition: character set, length, type, flags, decimals, filler. What
 * stands before them is texts, whose number depends on what mysql2 and the server agreed on.
 */
function wireColumn(bytes: Buffer, end: number): WireColumn {
  const at = end - 12;
  return {
    characterSet: bytes.readUInt16LE(at),
    type: bytes.readUInt8(at + 6),
    flags: bytes.readUInt16LE(at + 7),
  };
}
