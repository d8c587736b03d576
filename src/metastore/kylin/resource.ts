/**
 * The generations of Kylin's metadata: A is Kylin 2 to 4 and KAP (flat, by type), B is Kylin 5.0-alpha and -beta
 * (`/project/type/name`), C is Kylin 5.0.0 and later (`TYPE/name`). Holdfast's own metadata has B's layout.
 */
const generations = ['A', 'B', 'C'] as const;
export type Generation = (typeof generations)[number];

/** One entry of a metastore: the bytes as they are stored, decompressed, never parsed and printed again. */
export type MetadataResource = Readonly<{
  /** `/default/table/DB.T.json` (A and B) or `TABLE_INFO/default.DB.T` (C). */
  key: string;
  bytes: Uint8Array;
  /** Milliseconds since the epoch; the file's mtime in a folder. */
  modifiedAt: number;
  /** 0 for what comes from a file: Kylin's backups do not keep it. */
  mvcc: number;
}>;

/**
 * One state of a metastore or of a backup, for reading. All calls see the same state where the place can promise
 * that (a database's snapshot). Throws MetadataError.
 */
export interface ResourceSource extends AsyncDisposable {
  readonly generation: Generation;
  /** Where it is, for texts: no secret. */
  readonly place: string;
  /** Id of the audit row up to which the state goes; undefined when the place does not say. */
  readonly offset: number | undefined;
  /** The unit of work that wrote that row, where the place knows. */
  readonly unitId?: string;
  /** All keys in code unit order, without `_image`. */
  keys(signal: AbortSignal): Promise<readonly string[]>;
  /** The named resources, in the order of the names; missing ones are left out. */
  read(keys: readonly string[], signal: AbortSignal): AsyncIterable<MetadataResource>;
  /**
   * What Kylin 5.0 keeps beside the metadata, of one project or of all: no part of `keys`, with keys such as
   * `job_info/<project>/<job>`. Absent where there is nothing of the kind.
   */
  readonly beside?: (project: string | undefined, signal: AbortSignal) => AsyncIterable<MetadataResource>;
}

/** A store's state, which may say what a restore leaves alone. */
export type RestorableSource = ResourceSource &
  Readonly<{
    /** False for keys that a restore leaves as they are, there and in the backup. Absent: all may be written. */
    accepts?: (key: string) => boolean;
  }>;

/** One change of a restore. `mvcc` is the version that is there: the change fails when it is another by then. */
export type ResourceChange =
  | Readonly<{ kind: 'insert'; resource: MetadataResource }>
  | Readonly<{ kind: 'update'; resource: MetadataResource; mvcc: number }>
  | Readonly<{ kind: 'delete'; key: string; mvcc: number }>;

/**
 * A store that is being restored into: its state, and one step that changes it. `apply` is called at most once;
 * all of it is kept or nothing. Disposed without `apply`, nothing has changed.
 */
export interface ResourceSink extends RestorableSource {
  /**
   * Writes what lies beside the metadata, and says how many rows that changed: kept with `apply`, or not at all. With
   * `afterTruncate` rows go that are not among `resources`, of their kinds and projects. Absent where `beside` is.
   */
  putBeside?: (
    resources: AsyncIterable<MetadataResource>,
    afterTruncate: boolean,
    signal: AbortSignal,
  ) => Promise<number>;
  apply(changes: AsyncIterable<ResourceChange>, operator: string, signal: AbortSignal): Promise<void>;
}

/** A metastore that can be backed up and restored. */
export interface ResourceStore {
  /** One consistent state, without keeping others from writing. */
  openForBackup(signal: AbortSignal): Promise<RestorableSource>;
  /** Throws MetadataError `refused` for a store that can only be read. */
  openForRestore(signal: AbortSignal): Promise<ResourceSink>;
}
