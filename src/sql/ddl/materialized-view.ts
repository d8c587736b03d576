import type { SourceText } from '../statement.ts';
import type { TableDefinition } from './definition.ts';
import type { ObjectName } from './object-name.ts';

/** Statements on materialized views, those of StarRocks. Names are as written; nothing has been looked up. */
export type MaterializedViewStatement =
  | CreateMaterializedView
  | Readonly<{ kind: 'alter_materialized_view'; name: ObjectName; action: MaterializedViewAction }>
  | RefreshMaterializedView
  | Readonly<{ kind: 'cancel_refresh_materialized_view'; name: ObjectName; force: boolean }>
  | Readonly<{ kind: 'drop_materialized_view'; name: ObjectName; ifExists: boolean }>;

export type CreateMaterializedView = Readonly<{
  kind: 'create_materialized_view';
  name: ObjectName;
  ifNotExists: boolean;
  columns: readonly Readonly<{ name: string; comment?: string }>[];
  comment?: string;
  distribution?: TableDefinition['distribution'];
  partitionBy?: ViewPartitioning;
  orderBy?: readonly string[];
  /** Absent together with distribution and partitioning: the synchronous form, a rollup of one table. */
  refresh?: RefreshScheme;
  properties: readonly (readonly [string, string])[];
  select: SourceText;
}>;

/** PARTITION BY column, or date_trunc('unit', column): rows with one value of it are one partition. */
export type ViewPartitioning = Readonly<{ column: string; unit?: PartitionUnit }>;

export const partitionUnits = ['hour', 'day', 'week', 'month', 'quarter', 'year'] as const;
export type PartitionUnit = (typeof partitionUnits)[number];

/** When a view is made again from its base tables. */
export type RefreshScheme = Readonly<{
  /** The moment of the first refresh: IMMEDIATE, the default, at creation; DEFERRED with the first other reason. */
  moment: 'IMMEDIATE' | 'DEFERRED';
  /** `on_change` is ASYNC without a schedule: after each change of a base table. */
  mode: Readonly<{ kind: 'manual' }> | Readonly<{ kind: 'on_change' }> | Readonly<RefreshSchedule>;
}>;

/** ASYNC [START ("…")] EVERY (INTERVAL n unit). */
export type RefreshSchedule = Readonly<{
  kind: 'schedule';
  /** `yyyy-MM-dd HH:mm:ss` as written; the view's creation when absent. */
  start?: string;
  every: Readonly<{ count: number; unit: IntervalUnit }>;
}>;

export const intervalUnits = ['SECOND', 'MINUTE', 'HOUR', 'DAY', 'WEEK', 'MONTH'] as const;
export type IntervalUnit = (typeof intervalUnits)[number];

export type MaterializedViewAction =
  | Readonly<{ kind: 'rename'; to: string }>
  | Readonly<{ kind: 'refresh'; refresh: RefreshScheme }>
  | Readonly<{ kind: 'active' }>
  | Readonly<{ kind: 'inactive' }>
  | Readonly<{ kind: 'set_properties'; properties: readonly (readonly [string, string])[] }>
  | Readonly<{ kind: 'swap_with'; view: string }>;

export type RefreshMaterializedView = Readonly<{
  kind: 'refresh_materialized_view';
  name: ObjectName;
  /** PARTITION START ("a") END ("b"): partitions from a up to but without b. */
  range?: Readonly<{ start: string; end: string }>;
  /** Also partitions whose base rows have not changed. */
  force: boolean;
  /** ASYNC, the default, answers when the refresh is in the queue; SYNC when it has ended. */
  mode: 'ASYNC' | 'SYNC';
}>;
