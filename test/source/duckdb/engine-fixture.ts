import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Cell, ColumnVector, ResultSet } from '../../../src/base/rows.ts';
import { bytesAt } from '../../../src/base/span.ts';
import { systemClock } from '../../../src/base/clock.ts';
import { SqlError } from '../../../src/base/sql-error.ts';
import { type Embedded, openEmbedded } from '../../../src/source/duckdb/embedded.ts';
import type { Engine, EngineOptions } from '../../../src/source/duckdb/engine/engine.ts';
import { EmbeddedSession } from '../../../src/source/duckdb/query-session.ts';
import type { ObjectAccess } from '../../../src/source/object-access.ts';
import type { QueryAnswer, QueryContext } from '../../../src/source/query.ts';

/** MySQL 8's default. */
const sqlMode =
  'ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO';

/** A session whose variables a test may set, and an engine in a temporary folder that goes with it. */
export class EngineFixture implements AsyncDisposable {
  readonly folder: string;
  readonly variables: Map<string, Cell>;
  database: string | undefined = 'shop';
  access: ObjectAccess | undefined = undefined;
  embedded: Embedded;
  #session: EmbeddedSession;

  private constructor(folder: string, embedded: Embedded) {
    this.folder = folder;
    this.embedded = embedded;
    this.#session = new EmbeddedSession(embedded);
    this.variables = new Map<string, Cell>([
      ['sql_mode', sqlMode],
      ['autocommit', 1n],
      ['time_zone', '+00:00'],
    ]);
  }

  /** Opens an engine with an empty database `shop`. */
  static async open(options: Partial<EngineOptions> = {}): Promise<EngineFixture> {
    const folder = await mkdtemp(path.join(tmpdir(), 'holdfast-engine-'));
    const embedded = await openEmbedded({ folder, threads: 2, clock: systemClock, ...options });
    const fixture = new EngineFixture(folder, embedded);
    await fixture.run('CREATE DATABASE shop');
    return fixture;
  }

  get engine(): Engine {
    return this.embedded.engine;
  }

  get session(): EmbeddedSession {
    return this.#session;
  }

  get context(): QueryContext {
    return {
      connectionId: 7,
      user: 'root@localhost',
      database: this.database,
      access: this.access,
      variable: (name) => this.variables.get(name),
      userVariable: () => undefined,
      setUserVariable: () => undefined,
      lastInsertId: 0n,
      foundRows: 0n,
      rowCount: 0n,
      now: () => Date.UTC(2026, 0, 2, 3, 4, 5, 678),
    };
  }

  /** Another login at the same engine. */
  other(): EngineFixture {
    return new EngineFixture(this.folder, this.embedded);
  }

  async run(sql: string, parameters: readonly Cell[] = []): Promise<QueryAnswer> {
    return this.#session.run(sql, parameters, this.context, new AbortController().signal);
  }

  /** Runs statements one after another. */
  async all(...statements: readonly string[]): Promise<void> {
    for (const statement of statements) await this.run(statement);
  }

  /** The rows of a query, each value as the text a client would see. */
  async rows(sql: string, parameters: readonly Cell[] = []): Promise<readonly (readonly Cell[])[]> {
    const answer = await this.run(sql, parameters);
    if (answer.kind !== 'rows') throw new Error(`${sql} gives no rows`);
    return readRows(answer.result);
  }

  /** The rows of a query as `a|b` texts, which read well in a table of cases. */
  async lines(sql: string): Promise<readonly string[]> {
    return (await this.rows(sql)).map((row) => row.map((value) => String(value)).join('|'));
  }

  /** What a statement answers in short: `affected/lastInsertId/info`. */
  async answer(sql: string): Promise<string> {
    const answer = await this.run(sql);
    if (answer.kind !== 'ok') throw new Error(`${sql} gives rows`);
    return [answer.affectedRows, answer.lastInsertId, answer.info].join('/');
  }

  /** The error of a statement as `kind: message`. */
  async error(sql: string): Promise<string> {
    try {
      const answer = await this.run(sql);
      if (answer.kind === 'rows') await readRows(answer.result);
    } catch (error) {
      if (error instanceof SqlError) return `${error.kind}: ${error.message}`;
      throw error;
    }
    return 'no error';
  }

  /** Closes the engine and opens its folder again, as after a restart. */
  async reopen(): Promise<void> {
    await this.#session[Symbol.asyncDispose]();
    await this.embedded[Symbol.asyncDispose]();
    this.embedded = await openEmbedded({ folder: this.folder, threads: 2, clock: systemClock });
    this.#session = new EmbeddedSession(this.embedded);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#session[Symbol.asyncDispose]();
    await this.embedded[Symbol.asyncDispose]();
    await rm(this.folder, { recursive: true, force: true });
  }
}

export async function readRows(result: ResultSet): Promise<readonly (readonly Cell[])[]> {
  const rows: Cell[][] = [];
  for await (const batch of result.batches) {
    for (let row = 0; row < batch.rowCount; row++) {
      rows.push(
        batch.vectors.map((vector, column) => valueAt(vector, row, result.columns[column]?.decimals ?? 0)),
      );
    }
  }
  return rows;
}

function valueAt(vector: ColumnVector, row: number, decimals: number): Cell {
  if (vector.kind === 'cells') return vector.values[row] ?? null;
  const { validity } = vector;
  if (validity !== undefined && ((validity[row >> 3] ?? 0) & (1 << (row & 7))) === 0) return null;
  switch (vector.kind) {
    case 'bytes':
      return Buffer.from(bytesAt(vector.locate, row)).toString('utf8');
    case 'decimal':
      return scaled(BigInt(vector.values[row] ?? 0), vector.scale);
    case 'date':
      return new Date((vector.values[row] ?? 0) * 86_400_000).toISOString().slice(0, 10);
    case 'datetime':
      return datetimeText(vector.values[row] ?? 0n, decimals);
    case 'time':
      return timeText(vector.values[row] ?? 0n, decimals);
    default:
      return vector.values[row] ?? null;
  }
}

function scaled(value: bigint, scale: number): string {
  if (scale === 0) return value.toString();
  const digits = (value < 0n ? -value : value).toString().padStart(scale + 1, '0');
  return `${value < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

function datetimeText(micros: bigint, decimals: number): string {
  const seconds = new Date(Number(micros / 1000n)).toISOString().slice(0, 19).replace('T', ' ');
  return decimals === 0
    ? seconds
    : `${seconds}.${String(micros % 1_000_000n)
        .padStart(6, '0')
        .slice(0, decimals)}`;
}

function timeText(micros: bigint, decimals: number): string {
  const size = micros < 0n ? -micros : micros;
  const text = `${two(size / 3_600_000_000n)}:${two((size / 60_000_000n) % 60n)}:${two((size / 1_000_000n) % 60n)}`;
  const fraction =
    decimals === 0
      ? ''
      : `.${String(size % 1_000_000n)
          .padStart(6, '0')
          .slice(0, decimals)}`;
  return `${micros < 0n ? '-' : ''}${text}${fraction}`;
}

function two(value: bigint): string {
  return String(value).padStart(2, '0');
}
