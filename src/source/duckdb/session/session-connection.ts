import type { Connection } from '../connection/connection.ts';
import type { NoteTaking } from '../connection/notes.ts';
import type { ConnectionPool, PooledConnection } from './connection-pool.ts';

/** The connection of one session, which it has while it needs one. */
export class SessionConnection implements Disposable {
  readonly #pool: ConnectionPool;
  #taken: PooledConnection | undefined;
  #isSpoilt = false;

  constructor(pool: ConnectionPool) {
    this.#pool = pool;
  }

  get isOpen(): boolean {
    return this.#taken !== undefined;
  }

  async open(): Promise<Connection> {
    this.#taken ??= await this.#pool.take();
    return this.#taken.connection;
  }

  /** Says what becomes of values that MySQL warns of, from here on; undefined to let them pass. */
  takeNotes(taking: NoteTaking | undefined): void {
    if (this.#taken !== undefined) this.#taken.channel.taking = taking;
  }

  /** Stops what runs on the connection. */
  interrupt(): void {
    this.#taken?.connection.interrupt();
  }

  /** Somebody may yet interrupt the connection: it is for no other session. */
  spoil(): void {
    this.#isSpoilt = true;
  }

  /** Leaves the connection to other sessions until the next statement. Nothing runs on it, and no transaction is open. */
  rest(): void {
    if (this.#isSpoilt) this[Symbol.dispose]();
    const taken = this.#taken;
    this.#taken = undefined;
    if (taken !== undefined) this.#pool.give(taken);
  }

  /** Ends the connection, whatever state it is in. The next statement gets another one. */
  [Symbol.dispose](): void {
    const taken = this.#taken;
    this.#taken = undefined;
    this.#isSpoilt = false;
    if (taken !== undefined) this.#pool.close(taken);
  }
}
