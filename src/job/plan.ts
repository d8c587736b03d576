import { addChecksums } from '../snapshot/checksum.ts';
import {
  byKind,
  checksum as checksumSchema,
  chunkRange,
  columnBounds,
  sourceColumn,
  trigger,
} from '../snapshot/manifest.ts';
import { tableDefinition } from '../snapshot/definition-schema.ts';
import {
  choice,
  constant,
  count,
  dictionary,
  instant,
  list,
  oneOf,
  optional,
  record,
  type RecordSchema,
  sha256Text,
  text,
} from '../snapshot/schema.ts';
import type { ManifestTable, ManifestView } from '../snapshot/manifest.ts';
import type { ChunkRange, ExtractedChunk, HeldRows, RowChecksum, WrittenFile } from '../source/frozen.ts';
import { otherKinds } from '../source/objects.ts';
import { type TaskId, taskId } from './job-id.ts';

/** What a backup is going to read: written to the spool when the point in time has been taken. */
export type BackupPlan = Readonly<{
  takenAt: number;
  catalog: Readonly<{ kind: 'duckdb' | 'mysql'; version: string }>;
  databaseDdl?: string;
  position: Readonly<Record<string, string>>;
  warnings: readonly string[];
  objects: readonly PlannedObject[];
  /** Tables, or partitions of them, in the order of `objects`. */
  units: readonly PlannedUnit[];
}>;

export type PlannedTable = Pick<
  ManifestTable,
  'kind' | 'name' | 'ddl' | 'definition' | 'columns' | 'key' | 'autoIncrement' | 'triggers'
> &
  Readonly<{ partitions?: readonly string[] }>;

export type PlannedOther = Omit<ManifestView, 'held'> & Readonly<{ held?: HeldRows; unreadable?: string }>;

export type PlannedObject = PlannedTable | PlannedOther;

export type PlannedUnit = Readonly<{ table: string; partition?: string; ranges: readonly ChunkRange[] }>;

/** One chunk with its number in the plan, which names its files in the spool. */
export type PlannedChunk = Readonly<{ ordinal: number; unit: number; task: TaskId; range: ChunkRange }>;

/** What is known of a chunk that was read: written to the spool before it is sent. */
export type ChunkResult = Pick<ExtractedChunk, 'rows' | 'bounds'> & WrittenFile;

/**
 * Whether the source is asked for the checksum of a unit. One without chunks has no rows: of thousands of empty
 * partitions only the first is asked, for the name of the algorithm.
 */
export function isAddedUp(plan: BackupPlan, unit: number): boolean {
  return unit === 0 || (plan.units[unit]?.ranges.length ?? 0) > 0;
}

/** All chunks of a plan in order. One task is one table. */
export function chunksOfPlan(plan: BackupPlan): readonly PlannedChunk[] {
  const tasks = new Map(rowHoldersOf(plan).map((object, index) => [object.name, taskId(index + 1)]));
  let ordinal = 0;
  return plan.units.flatMap(({ table, ranges }, unit) =>
    ranges.map((range) => ({ ordinal: ordinal++, unit, task: tasks.get(table) ?? taskId(1), range })),
  );
}

/** The objects that have rows. */
export function rowHoldersOf(plan: BackupPlan): readonly PlannedObject[] {
  return plan.objects.filter((object) => object.kind === 'TABLE' || object.held !== undefined);
}

/** Rows and checksum of a table from those of its units. */
export function sumOfUnits(parts: readonly RowChecksum[]): RowChecksum {
  // A partitioned table of which no partition exists has no rows, and no engine was asked for a sum.
  return addChecksums(parts) ?? { rows: 0, algorithm: 'none', value: '0' };
}

const table: RecordSchema<PlannedTable> = record<PlannedTable>('Table', {
  kind: constant('TABLE'),
  name: text,
  ddl: text,
  definition: optional(tableDefinition),
  columns: list(sourceColumn),
  key: list(text),
  autoIncrement: optional(text),
  triggers: optional(list(trigger)),
  partitions: optional(list(text)),
});

const other: RecordSchema<PlannedOther> = record<PlannedOther>('View', {
  kind: oneOf(otherKinds),
  name: text,
  ddl: text,
  dependsOn: list(text),
  settings: optional(dictionary(text)),
  basesOutside: optional(list(text)),
  unreadable: optional(text),
  held: optional(
    record<HeldRows>('HeldRows', {
      definition: tableDefinition,
      columns: list(sourceColumn),
      key: list(text),
    }),
  ),
});

export const planSchema: RecordSchema<BackupPlan> = record<BackupPlan>('Plan', {
  takenAt: instant,
  catalog: record<BackupPlan['catalog']>('Catalog', { kind: oneOf(['duckdb', 'mysql']), version: text }),
  databaseDdl: optional(text),
  position: dictionary(text),
  warnings: list(text),
  objects: list(choice<PlannedObject>('kind', byKind<PlannedObject>(table, other))),
  units: list(
    record<PlannedUnit>('Unit', { table: text, partition: optional(text), ranges: list(chunkRange) }),
  ),
});

export const chunkResultSchema: RecordSchema<ChunkResult> = record<ChunkResult>('ChunkResult', {
  rows: count,
  bounds: list(columnBounds),
  bytes: count,
  sha256: sha256Text,
});

export const unitChecksumSchema: RecordSchema<RowChecksum> = record<RowChecksum>('UnitChecksum', {
  rows: count,
  algorithm: text,
  value: { ...text, decode: (value, path) => checksumSchema.decode({ algorithm: '', value }, path).value },
});
