import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import type { ServerProcess } from './server-process.ts';

/** Often enough that some write is under way whatever happens, seldom enough to leave the machine to the test. */
const everyMs = 60;

/** Far longer than a node lags behind another. */
const readWithinMs = 120_000;

/**
 * A client at each node that writes all the time, each write a role of its own, and keeps which were answered OK. A client
 * whose node is gone waits for it to be started again.
 */
export class AcknowledgedWrites {
  readonly #nodeOf: (name: string) => ServerProcess | undefined;
  readonly #acknowledged: string[] = [];
  readonly #loops: readonly Promise<void>[];
  #isStopped = false;
  #count = 0;
  failures = 0;

  constructor(names: readonly string[], nodeOf: (name: string) => ServerProcess | undefined) {
    this.#nodeOf = nodeOf;
    this.#loops = names.map((name) => this.#writeAt(name));
  }

  get count(): number {
    return this.#acknowledged.length;
  }

  /** Resolves when the last write is answered. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.all(this.#loops);
  }

  /**
   * Throws for a write that was answered OK and that a node does not know, also after it has read what the others wrote:
   * nodes read it a moment later.
   */
  async check(node: ServerProcess): Promise<void> {
    const end = Date.now() + readWithinMs;
    let lost = await this.#unknownTo(node);
    while (lost.length > 0 && Date.now() < end) {
      await sleep(everyMs);
      lost = await this.#unknownTo(node);
    }
    assert.deepEqual(lost, [], 'every write that was answered OK is there');
  }

  async #unknownTo(node: ServerProcess): Promise<readonly string[]> {
    const connection = await node.connect();
    const [rows] = await connection.query<RowDataPacket[]>('SHOW ROLES');
    await connection.end();
    const known = new Set(rows.map((row) => String(row['Name'])));
    return this.#acknowledged.filter((role) => !known.has(role));
  }

  async #writeAt(name: string): Promise<void> {
    let connection: Connection | undefined;
    let at: ServerProcess | undefined;
    while (!this.#isStopped) {
      const role = `written_${(this.#count += 1)}_by_${name}`;
      try {
        if (at !== this.#nodeOf(name)) {
          connection?.destroy();
          connection = undefined;
        }
        at = this.#nodeOf(name);
        if (connection === undefined) {
          connection = await at?.connect();
          connection?.on('error', () => undefined);
        }
        if (connection !== undefined) {
          await connection.query(`CREATE ROLE ${role}`);
          this.#acknowledged.push(role);
        }
      } catch {
        this.failures += 1;
        connection?.destroy();
        connection = undefined;
      }
      await sleep(everyMs);
    }
    connection?.destroy();
  }
}
