import type { ColumnDefinition, DataType, TableDefinition } from '../sql/ddl/definition.ts';
import type { FunctionDefinition } from '../sql/ddl/function-definition.ts';
import type { MaterializedViewFacts, TaskRunFacts } from './materialized-views.ts';

/**
 * What the catalog must know of databases to answer SHOW and information_schema. The embedded engine gives it from
 * its dictionary, so that no data is read; counts are what the engine knows at no cost.
 */
export interface CatalogView {
  listDatabases(): readonly DatabaseFacts[];
  /** `undefined` for a database that does not exist. Names are compared without case. */
  listObjects(database: string): readonly ObjectFacts[] | undefined;
  findObject(database: string, name: string): ObjectFacts | undefined;
  /** Stored functions of a database by name, each overload by itself; `undefined` for a database that does not exist. */
  listFunctions(database: string): readonly FunctionFacts[] | undefined;
  /** Whether rows can be changed through a view. */
  isUpdatable(database: string, view: string): boolean;
  /** Rows of a table as the engine estimates them. */
  rowCount(database: string, table: string, signal: AbortSignal): Promise<number>;
  /** Next value of the AUTO_INCREMENT counter; undefined for a table without one. */
  autoIncrement(database: string, table: string): bigint | undefined;
  /** Rows of each partition, in order; empty for an unpartitioned table. */
  partitionRows(database: string, table: string, signal: AbortSignal): Promise<readonly number[]>;
  /** Runs of the tasks that refresh materialized views, the oldest first. */
  taskRuns(signal: AbortSignal): Promise<readonly TaskRunFacts[]>;
  /** What the last look at a table's dynamic partitions did; undefined before the first one. */
  dynamicRun(database: string, table: string): DynamicRunFacts | undefined;
  /** Rows of each temporary partition, in order. */
  temporaryPartitionRows(database: string, table: string, signal: AbortSignal): Promise<readonly number[]>;
}

/** `at` is ms since the epoch; a failure has its text. */
export type DynamicRunFacts = Readonly<{ at: number; createFailure?: string; dropFailure?: string }>;

export type DatabaseFacts = Readonly<{ name: string; characterSet?: string; collation?: string }>;

/** Times are ms since the epoch. */
export type ObjectFacts = Readonly<{ database: string; name: string; createdAt: number; updatedAt: number }> &
  Readonly<
    | { kind: 'TABLE'; definition: TableDefinition; temporary?: true }
    | {
        kind: 'VIEW';
        /** CREATE VIEW as SHOW CREATE VIEW prints it. */
        statement: string;
        /** The query, in MySQL's dialect. */
        select: string;
        columns: readonly Readonly<{ name: string; type: DataType; nullable: boolean; comment?: string }>[];
        checkOption?: 'LOCAL' | 'CASCADED';
        /** SQL SECURITY INVOKER. */
        invoker?: boolean;
      }
    | {
        kind: 'MATERIALIZED_VIEW';
        /** CREATE MATERIALIZED VIEW as SHOW CREATE MATERIALIZED VIEW prints it. */
        statement: string;
        select: string;
        columns: readonly ColumnDefinition[];
        comment?: string;
        facts: MaterializedViewFacts;
      }
  >;

export type FunctionFacts = Readonly<{
  database: string;
  name: string;
  definition: FunctionDefinition;
  /** Milliseconds since the epoch. */
  createdAt: number;
  updatedAt: number;
}>;
export type MaterializedViewObject = Extract<ObjectFacts, { kind: 'MATERIALIZED_VIEW' }>;
