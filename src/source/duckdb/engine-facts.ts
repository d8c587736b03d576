import type {
  ColumnDefinition,
  DataType,
  RollupDefinition,
  TableDefinition,
} from '../../sql/ddl/definition.ts';
import type { FunctionDefinition } from '../../sql/ddl/function-definition.ts';
import { printMaterializedView, printRefreshScheme } from '../../sql/ddl/print/materialized-view.ts';
import { quoteName } from '../../sql/quote.ts';
import type {
  StoredDatabase,
  StoredMaterializedView,
  StoredObject,
  StoredTable,
} from './dictionary/stored-object.ts';
import { changedView } from './dml/changed-view.ts';
import type { DynamicPartitions, DynamicRun } from './dynamic-partitions.ts';
import type { Embedded } from './embedded.ts';
import type { Engine } from './engine/engine.ts';
import { readRuns, type TaskRun } from './dictionary/task-runs.ts';
import {
  type RefreshReport,
  refreshType,
  shownMaterializedView,
  taskName,
} from './dictionary/materialized-view.ts';
import { physicalName } from './physical/names.ts';
import { countPartitions } from './partitions/counts.ts';
import { hasTemporary } from '../../sql/ddl/partitions-of.ts';
import { temporaryTable } from './partitions/temporary.ts';
import { systemContext } from './translation/system-context.ts';
import { translateSelect } from './translation/translator.ts';

/** An object as the catalog above describes it. Times are ms since the epoch. */
export type EngineObject = Readonly<{
  database: string;
  name: string;
  createdAt: number;
  updatedAt: number;
}> &
  Readonly<
    | { kind: 'TABLE'; definition: TableDefinition; temporary?: true }
    | {
        kind: 'VIEW';
        /** CREATE VIEW as it was written. */
        statement: string;
        select: string;
        columns: readonly Readonly<{ name: string; type: DataType; nullable: boolean }>[];
        checkOption?: 'LOCAL' | 'CASCADED';
        invoker?: boolean;
      }
    | {
        kind: 'MATERIALIZED_VIEW';
        statement: string;
        select: string;
        columns: readonly ColumnDefinition[];
        comment?: string;
        facts: EngineViewFacts;
      }
  >;

/** What SHOW asks of a temporary table. */
export type TemporaryTable = Readonly<{ object: EngineObject; autoIncrement: bigint | undefined }>;

export type EngineFunction = Readonly<{
  database: string;
  name: string;
  definition: FunctionDefinition;
  createdAt: number;
  updatedAt: number;
}>;

/** What is known of a materialized view beside its statement. */
export type EngineViewFacts = Readonly<{
  id: number;
  refreshType: 'ASYNC' | 'MANUAL' | 'ROLLUP';
  isActive: boolean;
  inactiveReason?: string;
  isPartitioned: boolean;
  /** A rollup has none. */
  task?: Readonly<{ name: string; schedule: string; creator: string }>;
  lastRefresh?: RefreshReport;
}>;

/** What SHOW and information_schema ask of the engine. Names and definitions come from memory. */
export class EngineFacts {
  readonly #engine: Engine;
  readonly #dynamicPartitions: DynamicPartitions;

  constructor({ engine, dynamicPartitions }: Pick<Embedded, 'engine' | 'dynamicPartitions'>) {
    this.#engine = engine;
    this.#dynamicPartitions = dynamicPartitions;
  }

  listDatabases(): readonly StoredDatabase[] {
    return this.#engine.dictionary.databases();
  }

  /** Undefined for a database that does not exist. */
  listObjects(database: string): readonly EngineObject[] | undefined {
    const { dictionary } = this.#engine;
    if (dictionary.database(database) === undefined) return undefined;
    return dictionary.objects(database).map((object) => described(object));
  }

  findObject(database: string, name: string): EngineObject | undefined {
    const { dictionary } = this.#engine;
    const found = dictionary.object(database, name);
    if (found !== undefined) return described(found);
    const rolled = dictionary.rollup(database, name);
    return rolled && describedRollup(rolled.table, rolled.rollup);
  }

  /** Each overload by itself; undefined for a database that does not exist. */
  listFunctions(database: string): readonly EngineFunction[] | undefined {
    const { dictionary } = this.#engine;
    if (dictionary.database(database) === undefined) return undefined;
    return dictionary.functions(database).flatMap(({ database: of, name, overloads }) =>
      overloads.map((definition) => {
        const { createdAt, updatedAt } = definition;
        return { database: of, name, definition, createdAt, updatedAt };
      }),
    );
  }

  /** Rows of a table. DuckDB counts from the row groups' heads, not from the rows. 0 for a table that has gone. */
  async rowCount(database: string, table: string, signal: AbortSignal): Promise<number> {
    signal.throwIfAborted();
    const { dictionary } = this.#engine;
    const found = dictionary.object(database, table);
    if (found === undefined) return await this.#rollupRows(database, table);
    if (found.kind === 'VIEW') return 0;
    using connection = await this.#engine.connect();
    return Number(await connection.fact(`SELECT count(*) FROM ${physicalName(found.database, found.name)}`));
  }

  /** Those of a synchronous materialized view are counted: it has none of its own. */
  async #rollupRows(database: string, name: string): Promise<number> {
    const found = this.#engine.dictionary.rollup(database, name);
    if (found === undefined) return 0;
    const context = systemContext(this.#engine, found.table.database);
    const { sql } = translateSelect(this.#engine, context, `SELECT COUNT(*) FROM ${quoteName(name)}`);
    using connection = await this.#engine.connect();
    return Number(await connection.fact(sql));
  }

  /** Whether rows can be changed through a view. */
  isUpdatable(database: string, view: string): boolean {
    const found = this.#engine.dictionary.object(database, view);
    return found?.kind === 'VIEW' && changedView(this.#engine, found).kind === 'changed';
  }

  /** Rows of each partition in order; empty for an unpartitioned table. */
  async partitionRows(database: string, table: string, signal: AbortSignal): Promise<readonly number[]> {
    signal.throwIfAborted();
    const found = this.#engine.dictionary.table(database, table);
    if (found === undefined) return [];
    const translator = { engine: this.#engine, context: systemContext(this.#engine, found.database) };
    using connection = await this.#engine.connect();
    const name = physicalName(found.database, found.name);
    return await countPartitions(connection, found.definition, name, translator);
  }

  /** Runs of the tasks that refresh materialized views, the oldest first. */
  async taskRuns(signal: AbortSignal): Promise<readonly TaskRun[]> {
    signal.throwIfAborted();
    using connection = await this.#engine.connect();
    return await readRuns(connection);
  }

  dynamicRun(database: string, table: string): DynamicRun | undefined {
    return this.#dynamicPartitions.lastRun(database, table);
  }

  /** Rows of each temporary partition in order. */
  async temporaryPartitionRows(
    database: string,
    table: string,
    signal: AbortSignal,
  ): Promise<readonly number[]> {
    signal.throwIfAborted();
    const found = this.#engine.dictionary.table(database, table);
    if (found === undefined || !hasTemporary(found.definition)) return [];
    const { name, definition } = temporaryTable(found);
    const translator = { engine: this.#engine, context: systemContext(this.#engine, found.database) };
    using connection = await this.#engine.connect();
    return await countPartitions(connection, definition, physicalName(found.database, name), translator);
  }

  /** Next value of the AUTO_INCREMENT counter; undefined for a table without one. */
  autoIncrement(database: string, table: string): bigint | undefined {
    const found = this.#engine.dictionary.table(database, table);
    const hasOne = found?.definition.columns.some((column) => column.autoIncrement) === true;
    return hasOne ? this.#engine.counters.next(database, table) : undefined;
  }
}

function described(object: StoredObject): EngineObject {
  if (object.kind === 'TABLE') return object;
  if (object.kind === 'MATERIALIZED_VIEW') return describedView(object);
  const { database, name, createdAt, updatedAt, definition } = object;
  const { statement, select, columns, checkOption, invoker } = definition;
  return {
    kind: 'VIEW',
    database,
    name,
    createdAt,
    updatedAt,
    statement,
    select,
    columns,
    ...(checkOption === undefined ? {} : { checkOption }),
    ...(invoker === undefined ? {} : { invoker }),
  };
}

function describedView({ definition, ...object }: StoredMaterializedView): EngineObject {
  const { state, partitionBy, creator, lastRefresh, refresh, table } = definition;
  const { comment } = table.options;
  return {
    ...object,
    statement: shownMaterializedView(object.name, definition),
    select: definition.select,
    columns: table.columns,
    ...(comment === undefined ? {} : { comment }),
    facts: {
      id: definition.id,
      refreshType: refreshType(definition),
      isActive: state.kind === 'active',
      ...(state.kind === 'inactive' ? { inactiveReason: state.reason } : {}),
      isPartitioned: partitionBy !== undefined,
      task: { name: taskName(definition), schedule: scheduleOf(refresh), creator },
      ...(lastRefresh === undefined ? {} : { lastRefresh }),
    },
  };
}

/** The scheme without its first word. */
function scheduleOf(refresh: StoredMaterializedView['definition']['refresh']): string {
  return printRefreshScheme({ ...refresh, moment: 'IMMEDIATE' }).replace('REFRESH ', '');
}

function describedRollup({ database }: StoredTable, rollup: RollupDefinition): EngineObject {
  const { id, name, select, comment, properties, createdAt } = rollup;
  const commented = comment === undefined ? {} : { comment };
  const columns = rollup.columns.map((column): ColumnDefinition => ({
    ...column,
    nullable: true,
    autoIncrement: false,
    isKey: false,
    invisible: false,
  }));
  const statement = printMaterializedView({ name, columns, properties, select, ...commented });
  const facts = { id, refreshType: 'ROLLUP' as const, isActive: true, isPartitioned: false };
  const shown = { statement, select, columns, ...commented, facts };
  return { kind: 'MATERIALIZED_VIEW', database, name, createdAt, updatedAt: createdAt, ...shown };
}
