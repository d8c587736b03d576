import type { PartitionDefinition, TableDefinition } from '../sql/ddl/definition.ts';
import type { ChunkRange, ColumnBounds, HeldRows, RowChecksum, SourceColumn } from '../source/frozen.ts';
import { type CreationSettings, type OtherKind, otherKinds, type Trigger } from '../source/objects.ts';
import { partitionBounds, tableDefinition } from './definition-schema.ts';
import {
  choice,
  constant,
  count,
  dictionary,
  instant,
  list,
  matching,
  oneOf,
  optional,
  orNull,
  record,
  type RecordSchema,
  type Schema,
  sha256Text,
  text,
} from './schema.ts';

/** What one snapshot holds. docs/format.md says what each field means to a reader; a test compares the two. */
export type Manifest = Readonly<{
  format: typeof manifestFormat;
  formatVersion: typeof manifestVersion;
  label: string;
  timestamp: string;
  /** Of the job: its submission, and the moment at which this manifest was built. */
  createdAt: number;
  finishedAt: number;
  /** The point in time that was read. */
  takenAt: number;
  server: Readonly<{ node: string; version: string; job: string }>;
  catalog: Readonly<{ name: string; kind: 'duckdb' | 'mysql'; version: string }>;
  database: string;
  /** CREATE DATABASE as the source shows it; absent for the embedded engine. */
  databaseDdl?: string;
  position: Readonly<Record<string, string>>;
  warnings: readonly string[];
  properties: SnapshotProperties;
  /** In an order in which each can be created. */
  objects: readonly ManifestObject[];
  /** Of BACKUP … EXTERNAL CATALOGS: then there are no objects, and the database is the empty text. */
  externalCatalogs?: readonly SavedCatalog[];
}>;

/** The definition of an external catalog. Secrets are never in it. */
export type SavedCatalog = Readonly<{
  name: string;
  comment?: string;
  /** In the order in which they were given. */
  properties: readonly SavedProperty[];
  /** Names of the secrets that were left out. */
  missing: readonly string[];
}>;

export type SavedProperty = Readonly<{ key: string; value: string }>;

export type SnapshotProperties = Readonly<{
  type: 'FULL';
  /** As written in BACKUP … PROPERTIES, such as `7 DAY`; absent keeps the snapshot for ever. */
  ttl?: string;
}>;

export type ManifestObject = ManifestTable | ManifestView;

export type ManifestTable = Readonly<{
  kind: 'TABLE';
  name: string;
  ddl: string;
  /** Absent where the source's server knows more than our parser does. */
  definition?: TableDefinition;
  columns: readonly SourceColumn[];
  /** Columns of the primary key, else of the key model; empty without one. */
  key: readonly string[];
  autoIncrement?: string;
  triggers?: readonly Trigger[];
  rows: number;
  checksum: Checksum;
  /** Of an unpartitioned table. */
  chunks: readonly ManifestChunk[];
  /** Of a partitioned one: those that were backed up, in order. */
  partitions?: readonly ManifestPartition[];
}>;

export type ManifestView = Readonly<{
  kind: OtherKind;
  name: string;
  ddl: string;
  dependsOn: readonly string[];
  settings?: CreationSettings;
  basesOutside?: readonly string[];
  held?: ManifestHeld;
}>;

/** The rows of an object that is no table. */
export type ManifestHeld = HeldRows & Pick<ManifestTable, 'rows' | 'checksum' | 'chunks'>;

/** What is known of rows, whoever holds them. */
export type ManifestRows = Pick<ManifestTable, 'rows' | 'checksum' | 'chunks' | 'partitions'>;

export type ManifestPartition = Readonly<{
  name: string;
  bounds: PartitionDefinition['bounds'];
  rows: number;
  checksum: Checksum;
  chunks: readonly ManifestChunk[];
}>;

export type ManifestChunk = Readonly<{
  range: ChunkRange;
  sha256: string;
  bytes: number;
  rows: number;
  bounds: readonly ColumnBounds[];
}>;

export type Checksum = Omit<RowChecksum, 'rows'>;

/** Says that a JSON file is a manifest of ours. */
export const manifestFormat = 'holdfast snapshot';
/** Raised when a reader of the old version would misread the new one; new optional fields do not raise it. */
export const manifestVersion = 1;

export const chunkRange: Schema<ChunkRange> = choice<ChunkRange>('kind', {
  all: record<Extract<ChunkRange, { kind: 'all' }>>('ChunkRange', { kind: constant('all') }),
  key: record<Extract<ChunkRange, { kind: 'key' }>>('ChunkRange', {
    kind: constant('key'),
    column: text,
    lower: orNull(text),
    upper: orNull(text),
  }),
  rows: record<Extract<ChunkRange, { kind: 'rows' }>>('ChunkRange', {
    kind: constant('rows'),
    lower: count,
    upper: orNull(count),
  }),
});

export const columnBounds: RecordSchema<ColumnBounds> = record<ColumnBounds>('ColumnBounds', {
  column: text,
  min: optional(text),
  max: optional(text),
  nulls: count,
});

export const checksum: RecordSchema<Checksum> = record<Checksum>('Checksum', {
  algorithm: text,
  value: matching('digits', /^\d{1,60}$/),
});

const chunk: RecordSchema<ManifestChunk> = record<ManifestChunk>('Chunk', {
  range: chunkRange,
  sha256: sha256Text,
  bytes: count,
  rows: count,
  bounds: list(columnBounds),
});

export const sourceColumn: RecordSchema<SourceColumn> = record<SourceColumn>('Column', {
  name: text,
  sourceType: text,
  parquetType: text,
});

const partition: RecordSchema<ManifestPartition> = record<ManifestPartition>('Partition', {
  name: text,
  bounds: partitionBounds,
  rows: count,
  checksum,
  chunks: list(chunk),
});

export const trigger: RecordSchema<Trigger> = record<Trigger>('Trigger', {
  name: text,
  ddl: text,
  settings: dictionary(text),
});

const table: RecordSchema<ManifestTable> = record<ManifestTable>('Table', {
  kind: constant('TABLE'),
  name: text,
  ddl: text,
  definition: optional(tableDefinition),
  columns: list(sourceColumn),
  key: list(text),
  autoIncrement: optional(text),
  triggers: optional(list(trigger)),
  rows: count,
  checksum,
  chunks: list(chunk),
  partitions: optional(list(partition)),
});

const held: RecordSchema<ManifestHeld> = record<ManifestHeld>('HeldRows', {
  definition: tableDefinition,
  columns: list(sourceColumn),
  key: list(text),
  rows: count,
  checksum,
  chunks: list(chunk),
});

/** What is written of an object that is no table. */
const manifestView: RecordSchema<ManifestView> = record<ManifestView>('View', {
  kind: oneOf(otherKinds),
  name: text,
  ddl: text,
  dependsOn: list(text),
  settings: optional(dictionary(text)),
  basesOutside: optional(list(text)),
  held: optional(held),
});

/** One case for each kind of object. */
export function byKind<T>(
  table: Schema<Extract<T, { kind: 'TABLE' }>>,
  other: Schema<Extract<T, { kind: OtherKind }>>,
): Readonly<Record<string, Schema<T>>> {
  return Object.fromEntries([['TABLE', table], ...otherKinds.map((kind) => [kind, other] as const)]);
}

const server: RecordSchema<Manifest['server']> = record<Manifest['server']>('Server', {
  node: text,
  version: text,
  job: text,
});

const catalog: RecordSchema<Manifest['catalog']> = record<Manifest['catalog']>('Catalog', {
  name: text,
  kind: oneOf(['duckdb', 'mysql']),
  version: text,
});

export const snapshotProperties: RecordSchema<SnapshotProperties> = record<SnapshotProperties>('Properties', {
  type: constant('FULL'),
  ttl: optional(text),
});

const savedProperty: RecordSchema<SavedProperty> = record<SavedProperty>('SavedProperty', {
  key: text,
  value: text,
});

const savedCatalog: RecordSchema<SavedCatalog> = record<SavedCatalog>('SavedCatalog', {
  name: text,
  comment: optional(text),
  properties: list(savedProperty),
  missing: list(text),
});

export const manifestSchema: RecordSchema<Manifest> = record<Manifest>('Manifest', {
  format: constant(manifestFormat),
  formatVersion: constant(manifestVersion),
  label: text,
  timestamp: text,
  createdAt: instant,
  finishedAt: instant,
  takenAt: instant,
  server,
  catalog,
  database: text,
  databaseDdl: optional(text),
  position: dictionary(text),
  warnings: list(text),
  properties: snapshotProperties,
  objects: list(choice<ManifestObject>('kind', byKind<ManifestObject>(table, manifestView))),
  externalCatalogs: optional(list(savedCatalog)),
});

/** The records of the format in the order of docs/format.md, for its test. */
export const documentedRecords: readonly Pick<RecordSchema<unknown>, 'name' | 'fields'>[] = [
  manifestSchema,
  server,
  catalog,
  snapshotProperties,
  table,
  sourceColumn,
  checksum,
  partition,
  chunk,
  columnBounds,
  trigger,
  manifestView,
  held,
  savedCatalog,
  savedProperty,
];

/** Every chunk of a table with the partition it belongs to. */
export function chunksOf(
  of: Pick<ManifestTable, 'chunks' | 'partitions'>,
): readonly Readonly<{ partition: string | undefined; chunk: ManifestChunk }>[] {
  return [
    ...of.chunks.map((chunk) => ({ partition: undefined, chunk })),
    ...(of.partitions ?? []).flatMap((each) => each.chunks.map((chunk) => ({ partition: each.name, chunk }))),
  ];
}

/** The rows of an object: of a table its own, of another those it holds; undefined for one that has none. */
export function rowsOf(object: ManifestObject): ManifestRows | undefined {
  return object.kind === 'TABLE' ? object : object.held;
}

/** The hashes of all blobs that a snapshot stands on. */
export function blobsOf(manifest: Manifest): ReadonlySet<string> {
  const rows = manifest.objects.flatMap((object) => rowsOf(object) ?? []);
  return new Set(rows.flatMap((each) => chunksOf(each).map(({ chunk }) => chunk.sha256)));
}
