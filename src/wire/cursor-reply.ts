import { assert } from '../base/assert.ts';
import type { ResultSet } from '../base/rows.ts';
import type { OkAnswer, Relay, Reply, ResultSetEnd } from './handler.ts';
import type { CommandReply } from './reply.ts';
import { type PacketSink, ResultWriter } from './result-writer.ts';
import type { RowSpool } from './row-spool.ts';
import type { Transport } from './transport.ts';
import { PacketWriter } from './writer.ts';

/** Rows are kept in pieces of this size. */
const pieceBytes = 64 * 1_024;

/**
 * The answer to an EXECUTE that asks for a cursor. A result set is read to its end at once, so that other statements
 * may follow on the connection: the client gets its columns, and by FETCH its rows. Clients that ask for a cursor count
 * on one for every result set (Connector/J: `useCursorFetch`).
 */
export class CursorReply implements Reply {
  readonly #transport: Transport;
  readonly #capabilities: number;
  readonly #open: () => RowSpool;
  /** For answers that are no result set. */
  readonly #plain: CommandReply;
  #isOpen = false;

  constructor(transport: Transport, capabilities: number, open: () => RowSpool, plain: CommandReply) {
    this.#transport = transport;
    this.#capabilities = capabilities;
    this.#open = open;
    this.#plain = plain;
  }

  get isComplete(): boolean {
    return this.#isOpen || this.#plain.isComplete;
  }

  ok(answer: OkAnswer, more: boolean): Promise<void> {
    return this.#plain.ok(answer, more);
  }

  relayed(send: (relay: Relay) => Promise<boolean>): Promise<void> {
    return this.#plain.relayed(send);
  }

  async resultSet(result: ResultSet, end: ResultSetEnd, more: boolean): Promise<void> {
    assert(!more, 'a prepared statement has one answer');
    const rows = new ResultWriter(new SpoolSink(this.#open()), this.#capabilities, 'binary', result.columns);
    for await (const batch of result.batches) {
      this.#transport.closed.throwIfAborted();
      await rows.rows(batch);
    }
    await rows.flush();
    const head = new ResultWriter(this.#transport, this.#capabilities, 'binary', result.columns);
    head.columns();
    head.end(end(), false, 'open');
    this.#isOpen = true;
    await this.#transport.flush();
  }
}

/** Keeps packets for a cursor. Their sequence numbers are given when they are sent. */
class SpoolSink implements PacketSink {
  readonly writer: PacketWriter = new PacketWriter(pieceBytes);
  readonly #spool: RowSpool;

  constructor(spool: RowSpool) {
    this.#spool = spool;
  }

  packet(write: (writer: PacketWriter) => void): void {
    this.writer.packet(write);
  }

  get isBatchFull(): boolean {
    return this.writer.at >= pieceBytes;
  }

  async flush(): Promise<void> {
    await this.#spool.add(this.writer.take());
  }
}
