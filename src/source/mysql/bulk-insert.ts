import type { MysqlConnection } from './connection.ts';
import { PacketReader } from './packet-reader.ts';
import { serverErrorOf } from './row-stream.ts';
import { borrowSocket, ConnectionLostError, socketOf } from './socket.ts';

const commands = { prepare: 0x16, close: 0x19, bulkExecute: 0xfa } as const;
const okByte = 0x00;
const frameHeaderBytes = 4;
/** STMT_BULK_FLAG_CLIENT_SEND_TYPES: types come before the values. */
const sendsTypes = 128;
const typeString = 0xfe;
/** Batches on their way: the server works on one while the next is made and sent. */
const aheadMax = 2;

/** Bytes before the rows of a batch: frame header, command, number of the statement, flags, types of its parameters. */
export function bulkHeadBytes(parameters: number): number {
  return frameHeaderBytes + 1 + 4 + 2 + 2 * parameters;
}

/**
 * One INSERT whose rows go to MariaDB in batches of COM_STMT_BULK_EXECUTE: the server is spared the parsing of each value,
 * which is most of what LOAD DATA costs it beside storing rows. Takes the connection's socket until it is closed.
 */
export class BulkInsert {
  readonly #stream: ReturnType<typeof socketOf>;
  readonly #connection: MysqlConnection;
  readonly #socket: Readonly<{ give: () => void }>;
  readonly #reader: PacketReader;
  readonly #answers: PromiseWithResolvers<void>[] = [];
  readonly #sent: Promise<void>[] = [];
  #failure: unknown;
  #statement: number | undefined;
  /** Definitions of parameters, their end, still to come behind the answer to PREPARE. */
  #definitions = 0;

  private constructor(connection: MysqlConnection) {
    this.#connection = connection;
    this.#stream = socketOf(connection);
    this.#reader = new PacketReader((bytes, start, end) => this.#packet(bytes, start, end));
    this.#socket = borrowSocket(
      this.#stream,
      (chunk) => this.#reader.push(chunk),
      () => this.#fail(new ConnectionLostError('the connection was lost')),
    );
  }

  /** Prepares `sql`, an INSERT of one row of parameters. Throws ServerError or ConnectionLostError. */
  static async prepare(connection: MysqlConnection, sql: string): Promise<BulkInsert> {
    const insert = new BulkInsert(connection);
    try {
      const text = Buffer.from(sql);
      await insert.#ask(Buffer.concat([head(commands.prepare, text.length), text]));
      return insert;
    } catch (error) {
      insert.#socket.give();
      throw error;
    }
  }

  /**
   * Sends a batch, for whose head `bulkHeadBytes` were left free, and returns when the memory of the batch before the last
   * is free again. Throws what went wrong with any batch so far.
   */
  async send(batch: Buffer, parameters: number): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    writeHead(batch, this.#statement ?? 0, parameters);
    const answer = this.#ask(batch);
    // A failure is thrown by whoever waits next.
    answer.catch(() => undefined);
    this.#sent.push(answer);
    if (this.#sent.length >= aheadMax) await this.#sent.shift();
  }

  /** Waits for all batches. Throws what went wrong with any. */
  async settle(): Promise<void> {
    for (const answer of this.#sent.splice(0)) await answer;
  }

  /** Gives the connection back, which is idle then; after a failure it is of no use. */
  close(): void {
    if (this.#answers.length > 0) {
      this.#connection.destroy();
    } else if (this.#statement !== undefined && this.#connection.isAlive) {
      const body = Buffer.alloc(4);
      body.writeUInt32LE(this.#statement, 0);
      this.#stream.write(Buffer.concat([head(commands.close, body.length), body]));
    }
    this.#socket.give();
  }

  async #ask(packet: Buffer): Promise<void> {
    const answer = Promise.withResolvers<void>();
    this.#answers.push(answer);
    if (this.#failure === undefined) this.#stream.write(packet);
    else this.#fail(this.#failure);
    await answer.promise;
  }

  #packet(bytes: Buffer, start: number, end: number): void {
    if (this.#definitions > 0) {
      this.#definitions -= 1;
    } else if (bytes[start] !== okByte) {
      this.#failure ??= serverErrorOf(bytes, start, end);
      this.#answers.shift()?.reject(serverErrorOf(bytes, start, end));
      return;
    } else if (this.#statement === undefined) {
      // COM_STMT_PREPARE_OK: status, number, columns, parameters; definitions and their EOF follow.
      this.#statement = bytes.readUInt32LE(start + 1);
      const parameters = bytes.readUInt16LE(start + 7);
      this.#definitions = parameters === 0 ? 0 : parameters + 1;
    }
    if (this.#definitions === 0) this.#answers.shift()?.resolve();
  }

  #fail(error: unknown): void {
    this.#failure ??= error;
    for (const answer of this.#answers.splice(0)) answer.reject(error);
  }
}

function head(command: number, bodyBytes: number): Buffer {
  const bytes = Buffer.alloc(frameHeaderBytes + 1);
  bytes.writeUIntLE(bodyBytes + 1, 0, 3);
  bytes.writeUInt8(command, frameHeaderBytes);
  return bytes;
}

function writeHead(batch: Buffer, statement: number, parameters: number): void {
  head(commands.bulkExecute, batch.length - frameHeaderBytes - 1).copy(batch);
  let at = batch.writeUInt32LE(statement, frameHeaderBytes + 1);
  at = batch.writeUInt16LE(sendsTypes, at);
  for (let parameter = 0; parameter < parameters; parameter++) at = batch.writeUInt16LE(typeString, at);
}
