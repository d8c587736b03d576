/**
 * Where resources are kept for good: the persistent half of the metastore. Implemented by `sqlite/` and by
 * `memory-store.ts`; asynchronous, so that a shared database can implement it too. Contents are JSON text here.
 *
 * What a caller may rely on: a commit is atomic and, once it resolves, survives the end of the process; commits
 * see each other in one order; errors are `MetastoreError`s. All of it is held by
 * `test/conformance/metadata-store.ts`.
 */
export interface MetadataStore extends AsyncDisposable {
  /** Everything, as of one point: all resources in key order, and the id of the newest audit row at that point. */
  load(signal: AbortSignal): Promise<StoredState>;
  /** The named resources as they are now, in key order; missing ones are left out. */
  read(keys: readonly string[], signal: AbortSignal): Promise<readonly StoredResource[]>;
  /**
   * Writes the changes of one unit of work and one audit row for each, all or nothing. Fails with `stale_epoch`
   * when the project's epoch, read inside the same transaction, is another than the unit's, and with `conflict`
   * when a resource has not the version that a change expects, `maintenance` while the resource `maintenanceKey`
   * exists and the unit does not change it; nothing is changed then. A project without an
   * epoch gets the unit's. Takes no signal: the outcome of an abandoned commit would be unknown.
   */
  commit(unit: StoredUnit): Promise<Committed>;
  /** Audit rows with id > `after`, oldest first, at most `limit`. */
  audit(after: number, limit: number, signal: AbortSignal): Promise<readonly StoredAuditRow[]>;
  /** Ids of the oldest and the newest audit row; both 0 when there is none. */
  auditRange(signal: AbortSignal): Promise<AuditRange>;
  /** The lease of a project, undefined when nobody has written to it yet. */
  epoch(project: string, signal: AbortSignal): Promise<ProjectEpoch | undefined>;
  /**
   * Raises the epoch of a project by one for a new owner and returns it. Fails with `conflict` when the current
   * epoch is not `seen` (0: none yet). From then on units of an older epoch are refused.
   */
  takeEpoch(project: string, owner: string, seen: number, at: number): Promise<number>;
}

export type StoredResource = Readonly<{ key: string; content: string; mvcc: number; modifiedAt: number }>;

export type StoredState = Readonly<{ resources: readonly StoredResource[]; auditId: number }>;

export type AuditRange = Readonly<{ oldest: number; newest: number }>;

/** One change. No two changes of a unit have the same key. */
export type StoredChange =
  /** `mvcc` is the new version: 0 must not exist yet, any other follows the version before it. */
  | Readonly<{ kind: 'put'; key: string; content: string; mvcc: number }>
  /** `mvcc` is the version that is there. */
  | Readonly<{ kind: 'delete'; key: string; mvcc: number }>;

export type StoredUnit = Readonly<{
  project: string;
  /** At least 1; 0 for a unit that needs no lease, since versions alone guard what it writes. */
  epoch: number;
  unitId: string;
  operator: string;
  /** The node that writes, as `host:port`. */
  instance: string;
  /** Milliseconds since the epoch: becomes the time of resources and audit rows. */
  at: number;
  changes: readonly StoredChange[];
}>;

/** `auditId` is the id of the unit's last audit row. */
export type Committed = Readonly<{ auditId: number }>;

export type StoredAuditRow = Readonly<{
  id: number;
  key: string;
  /** Null for a deletion, as is `mvcc`. */
  content: string | null;
  mvcc: number | null;
  at: number;
  unitId: string;
  operator: string;
  instance: string;
}>;

export type ProjectEpoch = Readonly<{ project: string; epoch: number; owner: string; takenAt: number }>;
