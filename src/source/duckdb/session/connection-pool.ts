import type { Connection } from '../connection/connection.ts';
import type { NoteChannel } from '../connection/notes.ts';
import type { Engine } from '../engine/engine.ts';

/** A connection with the channel of what its statements note. */
export type PooledConnection = Readonly<{ connection: Connection; channel: NoteChannel }>;

/**
 * As many statements as two cores can work on, and some that wait. Each holds on to some hundred kilobytes: the temporary
 * tables of its last statement, which the next one replaces.
 */
const idleMax = 16;

/** Connections that sessions take for a statement or a transaction: one that is idle costs the engine nothing. */
export class ConnectionPool implements Disposable {
  readonly #engine: Pick<Engine, 'connect' | 'notes'>;
  readonly #idle: PooledConnection[] = [];
  #isClosed = false;

  constructor(engine: Pick<Engine, 'connect' | 'notes'>) {
    this.#engine = engine;
  }

  /** The one that was given back last, or a new one. To be given back or closed. */
  async take(): Promise<PooledConnection> {
    const idle = this.#idle.pop();
    if (idle !== undefined) return idle;
    const connection = await this.#engine.connect();
    return { connection, channel: await this.#engine.notes.open(connection) };
  }

  /** Only one on which nothing runs and no transaction is open, and that has nothing which a session would miss. */
  give(given: PooledConnection): void {
    given.channel.taking = undefined;
    if (this.#isClosed || this.#idle.length >= idleMax) this.close(given);
    else this.#idle.push(given);
  }

  close({ connection, channel }: PooledConnection): void {
    this.#engine.notes.close(channel);
    connection.close();
  }

  /** Before the engine closes. Connections that are out are closed when they are given back. */
  [Symbol.dispose](): void {
    this.#isClosed = true;
    for (const idle of this.#idle.splice(0)) this.close(idle);
  }
}
