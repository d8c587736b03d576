/**
 * The control data: repositories, accounts, jobs, configuration, catalogs. Resources under keys
 * `/<project>/<type>/<name>` (`_global` for what belongs to no project), each with a version (mvcc), written only
 * by units of work (after Kylin 5's UnitOfWork and audit log).
 */
export interface Metastore extends AsyncDisposable {
  /** The committed state, in memory: cheap enough for every SHOW. */
  get(key: string): Resource | undefined;
  /** Resources whose key begins with `prefix`, in key order. */
  list(prefix: string): readonly Resource[];
  /**
   * Runs `work` in a sandbox of one project and commits what it wrote: rows and audit rows in one durable
   * transaction, then the in-memory state, then the listeners. Throws what `work` throws, having kept nothing;
   * MetastoreError `conflict` when another writer was first (tried again up to 3 times before), `stale_epoch`
   * when another node has taken the project since. Units of one project run one after another; a call made
   * inside `work` joins the unit around it and settles with it. `work` may run more than once.
   */
  write<T>(unit: UnitOfWork, work: (sandbox: Sandbox) => T): Promise<T>;
  /** Audit rows with id > `after`, oldest first, at most `limit` and `auditPageRowsMax`. */
  audit(after: number, limit: number, signal: AbortSignal): Promise<readonly AuditRow[]>;
  /**
   * A row of the audit log such that what it and all rows before it say is in `get` and `list` from now on: whoever keeps
   * what they give, and applies the rows after it, loses nothing. Throws MetastoreError `unavailable`.
   */
  position(signal: AbortSignal): Promise<AuditPosition>;
  /** Called after each commit with the keys it changed. */
  onCommit(listener: (keys: readonly string[]) => void): Disposable;
}

export type Resource = Readonly<{
  key: string;
  /** Parsed JSON; frozen. The owner of a type decodes it. */
  content: unknown;
  /** 0 for the first version, +1 for each write. */
  mvcc: number;
  modifiedAt: number;
}>;

export type UnitOfWork = Readonly<{
  project: string;
  /** Who caused it, for the audit log: a user name, or `job 17`. */
  operator: string;
  /** The lease number of the project, checked inside the commit's transaction; this node's when it is absent. */
  epoch?: number;
  /** True for what every node may write, since versions alone guard it: no lease is needed. */
  isUnfenced?: boolean;
}>;

/**
 * A unit's own view: reads see its writes. Writing a key of another project is a wrong program, and so is putting
 * a key that the same unit has deleted. Content is copied and frozen when it is put: it must be JSON (properties
 * that are undefined are left out).
 */
export interface Sandbox {
  get(key: string): Resource | undefined;
  list(prefix: string): readonly Resource[];
  /** `expected`: mvcc the caller has seen; -1 for "must not exist"; omitted takes what is there. */
  put(key: string, content: unknown, expected?: number): void;
  /** A missing key is nothing to do, unless `expected` says otherwise. */
  delete(key: string, expected?: number): void;
}

export type AuditRow = Readonly<{
  id: number;
  key: string;
  /** Undefined for a deletion. */
  content: unknown;
  mvcc: number | undefined;
  at: number;
  unitId: string;
  operator: string;
  instance: string;
}>;

export type AuditPosition = Readonly<{
  /** 0 when nothing was ever written. */
  auditId: number;
  /** The unit that wrote that row. Undefined where the log has no row of that id. */
  unitId: string | undefined;
}>;

export class MetastoreError extends Error {
  override readonly name = 'MetastoreError';
  readonly kind:
    | 'conflict'
    | 'stale_epoch'
    | 'maintenance'
    | 'too_large'
    | 'corrupt'
    | 'unavailable'
    | 'newer_version'
    | 'locked';

  constructor(kind: MetastoreError['kind'], message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.kind = kind;
  }
}
