/** What SHOW MATERIALIZED VIEWS and information_schema tell of one. Times are ms since the epoch. */
export type MaterializedViewFacts = Readonly<{
  id: number;
  refreshType: 'ASYNC' | 'MANUAL' | 'ROLLUP';
  isActive: boolean;
  inactiveReason?: string;
  isPartitioned: boolean;
  /** A rollup has no task: it is never refreshed. */
  task?: Readonly<{
    name: string;
    /** As in REFRESH: MANUAL, ASYNC, ASYNC START … EVERY …. */
    schedule: string;
    creator: string;
  }>;
  lastRefresh?: RefreshFacts;
}>;

export type RefreshFacts = Readonly<{
  queryId: string;
  startedAt: number;
  finishedAt: number;
  state: 'SUCCESS' | 'FAILED';
  force: boolean;
  range?: Readonly<{ start: string; end: string }>;
  /** Partitions of the view that were made again; undefined for all of an unpartitioned one. */
  partitions?: readonly string[];
  error?: string;
}>;

/** One run of a task that refreshes a materialized view. */
export type TaskRunFacts = Readonly<{
  queryId: string;
  taskName: string;
  database: string;
  definition: string;
  createdAt: number;
  startedAt?: number;
  finishedAt?: number;
  state: string;
  force: boolean;
  range?: Readonly<{ start: string; end: string }>;
  partitions?: readonly string[];
  error?: string;
}>;
