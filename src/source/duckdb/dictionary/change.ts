import type { Clock } from '../../../base/clock.ts';
import type { TableDefinition } from '../../../sql/ddl/definition.ts';
import { duckdbText } from '../../../sql/duckdb-quote.ts';
import type { Connection } from '../connection/connection.ts';
import { encodeDefinition } from './json.ts';
import type { MaterializedView } from './materialized-view.ts';
import { dictionarySchema, isTemporaryPlace, nameKey } from '../physical/names.ts';
import type { StoredDatabase, StoredFunction, StoredObject, ViewDefinition } from './stored-object.ts';

export type ChangeStep =
  | Readonly<{ kind: 'put_database'; database: StoredDatabase }>
  | Readonly<{ kind: 'drop_database'; name: string }>
  | Readonly<{ kind: 'put_object'; object: StoredObject }>
  | Readonly<{ kind: 'drop_object'; database: string; name: string }>
  | Readonly<{ kind: 'put_function'; stored: StoredFunction }>
  | Readonly<{ kind: 'drop_function'; database: string; name: string }>;

export type TemporaryStep = Extract<ChangeStep, { kind: 'put_object' | 'drop_object' }>;

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

/** Everything may be changed. */
export const freely: ChangeGuard = {
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

function textOrNull(value: string | undefined): string {
  return value === undefined ? 'NULL' : duckdbText(value);
}
