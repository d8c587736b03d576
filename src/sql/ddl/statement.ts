import type { SourceText } from '../statement.ts';
import type { FunctionCharacteristics, FunctionParameter } from './function-definition.ts';
import type {
  CheckDefinition,
  ColumnDefinition,
  DataType,
  Expression,
  ForeignKeyDefinition,
  KeyDefinition,
  PartitionDefinition,
  Partitioning,
  TableDefinition,
  TableOptions,
} from './definition.ts';
import type { MaterializedViewStatement } from './materialized-view.ts';
import type { ObjectName } from './object-name.ts';

/** One data definition statement. Names are as written; nothing here has been looked up. */
export type DdlStatement =
  | DatabaseStatement
  | TableStatement
  | Readonly<{ kind: 'alter_table'; table: ObjectName; actions: readonly AlterAction[] }>
  | IndexStatement
  | ViewStatement
  | MaterializedViewStatement
  | FunctionStatement
  | RoutineStatement;

export type DatabaseStatement =
  | Readonly<{ kind: 'create_database'; name: DatabaseName; ifNotExists: boolean; options: DatabaseOptions }>
  | Readonly<{ kind: 'drop_database'; name: DatabaseName; ifExists: boolean; force: boolean }>
  /** Without a name the session's database is meant. */
  | Readonly<{ kind: 'alter_database'; name?: DatabaseName; options: DatabaseOptions }>;

/** A database as written; without a catalog the embedded engine's is meant. */
export type DatabaseName = Readonly<{ catalog?: string; name: string }>;

export type DatabaseOptions = Readonly<{
  characterSet?: string;
  collation?: string;
  encryption?: string;
  readOnly?: boolean;
  /** StarRocks. */
  comment?: string;
  properties: readonly (readonly [string, string])[];
}>;

export type TableStatement =
  | CreateTableStatement
  | Readonly<{
      kind: 'drop_table';
      names: readonly ObjectName[];
      ifExists: boolean;
      temporary: boolean;
      force: boolean;
    }>
  | Readonly<{ kind: 'truncate_table'; table: ObjectName; partitions?: readonly string[] }>
  | Readonly<{ kind: 'rename_table'; renames: readonly Readonly<{ from: ObjectName; to: ObjectName }>[] }>;

/** Exactly one of three: the definition alone; the definition and a SELECT that fills it; LIKE another table. */
export type CreateTableStatement = Readonly<{
  kind: 'create_table';
  name: ObjectName;
  ifNotExists: boolean;
  temporary: boolean;
  /** Of `asSelect` without a column list it has no columns; of `like` it has nothing. */
  definition: TableDefinition;
  like?: ObjectName;
  asSelect?: SourceText;
  /** IGNORE or REPLACE before the SELECT. */
  onDuplicate?: 'IGNORE' | 'REPLACE';
}>;

export type IndexStatement =
  | Readonly<{ kind: 'create_index'; table: ObjectName; key: KeyDefinition; ifNotExists: boolean }>
  | Readonly<{ kind: 'drop_index'; table: ObjectName; name: string; ifExists: boolean }>;

export type ViewStatement =
  | Readonly<{
      kind: 'create_view';
      /** ALTER VIEW: the view must exist. */
      alter: boolean;
      orReplace: boolean;
      ifNotExists: boolean;
      algorithm?: string;
      /** As written: `root`@`localhost`, CURRENT_USER. */
      definer?: string;
      sqlSecurity?: string;
      name: ObjectName;
      columns: readonly Readonly<{ name: string; comment?: string }>[];
      comment?: string;
      select: SourceText;
      checkOption?: 'LOCAL' | 'CASCADED';
    }>
  | Readonly<{ kind: 'drop_view'; names: readonly ObjectName[]; ifExists: boolean }>;

/** A function whose body is one expression. Other routines are `RoutineStatement`s. */
export type FunctionStatement =
  | Readonly<{
      kind: 'create_function';
      name: ObjectName;
      orReplace: boolean;
      ifNotExists: boolean;
      /** As written: `root`@`localhost`, CURRENT_USER. */
      definer?: string;
      parameters: readonly FunctionParameter[];
      /** Absent in StarRocks' form, where RETURNS has the expression. */
      returns?: DataType;
      characteristics: FunctionCharacteristics;
      body: SourceText;
    }>
  | Readonly<{
      kind: 'drop_function';
      name: ObjectName;
      ifExists: boolean;
      /** StarRocks' DROP FUNCTION f(INT, …). */
      types?: readonly DataType[];
    }>;

export const routineKinds = ['FUNCTION', 'PROCEDURE', 'TRIGGER', 'EVENT'] as const;
export type RoutineKind = (typeof routineKinds)[number];

/** Kept as text: the body is not read. */
export type RoutineStatement =
  | Readonly<{ kind: 'create_routine'; routine: RoutineKind; name: ObjectName; text: string }>
  | Readonly<{ kind: 'alter_routine'; routine: RoutineKind; name: ObjectName; text: string }>
  | Readonly<{ kind: 'drop_routine'; routine: RoutineKind; name: ObjectName; ifExists: boolean }>;

/** Where a new or moved column goes; at the end when absent. */
export type ColumnPosition = Readonly<{ kind: 'first' }> | Readonly<{ kind: 'after'; column: string }>;

type Placed = Readonly<{ column: ColumnDefinition; position?: ColumnPosition }>;

/** One action of ALTER TABLE. A column's own PRIMARY KEY, UNIQUE and CHECK follow it as actions of their own. */
export type AlterAction =
  | (Readonly<{ kind: 'add_column'; ifNotExists: boolean }> & Placed)
  | Readonly<{ kind: 'drop_column'; column: string; ifExists: boolean }>
  | (Readonly<{ kind: 'modify_column' }> & Placed)
  | (Readonly<{ kind: 'change_column'; from: string }> & Placed)
  | Readonly<{ kind: 'rename_column'; from: string; to: string }>
  | Readonly<{ kind: 'set_default'; column: string; default: Expression }>
  | Readonly<{ kind: 'drop_default'; column: string }>
  | Readonly<{ kind: 'set_column_visibility'; column: string; visible: boolean }>
  | Readonly<{ kind: 'add_key'; key: KeyDefinition; ifNotExists: boolean }>
  | Readonly<{ kind: 'drop_key'; name: string; ifExists: boolean }>
  | Readonly<{ kind: 'drop_primary_key' }>
  | Readonly<{ kind: 'rename_key'; from: string; to: string }>
  | Readonly<{ kind: 'set_key_visibility'; name: string; visible: boolean }>
  | Readonly<{ kind: 'add_foreign_key'; foreignKey: ForeignKeyDefinition }>
  | Readonly<{ kind: 'drop_foreign_key'; name: string; ifExists: boolean }>
  | Readonly<{ kind: 'add_check'; check: CheckDefinition }>
  | Readonly<{ kind: 'drop_check'; name: string }>
  | Readonly<{ kind: 'enforce_check'; name: string; enforced: boolean }>
  /** DROP CONSTRAINT: a check, a foreign key, a unique key or PRIMARY, whichever has the name. */
  | Readonly<{ kind: 'drop_constraint'; name: string; ifExists: boolean }>
  | Readonly<{ kind: 'rename_table'; to: ObjectName }>
  | Readonly<{ kind: 'set_options'; options: TableOptions }>
  | Readonly<{ kind: 'convert_character_set'; characterSet?: string; collation?: string }>
  | Readonly<{ kind: 'toggle_keys'; enabled: boolean }>
  | Readonly<{ kind: 'order_rows'; columns: readonly string[] }>
  /** ALGORITHM=, LOCK=, FORCE, WITH VALIDATION: hints on how, not what. */
  | Readonly<{ kind: 'no_effect'; text: string }>
  | PartitionAction
  | StarRocksAction;

export type PartitionAction =
  | Readonly<{
      kind: 'add_partitions';
      partitions: readonly PartitionDefinition[];
      ifNotExists: boolean;
      temporary: boolean;
    }>
  /** ADD PARTITION PARTITIONS n, of HASH and KEY. */
  | Readonly<{ kind: 'add_hash_partitions'; count: number }>
  | Readonly<{ kind: 'coalesce_partitions'; count: number }>
  | Readonly<{ kind: 'drop_partitions'; names: readonly string[]; ifExists: boolean; temporary: boolean }>
  /** The rows and ranges of temporary partitions take the place of those of others. */
  | Readonly<{
      kind: 'replace_partitions';
      names: readonly string[];
      temporaryNames: readonly string[];
      /** Together they hold the same range; else it is enough that they overlap no other partition. */
      strictRange: boolean;
      /** As many partitions as before keep the names of those they replace, unless this is set. */
      keepTemporaryNames: boolean;
    }>
  /** `names` is absent for ALL. */
  | Readonly<{ kind: 'truncate_partitions'; names?: readonly string[] }>
  | Readonly<{ kind: 'rename_partition'; from: string; to: string }>
  | Readonly<{
      kind: 'reorganize_partitions';
      names: readonly string[];
      into: readonly PartitionDefinition[];
    }>
  | Readonly<{ kind: 'exchange_partition'; name: string; table: ObjectName; validate: boolean }>
  | Readonly<{ kind: 'partition_by'; partitioning: Partitioning }>
  | Readonly<{ kind: 'remove_partitioning' }>
  /** ANALYZE, CHECK, OPTIMIZE, REBUILD, REPAIR PARTITION: maintenance that changes no definition. */
  | Readonly<{ kind: 'maintain_partitions'; names?: readonly string[]; operation: string }>
  | Readonly<{
      kind: 'modify_partitions';
      names?: readonly string[];
      properties: readonly (readonly [string, string])[];
    }>;

export type StarRocksAction =
  | Readonly<{ kind: 'set_properties'; properties: readonly (readonly [string, string])[] }>
  | Readonly<{ kind: 'swap_with'; table: string }>
  | Readonly<{ kind: 'sort_key'; columns: readonly string[] }>
  | Readonly<{ kind: 'distributed_by'; distribution: NonNullable<TableDefinition['distribution']> }>;
