import { present } from '../../../base/assert.ts';
import { SourceError } from '../../source-error.ts';
import type { Connection } from '../connection/connection.ts';
import type { Engine } from '../engine/engine.ts';
import { checkNotInterrupted, interruptible } from '../connection/interruptible.ts';

/** Tries to get all connections to one point in time; between two of them nothing may commit. */
const alignAttemptsMax = 10;

/**
 * Connections whose transactions all see the same committed state, so that several chunks are read at once. DuckDB
 * numbers the begin of every transaction and every commit from one counter: transactions with consecutive numbers
 * have nothing between them.
 */
export class SnapshotPool implements AsyncDisposable {
  readonly #idle: Connection[];
  readonly #all: Set<Connection>;
  readonly #waiting: ((connection: Connection | undefined) => void)[] = [];

  private constructor(connections: readonly Connection[]) {
    this.#all = new Set(connections);
    this.#idle = [...connections];
  }

  /** Opens up to `wanted` connections at one point in time; fewer, but one at least, when others write all the while. */
  static async open(engine: Engine, wanted: number, signal: AbortSignal): Promise<SnapshotPool> {
    for (let attempt = 1; ; attempt++) {
      checkNotInterrupted(signal, 'taking a consistent read');
      const size = attempt < alignAttemptsMax ? wanted : 1;
      const connections = await Promise.all(Array.from({ length: size }, () => engine.connect()));
      const numbers = await Promise.all(connections.map(beginReading));
      if (areConsecutive(numbers)) return new SnapshotPool(connections);
      for (const connection of connections) connection.close();
    }
  }

  /** Connections that can read at once. Shrinks when one fails: DuckDB ends the transaction with the statement. */
  get size(): number {
    return this.#all.size;
  }

  /** Runs statements on one of the connections, waiting for a free one. */
  async use<T>(doing: string, signal: AbortSignal, work: (connection: Connection) => Promise<T>): Promise<T> {
    const connection = await this.#take();
    // A call that was cancelled while it waited has not touched the transaction.
    let isAlive = signal.aborted;
    try {
      const value = await interruptible(connection, doing, signal, () => work(connection));
      isAlive = true;
      return value;
    } finally {
      if (isAlive) this.#give(connection);
      else this.#retire(connection);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const connection of this.#all) this.#retire(connection);
  }

  async #take(): Promise<Connection> {
    if (this.#all.size === 0) throw lost();
    const free = this.#idle.pop();
    if (free !== undefined) return free;
    const { promise, resolve } = Promise.withResolvers<Connection | undefined>();
    this.#waiting.push(resolve);
    const connection = await promise;
    if (connection === undefined) throw lost();
    return connection;
  }

  #give(connection: Connection): void {
    if (!this.#all.has(connection)) return;
    const next = this.#waiting.shift();
    if (next === undefined) this.#idle.push(connection);
    else next(connection);
  }

  /** Closing ends the transaction. Whoever still waits is told when no connection is left. */
  #retire(connection: Connection): void {
    this.#all.delete(connection);
    const idle = this.#idle.indexOf(connection);
    if (idle >= 0) this.#idle.splice(idle, 1);
    connection.interrupt();
    connection.close();
    if (this.#all.size > 0) return;
    for (const wake of this.#waiting.splice(0)) wake(undefined);
  }
}

/** `BEGIN` alone takes no point in time; the first statement that looks at the file does. */
async function beginReading(connection: Connection): Promise<bigint> {
  await connection.run('BEGIN TRANSACTION');
  return BigInt(String(await connection.fact('SELECT txid_current()')));
}

function areConsecutive(numbers: readonly bigint[]): boolean {
  const ordered = numbers.toSorted((left, right) => (left < right ? -1 : 1));
  const first = present(ordered[0], 'the number of a transaction');
  return ordered.every((number, index) => number === first + BigInt(index));
}

function lost(): SourceError {
  return new SourceError('unavailable', 'the consistent read was lost with its last connection');
}
