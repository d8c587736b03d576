import type { Connection } from '../connection/connection.ts';
import type { NoteChannel, NoteTaking } from '../connection/notes.ts';
import type { Engine } from '../engine/engine.ts';

/** The connection of one session, which its first statement opens. */
export class SessionConnection implements Disposable {
  readonly #engine: Pick<Engine, 'connect' | 'notes'>;
  #opened: Readonly<{ connection: Connection; channel: NoteChannel }> | undefined;

  constructor(engine: Pick<Engine, 'connect' | 'notes'>) {
    this.#engine = engine;
  }

  get isOpen(): boolean {
    return this.#opened !== undefined;
  }

  async open(): Promise<Connection> {
    if (this.#opened !== undefined) return this.#opened.connection;
    const connection = await this.#engine.connect();
    this.#opened = { connection, channel: await this.#engine.notes.open(connection) };
    return connection;
  }

  /** Says what becomes of values that MySQL warns of, from here on; undefined to let them pass. */
  takeNotes(taking: NoteTaking | undefined): void {
    if (this.#opened !== undefined) this.#opened.channel.taking = taking;
  }

  /** Stops what runs on the connection. */
  interrupt(): void {
    this.#opened?.connection.interrupt();
  }

  /** The next statement opens another one. */
  [Symbol.dispose](): void {
    if (this.#opened === undefined) return;
    const { connection, channel } = this.#opened;
    this.#opened = undefined;
    this.#engine.notes.close(channel);
    connection.close();
  }
}
