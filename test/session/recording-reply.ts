import { collectRows } from '../../src/base/cells.ts';
import type { Cell } from '../../src/base/rows.ts';
import type { Relay, Reply, ResultSetEnd } from '../../src/wire/handler.ts';

/** One answer of a command as a test looks at it. */
export type Recorded = Readonly<{
  more: boolean;
  warnings: number;
  inTransaction: boolean;
  rows?: readonly (readonly Cell[])[];
  affectedRows?: bigint;
  /** Bytes of another server. */
  relayed?: Buffer;
}>;

const rowsMax = 1_000;

/** Takes the answers of a command, in order. */
export class RecordingReply implements Reply {
  readonly answers: Recorded[] = [];

  async ok(answer: Parameters<Reply['ok']>[0], more: boolean): Promise<void> {
    const { warnings, affectedRows, status } = answer;
    this.answers.push({ more, warnings, inTransaction: status.inTransaction, affectedRows });
  }

  async resultSet(
    result: Parameters<Reply['resultSet']>[0],
    end: ResultSetEnd,
    more: boolean,
  ): Promise<void> {
    const rows = await collectRows(result, rowsMax);
    const { warnings, status } = end();
    this.answers.push({ more, warnings, inTransaction: status.inTransaction, rows });
  }

  async relayed(send: (relay: Relay) => Promise<boolean>): Promise<void> {
    const relay = new RecordingRelay();
    const more = await send(relay);
    this.answers.push({ more, warnings: 0, inTransaction: false, relayed: Buffer.concat(relay.pieces) });
  }
}

/** Keeps what is passed on: frames with their headers, packets without. */
export class RecordingRelay implements Relay {
  readonly pieces: Buffer[] = [];
  readonly isReading = false;
  readonly isFull = false;

  frames(bytes: Buffer): void {
    if (bytes.length > 0) this.pieces.push(Buffer.from(bytes));
  }

  packet(payload: Uint8Array): void {
    this.pieces.push(Buffer.from(payload));
  }

  async flush(): Promise<void> {}
}
