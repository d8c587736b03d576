import { createHash } from 'node:crypto';
import { canonicalJson } from '../../src/snapshot/canonical-json.ts';
import type { LocalFiles } from '../../src/snapshot/files.ts';
import type {
  ChunkRange,
  ExtractedChunk,
  Frozen,
  FrozenObject,
  RowChecksum,
} from '../../src/source/frozen.ts';
import type { ObjectName } from '../../src/source/objects.ts';
import type { RestorePlan, Restoring, RestoreFate } from '../../src/source/restoring.ts';
import type { Selection, Source, TargetHold } from '../../src/source/source.ts';
import { SourceError } from '../../src/source/source-error.ts';
import type { TableDefinition } from '../../src/sql/ddl/definition.ts';

/** A row is a number and a text; the number is the key. Partitions are named; a row knows its own. */
export type FakeRow = Readonly<{ id: number; text: string; partition?: string }>;
export type FakeTable = Readonly<{ partitions?: readonly string[]; rows: readonly FakeRow[] }>;
export type FakeView = Readonly<{ sql: string; dependsOn: readonly string[] }>;
export type FakeDatabase = Map<string, FakeTable | FakeView>;

type Shadow = { rows: FakeRow[]; blobs: Set<string> };
type FakeRestore = {
  database: string;
  plan: RestorePlan | undefined;
  shadows: Map<string, Shadow>;
  isCommitted: boolean;
  /** Whoever asked for the commit has written it down. */
  isForgotten: boolean;
};

/** What a fake server keeps on its disk: it outlives every `FakeSource` over it. */
export type FakeServer = {
  databases: Map<string, FakeDatabase>;
  restores: Map<string, FakeRestore>;
  now: () => number;
};

export type FakeOptions = Readonly<{
  files: LocalFiles;
  rowsPerChunk?: number;
  /** Another one than `fakeAlgorithm` stands for an engine that hashes in another way than an older one did. */
  algorithm?: string;
  /** Runs before each call takes effect, and may throw or wait. `point` names the call; `database` is told of a commit. */
  before?: (point: string, signal: AbortSignal | undefined, database?: string) => Promise<void>;
}>;

export const fakeAlgorithm = 'sum of sha-256, first 8 bytes';

export function fakeServer(now: () => number = () => 0): FakeServer {
  return { databases: new Map(), restores: new Map(), now };
}

/** Rows 1 … count of a table; equal arguments give equal rows. */
export function fakeRows(count: number, text: string, partition?: string): readonly FakeRow[] {
  return Array.from({ length: count }, (_, index) => ({
    id: index + 1,
    text: `${text} ${index + 1}`,
    ...(partition !== undefined && { partition }),
  }));
}

/** A source over plain data that keeps the port's promises and nothing else. */
export class FakeSource implements Source {
  readonly kind = 'duckdb';
  readonly version = '1.0-fake';
  readonly capabilities = {
    partitions: true,
    views: true,
    materializedViews: true,
    functions: false,
    programs: false,
    sequences: false,
  };
  readonly #server: FakeServer;
  readonly #options: FakeOptions;
  /** Reads that were taken and not yet released. */
  openReads = 0;
  /** Tables whose rows were said to be all there. */
  readonly sealed: string[] = [];
  /** What restores under way keep others from. */
  readonly holds: Set<TargetHold> = new Set();

  constructor(server: FakeServer, options: FakeOptions) {
    this.#server = server;
    this.#options = options;
  }

  async listDatabases(): Promise<readonly string[]> {
    return [...this.#server.databases.keys()];
  }

  async listObjects(database: string): Promise<readonly ObjectName[] | undefined> {
    const objects = this.#server.databases.get(database);
    if (objects === undefined) return undefined;
    return [...objects].map(([name, object]) => ({ kind: 'rows' in object ? 'TABLE' : 'VIEW', name }));
  }

  async listPartitions(database: string, table: string): Promise<readonly string[]> {
    const object = this.#server.databases.get(database)?.get(table);
    return object !== undefined && 'rows' in object ? (object.partitions ?? []) : [];
  }

  async freeze(selection: Selection, signal: AbortSignal): Promise<Frozen> {
    await this.#before('freeze', signal);
    const database = new Map(this.#server.databases.get(selection.database));
    const objects = selection.objects.map(({ name, partitions }) => {
      const object = database.get(name);
      if (object === undefined) throw new SourceError('missing', `table ${name} does not exist`);
      return frozenObject(name, object, partitions);
    });
    this.openReads += 1;
    let isOpen = true;
    return {
      objects,
      takenAt: this.#server.now(),
      position: {},
      warnings: [],
      readers: 2,
      plan: async (table, partition, previous, signal) => {
        await this.#before('plan', signal);
        return planChunks(rowsOf(database, table, partition), previous, this.#options.rowsPerChunk ?? 10);
      },
      extract: async (table, partition, range, path, signal) => {
        await this.#before('extract', signal);
        return await this.#extract(inRange(rowsOf(database, table, partition), range), path);
      },
      checksum: async (table, partitions, signal) => {
        await this.#before('checksum', signal);
        const rows = rowsOf(database, table, undefined);
        return this.#sum(rows.filter((row) => !partitions || partitions.includes(row.partition as string)));
      },
      smallPartitions: {
        groups: async (_table, partitions) => [partitions],
        extract: async (table, files, signal) => {
          await this.#before('extract', signal);
          return await Promise.all(
            files.map(async ({ partition, path }) => {
              const rows = rowsOf(database, table, partition);
              return { ...(await this.#extract(rows, path)), checksum: this.#sum(rows) };
            }),
          );
        },
      },
      [Symbol.asyncDispose]: async () => {
        if (isOpen) this.openReads -= 1;
        isOpen = false;
      },
    };
  }

  async openRestore(restoreId: string, database: string, signal: AbortSignal): Promise<Restoring> {
    await this.#before('open_restore', signal);
    const state = (): FakeRestore => {
      const known = this.#server.restores.get(restoreId);
      if (known !== undefined) return known;
      const fresh = { database, plan: undefined, shadows: new Map(), isCommitted: false, isForgotten: false };
      this.#server.restores.set(restoreId, fresh);
      return fresh;
    };
    return {
      isCommitted: async (signal) => {
        await this.#before('is_committed', signal);
        const known = this.#server.restores.get(restoreId);
        return known !== undefined && known.isCommitted && !known.isForgotten;
      },
      prepare: async (plan, signal) => {
        await this.#before('prepare', signal);
        state().plan = plan;
        for (const { target } of plan.tables) state().shadows.set(target, { rows: [], blobs: new Set() });
      },
      leftOut: async (signal) => {
        await this.#before('left_out', signal);
        return [];
      },
      load: async (target, _partition, blob, path, signal) => {
        await this.#before('load', signal);
        await this.#load(state().shadows.get(target), [{ blob, path }]);
      },
      loadTogether: async (target, files, signal) => {
        for (const _file of files) await this.#before('load', signal);
        await this.#load(state().shadows.get(target), files);
      },
      seal: async (target, signal) => {
        await this.#before('seal', signal);
        this.sealed.push(target);
      },
      checksum: async (target, _algorithm, signal) => {
        await this.#before('restored_checksum', signal);
        return this.#sum(state().shadows.get(target)?.rows ?? []);
      },
      checksumOfFiles: async (_target, paths, signal) => {
        await this.#before('checksum_of_files', signal);
        const files = await Promise.all(paths.map((path) => this.#options.files.read(path)));
        return this.#sum(files.flatMap((bytes) => decodeRows(bytes ?? new Uint8Array())));
      },
      commit: async (signal) => {
        await this.#before('commit', signal, database);
        this.#swap(state());
        await this.#before('committed', signal);
      },
      rollback: async () => {
        await this.#before('rollback', undefined);
        const known = this.#server.restores.get(restoreId);
        if (known !== undefined && !known.isCommitted) this.#server.restores.delete(restoreId);
      },
      forget: async (signal) => {
        await this.#before('forget', signal);
        const known = this.#server.restores.get(restoreId);
        if (known?.isCommitted) known.isForgotten = true;
      },
      [Symbol.asyncDispose]: async () => undefined,
    };
  }

  async previewRestore(plan: RestorePlan, signal: AbortSignal): Promise<readonly RestoreFate[]> {
    await this.#before('preview', signal);
    const here = this.#server.databases.get(plan.database);
    const tables = plan.tables.map((table) => ({ kind: 'TABLE' as const, ...table }));
    return [...tables, ...plan.others].map(({ kind, target }) => ({
      kind,
      target,
      action: here?.has(target) === true ? 'replace' : 'create',
    }));
  }

  holdTargets(hold: TargetHold): Disposable {
    this.holds.add(hold);
    return { [Symbol.dispose]: () => void this.holds.delete(hold) };
  }

  async sweepRestores(live: ReadonlySet<string>, signal: AbortSignal): Promise<void> {
    await this.#before('sweep', signal);
    for (const [id, restore] of this.#server.restores) {
      if (!live.has(id) && !restore.isCommitted) this.#server.restores.delete(id);
    }
  }

  #sum(rows: readonly FakeRow[]): RowChecksum {
    const { algorithm = fakeAlgorithm } = this.#options;
    const { value, ...rest } = fakeChecksum(rows);
    return { ...rest, algorithm, value: algorithm === fakeAlgorithm ? value : String(BigInt(value) * 2n) };
  }

  #swap(restore: FakeRestore): void {
    const { plan, database } = restore;
    if (plan === undefined) throw new SourceError('failed', 'commit before prepare');
    const objects: FakeDatabase = new Map(this.#server.databases.get(database));
    for (const { target, partitions, definition } of plan.tables) {
      const rows = restore.shadows.get(target)?.rows ?? [];
      const old = objects.get(target);
      const kept =
        partitions && old && 'rows' in old
          ? old.rows.filter((row) => !partitions.includes(row.partition as string))
          : [];
      const names = definition?.partitioning?.partitions.map((partition) => partition.name);
      const sorted = [...kept, ...rows].sort(byPartitionAndId);
      objects.set(target, { ...(names && { partitions: names }), rows: sorted });
    }
    for (const { target, ddl } of plan.others) objects.set(target, { sql: ddl, dependsOn: [] });
    this.#server.databases.set(database, objects);
    restore.isCommitted = true;
    restore.shadows.clear();
  }

  async #extract(rows: readonly FakeRow[], path: string): Promise<ExtractedChunk> {
    await this.#options.files.write(path, encodeRows(rows));
    const ids = rows.map((row) => row.id);
    const extremes = ids.length === 0 ? {} : { min: String(Math.min(...ids)), max: String(Math.max(...ids)) };
    return { rows: rows.length, bounds: [{ column: 'id', nulls: 0, ...extremes }] };
  }

  async #load(
    shadow: Shadow | undefined,
    files: readonly Readonly<{ blob: string; path: string }>[],
  ): Promise<void> {
    if (shadow === undefined) throw new SourceError('missing', 'the restore has no such shadow');
    const read = files.map(async ({ blob, path }) => ({
      blob,
      path,
      bytes: await this.#options.files.read(path),
    }));
    for (const { blob, path, bytes } of await Promise.all(read)) {
      if (bytes === undefined) throw new SourceError('failed', `no file '${path}'`);
      if (!shadow.blobs.has(blob)) shadow.rows.push(...decodeRows(bytes));
      shadow.blobs.add(blob);
    }
  }

  async #before(point: string, signal: AbortSignal | undefined, database?: string): Promise<void> {
    await this.#options.before?.(point, signal, database);
    signal?.throwIfAborted();
  }
}

function byPartitionAndId(left: FakeRow, right: FakeRow): number {
  const [first = '', second = ''] = [left.partition, right.partition];
  return first === second ? left.id - right.id : first < second ? -1 : 1;
}

export function fakeChecksum(rows: readonly FakeRow[]): RowChecksum {
  let sum = 0n;
  for (const row of rows) sum += createHash('sha256').update(canonicalJson(row)).digest().readBigUInt64BE(0);
  return { rows: rows.length, algorithm: fakeAlgorithm, value: String(sum) };
}

/** The definition of every fake table, partitioned by LIST when it has partitions. */
export function fakeDefinition(name: string, partitions?: readonly string[]): TableDefinition {
  const type = { arguments: [], unsigned: false, zerofill: false, values: [], elements: [] };
  const column = { nullable: true, autoIncrement: false, isKey: false, invisible: false };
  const partitioning = partitions && {
    kind: 'LIST' as const,
    columns: ['part'],
    spelling: 'LIST COLUMNS',
    partitions: partitions.map((partition) => ({
      name: partition,
      bounds: { kind: 'in' as const, rows: [[{ kind: 'literal' as const, text: `'${partition}'` }]] },
      properties: [],
    })),
  };
  return {
    name,
    columns: [
      { ...column, name: 'id', type: { ...type, name: 'BIGINT' }, nullable: false },
      { ...column, name: 'text', type: { ...type, name: 'VARCHAR', arguments: [100] } },
    ],
    primaryKey: { kind: 'PRIMARY', name: 'PRIMARY', parts: [{ column: 'id', descending: false }] },
    keys: [],
    foreignKeys: [],
    checks: [],
    ...(partitioning && { partitioning }),
    properties: [],
    options: { other: [] },
  };
}

function frozenObject(
  name: string,
  object: FakeTable | FakeView,
  partitions: readonly string[] | undefined,
): FrozenObject {
  if (!('rows' in object)) return { kind: 'VIEW', name, ddl: object.sql, dependsOn: object.dependsOn };
  const chosen = partitions ?? object.partitions;
  return {
    kind: 'TABLE',
    name,
    definition: fakeDefinition(name, object.partitions),
    ddl: `CREATE TABLE \`${name}\` (id bigint primary key, text varchar(100))`,
    columns: [
      { name: 'id', sourceType: 'bigint', parquetType: 'BIGINT' },
      { name: 'text', sourceType: 'varchar(100)', parquetType: 'VARCHAR' },
    ],
    key: ['id'],
    ...(chosen && { partitions: chosen }),
  };
}

/** Borders of `previous` are used again; rows behind the last one are cut anew. */
function planChunks(
  rows: readonly FakeRow[],
  previous: readonly ChunkRange[],
  rowsPerChunk: number,
): readonly ChunkRange[] {
  const old = previous.flatMap((range) => (range.kind === 'key' && range.lower ? [range.lower] : []));
  const last = Math.max(0, ...old.map(Number));
  const borders = [...old];
  let fresh = 0;
  for (const { id } of rows) {
    if (id > last && ++fresh > rowsPerChunk) {
      borders.push(String(id));
      fresh = 1;
    }
  }
  if (borders.length === 0) return [{ kind: 'all' }];
  return [null, ...borders].map((lower, index) => ({
    kind: 'key',
    column: 'id',
    lower,
    upper: borders[index] ?? null,
  }));
}

function rowsOf(
  database: ReadonlyMap<string, FakeTable | FakeView>,
  table: string,
  partition: string | undefined,
): readonly FakeRow[] {
  const object = database.get(table);
  if (object === undefined || !('rows' in object)) throw new SourceError('missing', `no table ${table}`);
  return object.rows.filter((row) => partition === undefined || row.partition === partition);
}

function inRange(rows: readonly FakeRow[], range: ChunkRange): readonly FakeRow[] {
  if (range.kind !== 'key') return rows;
  const lower = range.lower === null ? -Infinity : Number(range.lower);
  const upper = range.upper === null ? Infinity : Number(range.upper);
  return rows.filter((row) => row.id >= lower && row.id < upper);
}

function encodeRows(rows: readonly FakeRow[]): Uint8Array {
  return Buffer.from(rows.map((row) => `${canonicalJson(row)}\n`).join(''));
}

function decodeRows(bytes: Uint8Array): readonly FakeRow[] {
  const lines = Buffer.from(bytes).toString('utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as FakeRow); // Only `encodeRows` writes these files.
}
