/**
 * What a CREATE TABLE says, in MySQL's spelling, StarRocks' or a mix of both. Kept whole, so that SHOW CREATE
 * TABLE, the manifest and a restore give back what was written, also where the engine below has no use for it.
 */
export type TableDefinition = Readonly<{
  name: string;
  columns: readonly ColumnDefinition[];
  primaryKey?: KeyDefinition;
  /** UNIQUE, INDEX, FULLTEXT, SPATIAL and StarRocks' BITMAP/GIN indexes, in the order written. */
  keys: readonly KeyDefinition[];
  foreignKeys: readonly ForeignKeyDefinition[];
  checks: readonly CheckDefinition[];
  /** StarRocks' DUPLICATE/AGGREGATE/UNIQUE/PRIMARY KEY (…) after the column list. */
  model?: Readonly<{ kind: 'DUPLICATE' | 'AGGREGATE' | 'UNIQUE' | 'PRIMARY'; columns: readonly string[] }>;
  partitioning?: Partitioning;
  /** DISTRIBUTED BY HASH (…) BUCKETS n, or RANDOM. */
  distribution?: Readonly<{ kind: 'HASH' | 'RANDOM'; columns: readonly string[]; buckets?: number }>;
  /** ORDER BY (…): StarRocks' sort key. */
  orderBy?: readonly string[];
  /** PROPERTIES ("k" = "v"), in the order written. */
  properties: readonly (readonly [string, string])[];
  options: TableOptions;
  /** Synchronous materialized views of the table, which are part of it. */
  rollups?: readonly RollupDefinition[];
}>;

/** A synchronous materialized view. */
export type RollupDefinition = Readonly<{
  id: number;
  name: string;
  /** The name of the table in `select`: the table's own when the rollup was made. */
  table: string;
  select: string;
  columns: readonly Readonly<{ name: string; type: DataType }>[];
  comment?: string;
  properties: readonly (readonly [string, string])[];
  /** Milliseconds since the epoch. */
  createdAt: number;
}>;

export type TableOptions = Readonly<{
  engine?: string;
  autoIncrement?: bigint;
  characterSet?: string;
  collation?: string;
  comment?: string;
  /** ROW_FORMAT, KEY_BLOCK_SIZE, STATS_PERSISTENT …: kept and shown, without effect. */
  other: readonly (readonly [string, string])[];
}>;

export type ColumnDefinition = Readonly<{
  name: string;
  type: DataType;
  nullable: boolean;
  /**
   * A literal as SHOW CREATE TABLE prints it (`'5'`, `'3.00'`, `b'1'`, `0xFF`), CURRENT_TIMESTAMP[(n)], or an
   * expression in its parentheses. Absent for none and for DEFAULT NULL, which a nullable column has anyway.
   */
  default?: Expression;
  autoIncrement: boolean;
  onUpdate?: Expression;
  generated?: Readonly<{ expression: Expression; stored: boolean }>;
  /** StarRocks' aggregate of an AGGREGATE KEY table: SUM, MIN, MAX, REPLACE, REPLACE_IF_NOT_NULL, HLL_UNION, BITMAP_UNION. */
  aggregate?: string;
  /** StarRocks' KEY word after the type. */
  isKey: boolean;
  invisible: boolean;
  comment?: string;
  /** Spatial reference system of a GEOMETRY column. */
  srid?: number;
}>;

/** SQL text in MySQL's dialect. */
export type Expression = Readonly<{ text: string }>;

export type DataType = Readonly<{
  /** Upper case, one canonical word or two: `INT`, `BIGINT`, `DECIMAL`, `VARCHAR`, `DOUBLE`, `LARGEINT`, `ARRAY`, `MAP`, `STRUCT` … (INTEGER → INT, BOOL → TINYINT(1) unless StarRocks' BOOLEAN, NUMERIC → DECIMAL). */
  name: string;
  /** (n) or (p, s) or the fractional digits of DATETIME(n). */
  arguments: readonly number[];
  unsigned: boolean;
  zerofill: boolean;
  /** ENUM and SET. */
  values: readonly string[];
  characterSet?: string;
  collation?: string;
  /** ARRAY<t>: [t]; MAP<k, v>: [k, v]; STRUCT: the fields' types, with `fieldNames`. */
  elements: readonly DataType[];
  fieldNames?: readonly string[];
}>;

export type KeyPart = Readonly<{
  column: string;
  prefixLength?: number;
  descending: boolean;
  expression?: Expression;
}>;

export type KeyDefinition = Readonly<{
  kind: 'PRIMARY' | 'UNIQUE' | 'INDEX' | 'FULLTEXT' | 'SPATIAL' | 'BITMAP' | 'GIN' | 'NGRAMBF';
  /** PRIMARY for the primary key; given or made from the first column as MySQL does. */
  name: string;
  parts: readonly KeyPart[];
  method?: string;
  comment?: string;
  /** KEY_BLOCK_SIZE, WITH PARSER, INVISIBLE (without a value): kept and shown, without effect. */
  other?: readonly (readonly [string, string])[];
  /** StarRocks' ("k" = "v") after USING. */
  properties?: readonly (readonly [string, string])[];
}>;

export type ForeignKeyDefinition = Readonly<{
  name: string;
  columns: readonly string[];
  referencedDatabase?: string;
  referencedTable: string;
  referencedColumns: readonly string[];
  onDelete?: string;
  onUpdate?: string;
}>;

export type CheckDefinition = Readonly<{ name: string; expression: Expression; enforced: boolean }>;

export type Partitioning = Readonly<{
  kind: 'RANGE' | 'LIST' | 'HASH' | 'KEY' | 'EXPRESSION';
  /** RANGE COLUMNS / LIST COLUMNS, and StarRocks' forms: columns. Else empty and `expression` is set. */
  columns: readonly string[];
  expression?: Expression;
  /** `RANGE`, `RANGE COLUMNS`, `LIST`, `LIST COLUMNS`, `HASH`, `LINEAR HASH`, `KEY`, `LINEAR KEY`, `EXPRESSION`. */
  spelling: string;
  partitions: readonly PartitionDefinition[];
  /** StarRocks' temporary partitions: beside the others, with rows of their own that no query of the table reads. */
  temporary?: readonly PartitionDefinition[];
  /** PARTITIONS n of HASH and KEY. */
  count?: number;
}>;

/** One partition with its bounds as SQL literals' values (text as a client would see it), or MAXVALUE. */
export type PartitionDefinition = Readonly<{
  name: string;
  bounds:
    | Readonly<{ kind: 'less_than'; values: readonly PartitionValue[] }>
    /** StarRocks' [(lower), (upper)). */
    | Readonly<{ kind: 'fixed'; lower: readonly PartitionValue[]; upper: readonly PartitionValue[] }>
    | Readonly<{ kind: 'in'; rows: readonly (readonly PartitionValue[])[] }>
    | Readonly<{ kind: 'none' }>;
  comment?: string;
  properties: readonly (readonly [string, string])[];
}>;

/** A bound: MAXVALUE, NULL, or a literal with the SQL text that makes it (`'2024-01-01'`, `10`). */
export type PartitionValue =
  Readonly<{ kind: 'max' }> | Readonly<{ kind: 'null' }> | Readonly<{ kind: 'literal'; text: string }>;
