import type { DataType, TableDefinition } from '../../../sql/ddl/definition.ts';
import type { FunctionDefinition } from '../../../sql/ddl/function-definition.ts';
import type { MaterializedView } from './materialized-view.ts';

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
  /** The account that made it, whose privileges changes through it need; one that was restored has none. */
  definer?: string;
  checkOption?: 'LOCAL' | 'CASCADED';
  /** ALGORITHM = TEMPTABLE: nothing is changed through it. */
  temptable?: true;
  /** That of its literals, where it is another than the default one. */
  collation?: string;
}>;

export type ViewColumn = Readonly<{ name: string; type: DataType; nullable: boolean; comment?: string }>;

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
