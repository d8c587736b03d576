import { assert } from '../base/assert.ts';
import type { ResultSet } from '../base/rows.ts';
import type { OkAnswer, Relay, Reply, ResultSetEnd, ServerStatus } from './handler.ts';
import { writeOk } from './packets/ok.ts';
import { PacketRelay } from './packet-relay.ts';
import { type ResultFormat, ResultWriter } from './result-writer.ts';
import type { Transport } from './transport.ts';

/** The answers of one command, in the form the client asked for. */
export class CommandReply implements Reply {
  readonly #transport: Transport;
  readonly #capabilities: number;
  readonly #format: ResultFormat;
  readonly #status: () => ServerStatus;
  #isComplete = false;

  constructor(transport: Transport, capabilities: number, format: ResultFormat, status: () => ServerStatus) {
    this.#transport = transport;
    this.#capabilities = capabilities;
    this.#format = format;
    this.#status = status;
  }

  /** An answer without MORE_RESULTS was given: the client waits for nothing else. */
  get isComplete(): boolean {
    return this.#isComplete;
  }

  async ok(answer: OkAnswer, more: boolean): Promise<void> {
    assert(!this.#isComplete, 'no answer follows the last one');
    this.#transport.packet((writer) => writeOk(writer, answer, more));
    this.#isComplete = !more;
    await this.#transport.flush();
  }

  async resultSet(result: ResultSet, end: ResultSetEnd, more: boolean): Promise<void> {
    assert(!this.#isComplete, 'no answer follows the last one');
    const writer = new ResultWriter(this.#transport, this.#capabilities, this.#format, result.columns);
    writer.head(this.#status());
    for await (const batch of result.batches) {
      this.#transport.closed.throwIfAborted();
      await writer.rows(batch);
    }
    writer.end(end(), more);
    this.#isComplete = !more;
    await this.#transport.flush();
  }

  async relayed(send: (relay: Relay) => Promise<boolean>): Promise<void> {
    assert(!this.#isComplete, 'no answer follows the last one');
    this.#isComplete = !(await send(new PacketRelay(this.#transport)));
    await this.#transport.flush();
  }
}
