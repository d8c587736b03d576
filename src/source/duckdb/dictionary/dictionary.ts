import { assert } from '../../../base/assert.ts';
import type { Clock } from '../../../base/clock.ts';
import type { RollupDefinition } from '../../../sql/ddl/definition.ts';
import { type Connection, rollbackQuietly } from '../connection/connection.ts';
import { type ChangeGuard, type ChangeStep, DictionaryChange, freely, type TemporaryStep } from './change.ts';
import { prepareTables, readDatabases, readObjects } from './tables.ts';
import { baseNamed, effectsOf, netChanges, type ObjectChange } from './view-dependents.ts';
import { forgetMarks, markAll } from './stale-marks.ts';
import { nameKey, sameName } from '../physical/names.ts';
import { byParent, type ForeignKey, parentKey } from './foreign-key.ts';
import type {
  StoredDatabase,
  StoredFunction,
  StoredMaterializedView,
  StoredObject,
  StoredTable,
} from './stored-object.ts';
import type { TableMemory } from './table-memory.ts';
import type { TemporaryTables } from './temporary-tables.ts';

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
  /** By the table that they refer to; for the same reason. */
  #foreignKeys: ReadonlyMap<string, readonly ForeignKey[]> | undefined;

  private constructor(clock: Clock, memory: TableMemory) {
    this.#clock = clock;
    this.#memory = memory;
  }

  /** Makes the dictionary's tables in a new file and reads what an old one holds. */
  static async open(connection: Connection, clock: Clock, memory: TableMemory): Promise<Dictionary> {
    const dictionary = new Dictionary(clock, memory);
    await prepareTables(connection);
    const databases = await readDatabases(connection);
    dictionary.#apply(databases.map((database) => ({ kind: 'put_database', database })));
    const { objects, functions } = await readObjects(connection);
    dictionary.#apply(objects.map((object) => ({ kind: 'put_object', object })));
    dictionary.#apply(functions.map((stored) => ({ kind: 'put_function', stored })));
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

  /** The foreign keys that refer to a table, in the order in which MySQL asks them; it may be missing itself. */
  foreignKeysTo(database: string, name: string): readonly ForeignKey[] {
    this.#foreignKeys ??= byParent(
      [...this.#objects.values()].flatMap((objects) => [...objects.values()]).filter(isBaseTable),
    );
    return this.#foreignKeys.get(parentKey({ database, name })) ?? [];
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
    this.#foreignKeys = undefined;
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
}

function applyTemporary(step: TemporaryStep, temporaryTables: TemporaryTables | undefined): void {
  assert(temporaryTables !== undefined, 'only sessions have temporary tables');
  if (step.kind === 'drop_object') return temporaryTables.forget(step.database, step.name);
  assert(step.object.kind === 'TABLE', 'only tables are temporary');
  temporaryTables.put(step.object);
}

function isBaseTable(object: StoredObject): object is StoredTable {
  return object.kind === 'TABLE';
}

function isTable(step: ChangeStep): boolean {
  return step.kind === 'put_object' && step.object.kind === 'TABLE';
}
