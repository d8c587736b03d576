import { assert } from '../../base/assert.ts';
import type { Clock } from '../../base/clock.ts';
import type { DataType, RollupDefinition, TableDefinition } from '../../sql/ddl/definition.ts';
import { duckdbText } from '../../sql/duckdb-quote.ts';
import type { Connection, Fact } from './connection.ts';
import type { FunctionDefinition } from '../../sql/ddl/function-definition.ts';
import {
  decodeMaterializedView,
  decodeOverloads,
  decodeTable,
  decodeView,
  encodeDefinition,
} from './dictionary-json.ts';
import { baseNamed, effectsOf, netChanges, type ObjectChange } from './materialized/dependents.ts';
import { taskRunsTable } from './materialized/runs.ts';
import { forgetMarks, markAll, staleTable } from './materialized/stale.ts';
import type { MaterializedView } from './materialized/view.ts';
import { dictionarySchema, isTemporaryPlace, nameKey, sameName } from './names.ts';
import type { TableMemory } from './table-memory.ts';
import type { TemporaryTables } from './temporary-tables.ts';

export type StoredDatabase = Readonly<{
  name: string;
  characterSet?: string;
  collation?: string;
  /** Milliseconds since the epoch. */
  createdAt: number;
}>;

/** A view as MySQL text. `select` is read with `database` as the current one, as it was at creation. */
export type ViewDefinition = Readonly<{
  select: string;
  database: string;
  /** The columns as they were at creation; MySQL freezes them too. */
  columns: readonly ViewColumn[];
  /** Whether its dates with time may have fractions of a second. */
  fractions: boolean;
  /** CREATE VIEW as written. */
  statement: string;
  /** SECURITY INVOKER: who reads it needs privileges on what it reads, too. */
  invoker?: boolean;
}>;

export type ViewColumn = Readonly<{ name: string; type: DataType; nullable: boolean }>;

export type StoredObject = Readonly<{
  database: string;
  name: string;
  createdAt: number;
  updatedAt: number;
}> &
  Readonly<
    | { kind: 'TABLE'; definition: TableDefinition }
    | { kind: 'VIEW'; definition: ViewDefinition }
    | { kind: 'MATERIALIZED_VIEW'; definition: MaterializedView }
  >;

export type StoredTable = Extract<StoredObject, { kind: 'TABLE' }>;
export type StoredView = Extract<StoredObject, { kind: 'VIEW' }>;
export type StoredMaterializedView = Extract<StoredObject, { kind: 'MATERIALIZED_VIEW' }>;

/** The definition of the DuckDB table that holds an object's rows; undefined for a view, which has none. */
export function heldTable(object: StoredObject): TableDefinition | undefined {
  switch (object.kind) {
    case 'TABLE':
      return object.definition;
    case 'MATERIALIZED_VIEW':
      return object.definition.table;
    case 'VIEW':
      return undefined;
  }
}

/** All functions of one name, which differ in the types of their parameters. A table may have the name too. */
export type StoredFunction = Readonly<{
  database: string;
  name: string;
  /** In the order in which they were made. */
  overloads: readonly StoredOverload[];
}>;

/** Times are milliseconds since the epoch. */
export type StoredOverload = FunctionDefinition & Readonly<{ createdAt: number; updatedAt: number }>;

/** Bumped when the dictionary's own tables change; a newer file is refused. */
const dictionaryVersion = 1;

/**
 * What MySQL knows of databases, tables and views and DuckDB does not. It lives in the same file as the data and
 * changes in the same transactions, so the two cannot part; reads are served from memory, which changes only
 * after a commit.
 */
export class Dictionary {
  readonly #clock: Clock;
  readonly #memory: TableMemory;
  readonly #databases = new Map<string, StoredDatabase>();
  readonly #objects = new Map<string, Map<string, StoredObject>>();
  readonly #functions = new Map<string, Map<string, StoredFunction>>();
  /** Kept until a definition changes: every change of rows asks. */
  #views: readonly StoredMaterializedView[] | undefined;

  private constructor(clock: Clock, memory: TableMemory) {
    this.#clock = clock;
    this.#memory = memory;
  }

  /** Makes the dictionary's tables in a new file and reads what an old one holds. */
  static async open(connection: Connection, clock: Clock, memory: TableMemory): Promise<Dictionary> {
    const dictionary = new Dictionary(clock, memory);
    for (const statement of dictionaryTables) await connection.run(statement);
    const version = await connection.fact(`SELECT max(version) FROM ${dictionarySchema}.version`);
    if (version === null) {
      await connection.run(`INSERT INTO ${dictionarySchema}.version VALUES (${dictionaryVersion})`);
    }
    assert(Number(version ?? 0) <= dictionaryVersion, 'the engine file was written by a newer version');
    await dictionary.#load(connection);
    return dictionary;
  }

  databases(): readonly StoredDatabase[] {
    return [...this.#databases.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  database(name: string): StoredDatabase | undefined {
    return this.#databases.get(nameKey(name));
  }

  /** Objects of a database by name; empty for an unknown database. */
  objects(database: string): readonly StoredObject[] {
    const found = this.#objects.get(nameKey(database));
    return found ? [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1)) : [];
  }

  object(database: string, name: string): StoredObject | undefined {
    return this.#objects.get(nameKey(database))?.get(nameKey(name));
  }

  table(database: string, name: string): StoredTable | undefined {
    const found = this.object(database, name);
    return found?.kind === 'TABLE' ? found : undefined;
  }

  /** Functions of a database by name; empty for an unknown database. */
  functions(database: string): readonly StoredFunction[] {
    const found = this.#functions.get(nameKey(database));
    return found ? [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1)) : [];
  }

  function(database: string, name: string): StoredFunction | undefined {
    return this.#functions.get(nameKey(database))?.get(nameKey(name));
  }

  /** The synchronous materialized view of this name, with the table it is part of. */
  rollup(
    database: string,
    name: string,
  ): Readonly<{ table: StoredTable; rollup: RollupDefinition }> | undefined {
    for (const table of this.#objects.get(nameKey(database))?.values() ?? []) {
      if (table.kind !== 'TABLE') continue;
      const rollup = table.definition.rollups?.find((each) => sameName(each.name, name));
      if (rollup !== undefined) return { table, rollup };
    }
    return undefined;
  }

  /** All materialized views of all databases. */
  materializedViews(): readonly StoredMaterializedView[] {
    this.#views ??= [...this.#objects.values()]
      .flatMap((objects) => [...objects.values()])
      .filter((object) => object.kind === 'MATERIALIZED_VIEW');
    return this.#views;
  }

  materializedView(database: string, name: string): StoredMaterializedView | undefined {
    const found = this.object(database, name);
    return found?.kind === 'MATERIALIZED_VIEW' ? found : undefined;
  }

  /** Those that read the object, also through views. */
  materializedViewsOn(database: string, name: string): readonly StoredMaterializedView[] {
    return this.materializedViews().filter(
      (view) => baseNamed(view.definition, database, name) !== undefined,
    );
  }

  /**
   * Runs `work` in one transaction of `connection`: what it changes in the engine and through `change` happens
   * together or not at all, with what that means for the materialized views. `connection` has no transaction open.
   * `guard` may refuse a change before it is made. Changes of temporary tables go to `temporaryTables`.
   */
  async transact<T>(
    connection: Connection,
    work: (change: DictionaryChange) => Promise<T>,
    guard: ChangeGuard = freely,
    temporaryTables?: TemporaryTables,
  ): Promise<T> {
    const change = new DictionaryChange(connection, this.#clock, guard);
    let result: T;
    await connection.run('BEGIN TRANSACTION');
    try {
      result = await work(change);
      await this.#settleViews(connection, change);
      await connection.run('COMMIT');
      this.#apply(change.steps);
      for (const step of change.temporarySteps) applyTemporary(step, temporaryTables);
    } catch (error) {
      await rollbackQuietly(connection);
      throw error;
    } finally {
      change.ended.dispose();
    }
    await this.#memory.tablesChanged(connection, change.steps.filter(isTable).length);
    return result;
  }

  /** Materialized views whose bases have changed become inactive, or are marked for their next refresh. */
  async #settleViews(connection: Connection, change: DictionaryChange): Promise<void> {
    const changes = this.#changesOf(change.steps);
    for (const { before, after } of changes) {
      if (before?.kind === 'MATERIALIZED_VIEW' && after === undefined) await forgetMarks(connection, before);
    }
    const { inactive, stale } = effectsOf(changes, this.#viewsAfter(changes));
    for (const { view, reason } of inactive) {
      const state = { kind: 'inactive', reason, byUser: false } as const;
      await change.putObject({ ...view, definition: { ...view.definition, state } });
    }
    for (const view of stale) await markAll(connection, view);
  }

  #changesOf(steps: readonly ChangeStep[]): readonly ObjectChange[] {
    const objects = steps.flatMap((step): readonly Readonly<Omit<ObjectChange, 'before'>>[] => {
      switch (step.kind) {
        case 'put_object':
          return [{ database: step.object.database, name: step.object.name, after: step.object }];
        case 'drop_object':
          return [{ database: step.database, name: step.name, after: undefined }];
        case 'drop_database':
          return this.objects(step.name).map(({ database, name }) => ({ database, name, after: undefined }));
        case 'put_database':
        case 'put_function':
        case 'drop_function':
          return [];
      }
    });
    return netChanges(objects, (database, name) => this.object(database, name));
  }

  #viewsAfter(changes: readonly ObjectChange[]): readonly StoredMaterializedView[] {
    const isChanged = (view: StoredMaterializedView): boolean =>
      changes.some((change) => sameName(change.database, view.database) && sameName(change.name, view.name));
    const changed = changes.flatMap(({ after }) => (after?.kind === 'MATERIALIZED_VIEW' ? [after] : []));
    return [...this.materializedViews().filter((view) => !isChanged(view)), ...changed];
  }

  #apply(steps: readonly ChangeStep[]): void {
    this.#views = undefined;
    for (const step of steps) {
      switch (step.kind) {
        case 'put_database':
          this.#databases.set(nameKey(step.database.name), step.database);
          if (!this.#objects.has(nameKey(step.database.name))) {
            this.#objects.set(nameKey(step.database.name), new Map());
            this.#functions.set(nameKey(step.database.name), new Map());
          }
          break;
        case 'drop_database':
          this.#databases.delete(nameKey(step.name));
          this.#objects.delete(nameKey(step.name));
          this.#functions.delete(nameKey(step.name));
          break;
        case 'put_object':
          this.#objects.get(nameKey(step.object.database))?.set(nameKey(step.object.name), step.object);
          break;
        case 'drop_object':
          this.#objects.get(nameKey(step.database))?.delete(nameKey(step.name));
          break;
        case 'put_function':
          this.#functions.get(nameKey(step.stored.database))?.set(nameKey(step.stored.name), step.stored);
          break;
        case 'drop_function':
          this.#functions.get(nameKey(step.database))?.delete(nameKey(step.name));
          break;
      }
    }
  }

  async #load(connection: Connection): Promise<void> {
    const databases = await connection.facts(
      `SELECT name, character_set, collation_name, created_at FROM ${dictionarySchema}.databases`,
    );
    for (const row of databases) this.#apply([{ kind: 'put_database', database: databaseOf(row) }]);
    const objects = await connection.facts(
      `SELECT database, name, kind, definition, created_at, updated_at FROM ${dictionarySchema}.objects`,
    );
    for (const row of objects) {
      const stored = row[2] === 'FUNCTION' ? undefined : objectOf(row);
      this.#apply([
        stored === undefined
          ? { kind: 'put_function', stored: functionOf(row) }
          : { kind: 'put_object', object: stored },
      ]);
    }
  }
}

type ChangeStep =
  | Readonly<{ kind: 'put_database'; database: StoredDatabase }>
  | Readonly<{ kind: 'drop_database'; name: string }>
  | Readonly<{ kind: 'put_object'; object: StoredObject }>
  | Readonly<{ kind: 'drop_object'; database: string; name: string }>
  | Readonly<{ kind: 'put_function'; stored: StoredFunction }>
  | Readonly<{ kind: 'drop_function'; database: string; name: string }>;

type TemporaryStep = Extract<ChangeStep, { kind: 'put_object' | 'drop_object' }>;

function applyTemporary(step: TemporaryStep, temporaryTables: TemporaryTables | undefined): void {
  assert(temporaryTables !== undefined, 'only sessions have temporary tables');
  if (step.kind === 'drop_object') return temporaryTables.forget(step.database, step.name);
  assert(step.object.kind === 'TABLE', 'only tables are temporary');
  temporaryTables.put(step.object);
}

function isTable(step: ChangeStep): boolean {
  return step.kind === 'put_object' && step.object.kind === 'TABLE';
}

/** A version of an object to be stored. `createdAt` defaults to now. */
export type NewObject = Readonly<{ database: string; name: string; createdAt?: number }> &
  Readonly<
    | { kind: 'TABLE'; definition: TableDefinition }
    | { kind: 'VIEW'; definition: ViewDefinition }
    | { kind: 'MATERIALIZED_VIEW'; definition: MaterializedView }
  >;

/** Throws for what must not be changed now: a database, or an object of one. */
export type ChangeGuard = Readonly<{
  database: (name: string) => void;
  object: (database: string, name: string) => void;
  function: (database: string, name: string) => void;
}>;

const freely: ChangeGuard = {
  database: () => undefined,
  object: () => undefined,
  function: () => undefined,
};

/** Changes of the dictionary inside one transaction. Others see them after its commit. */
export class DictionaryChange {
  readonly #connection: Connection;
  readonly #clock: Clock;
  readonly #guard: ChangeGuard;
  readonly #steps: ChangeStep[] = [];
  readonly #temporarySteps: TemporaryStep[] = [];
  /** Disposed when names resolve to what was changed, or never will. */
  readonly ended: DisposableStack = new DisposableStack();

  constructor(connection: Connection, clock: Clock, guard: ChangeGuard) {
    this.#connection = connection;
    this.#clock = clock;
    this.#guard = guard;
  }

  get steps(): readonly ChangeStep[] {
    return this.#steps;
  }

  /** Of temporary tables: nothing of them is written. */
  get temporarySteps(): readonly TemporaryStep[] {
    return this.#temporarySteps;
  }

  async putDatabase(
    database: Omit<StoredDatabase, 'createdAt'> & { readonly createdAt?: number },
  ): Promise<void> {
    this.#guard.database(database.name);
    const stored = { ...database, createdAt: database.createdAt ?? this.#clock.now() };
    await this.#deleteDatabaseRow(database.name);
    await this.#connection.run(
      `INSERT INTO ${dictionarySchema}.databases VALUES (${duckdbText(nameKey(stored.name))}, ` +
        `${duckdbText(stored.name)}, ${textOrNull(stored.characterSet)}, ${textOrNull(stored.collation)}, ${stored.createdAt})`,
    );
    this.#steps.push({ kind: 'put_database', database: stored });
  }

  /** Forgets a database and all its objects. */
  async dropDatabase(name: string): Promise<void> {
    this.#guard.database(name);
    await this.#deleteDatabaseRow(name);
    for (const table of ['objects', 'counters']) {
      await this.#connection.run(
        `DELETE FROM ${dictionarySchema}.${table} WHERE database_key = ${duckdbText(nameKey(name))}`,
      );
    }
    this.#steps.push({ kind: 'drop_database', name });
  }

  /** Stores an object under its name, in place of an earlier version. */
  async putObject(object: NewObject): Promise<void> {
    this.#guard.object(object.database, object.name);
    const now = this.#clock.now();
    const stored: StoredObject = { ...object, createdAt: object.createdAt ?? now, updatedAt: now };
    if (isTemporaryPlace(stored.database)) {
      this.#temporarySteps.push({ kind: 'put_object', object: stored });
      return;
    }
    await this.#deleteObjectRow(object.database, object.name);
    await this.#connection.run(
      `INSERT INTO ${dictionarySchema}.objects VALUES (${duckdbText(nameKey(stored.database))}, ` +
        `${duckdbText(nameKey(stored.name))}, ${duckdbText(stored.database)}, ${duckdbText(stored.name)}, ` +
        `${duckdbText(stored.kind)}, ${duckdbText(encodeDefinition(stored))}, ${stored.createdAt}, ${stored.updatedAt})`,
    );
    this.#steps.push({ kind: 'put_object', object: stored });
  }

  async dropObject(database: string, name: string): Promise<void> {
    if (isTemporaryPlace(database)) {
      this.#temporarySteps.push({ kind: 'drop_object', database, name });
      return;
    }
    this.#guard.object(database, name);
    await this.#deleteObjectRow(database, name);
    this.#steps.push({ kind: 'drop_object', database, name });
  }

  /** Stores all overloads of a function's name, in place of the earlier ones. */
  async putFunction(stored: StoredFunction): Promise<void> {
    const { database, name, overloads } = stored;
    this.#guard.function(database, name);
    const createdAt = Math.min(...overloads.map((overload) => overload.createdAt));
    const updatedAt = Math.max(...overloads.map((overload) => overload.updatedAt));
    await this.#deleteRow(database, name, isFunctionRow);
    await this.#connection.run(
      `INSERT INTO ${dictionarySchema}.objects VALUES (${duckdbText(nameKey(database))}, ` +
        `${duckdbText(nameKey(name))}, ${duckdbText(database)}, ${duckdbText(name)}, 'FUNCTION', ` +
        `${duckdbText(JSON.stringify(overloads))}, ${createdAt}, ${updatedAt})`,
    );
    this.#steps.push({ kind: 'put_function', stored });
  }

  async dropFunction(database: string, name: string): Promise<void> {
    this.#guard.function(database, name);
    await this.#deleteRow(database, name, isFunctionRow);
    this.#steps.push({ kind: 'drop_function', database, name });
  }

  async #deleteDatabaseRow(name: string): Promise<void> {
    await this.#connection.run(
      `DELETE FROM ${dictionarySchema}.databases WHERE key = ${duckdbText(nameKey(name))}`,
    );
  }

  async #deleteObjectRow(database: string, name: string): Promise<void> {
    await this.#deleteRow(database, name, `NOT (${isFunctionRow})`);
  }

  async #deleteRow(database: string, name: string, condition: string): Promise<void> {
    await this.#connection.run(
      `DELETE FROM ${dictionarySchema}.objects WHERE database_key = ${duckdbText(nameKey(database))} ` +
        `AND key = ${duckdbText(nameKey(name))} AND ${condition}`,
    );
  }
}

/** Functions have names of their own: one may be called as a table is. */
const isFunctionRow = "kind = 'FUNCTION'";

/** Ends a transaction that may already be gone; a connection is never left inside one. */
export async function rollbackQuietly(connection: Connection): Promise<void> {
  try {
    await connection.run('ROLLBACK');
  } catch (error) {
    const isGone = error instanceof Error && /no transaction is active/.test(error.message);
    if (!isGone) throw error;
  }
}

/** The names of a definition's columns, compared as names are. */
export function columnIndex(definition: TableDefinition, name: string): number {
  return definition.columns.findIndex((column) => sameName(column.name, name));
}

const dictionaryTables: readonly string[] = [
  `CREATE SCHEMA IF NOT EXISTS ${dictionarySchema}`,
  `CREATE TABLE IF NOT EXISTS ${dictionarySchema}.version(version INTEGER)`,
  `CREATE TABLE IF NOT EXISTS ${dictionarySchema}.databases(
    key VARCHAR, name VARCHAR, character_set VARCHAR, collation_name VARCHAR, created_at BIGINT)`,
  `CREATE TABLE IF NOT EXISTS ${dictionarySchema}.objects(
    database_key VARCHAR, key VARCHAR, database VARCHAR, name VARCHAR, kind VARCHAR, definition VARCHAR, created_at BIGINT, updated_at BIGINT)`,
  // Values an AUTO_INCREMENT counter has reached: appended by each INSERT, so that two of them never conflict.
  `CREATE TABLE IF NOT EXISTS ${dictionarySchema}.counters(
    database_key VARCHAR, key VARCHAR, next_value HUGEINT)`,
  // Shadow tables of restores that have not committed, and the restores that have.
  `CREATE TABLE IF NOT EXISTS ${dictionarySchema}.shadows(
    restore_id VARCHAR, database VARCHAR, target VARCHAR, shadow VARCHAR, facts VARCHAR)`,
  `CREATE TABLE IF NOT EXISTS ${dictionarySchema}.loads(restore_id VARCHAR, target VARCHAR, blob VARCHAR)`,
  `CREATE TABLE IF NOT EXISTS ${dictionarySchema}.commits(restore_id VARCHAR, committed_at BIGINT)`,
  staleTable,
  taskRunsTable,
  `CREATE SEQUENCE IF NOT EXISTS ${dictionarySchema}.view_ids START 10001`,
];

function textOrNull(value: string | undefined): string {
  return value === undefined ? 'NULL' : duckdbText(value);
}

function databaseOf(row: readonly Fact[]): StoredDatabase {
  const [name, characterSet, collation, createdAt] = row;
  return {
    name: String(name),
    createdAt: Number(createdAt),
    ...(typeof characterSet === 'string' ? { characterSet } : {}),
    ...(typeof collation === 'string' ? { collation } : {}),
  };
}

function functionOf(row: readonly Fact[]): StoredFunction {
  const [database, name, , definition] = row.map((value) => String(value));
  return {
    database: database as string,
    name: name as string,
    overloads: decodeOverloads(definition as string),
  };
}

function objectOf(row: readonly Fact[]): StoredObject {
  const [database, name, kind, definition, createdAt, updatedAt] = row.map((value) => String(value));
  const common = {
    database: database as string,
    name: name as string,
    createdAt: Number(createdAt),
    updatedAt: Number(updatedAt),
  };
  if (kind === 'TABLE') return { ...common, kind, definition: decodeTable(definition as string) };
  if (kind === 'VIEW') return { ...common, kind, definition: decodeView(definition as string) };
  assert(kind === 'MATERIALIZED_VIEW', 'the dictionary holds an object of an unknown kind');
  return { ...common, kind, definition: decodeMaterializedView(definition as string) };
}
