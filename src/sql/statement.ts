/**
 * The statements of the backup and administration dialect, as the grammar gives them: frozen, names decoded, no
 * session filled in. What a name means, and whether it exists, is for dispatch.
 */
export type Statement =
  | CreateRepository
  | Readonly<{ kind: 'alter_repository'; name: string; properties: Properties }>
  | Readonly<{ kind: 'drop_repository'; name: string }>
  | Readonly<{ kind: 'check_repository'; name: string; benchmark: boolean }>
  | Readonly<{ kind: 'clean_repository'; name: string; force: boolean }>
  | (Readonly<{ kind: 'show_repositories' }> & ShowTail)
  | Readonly<{ kind: 'show_create_repository'; name: string }>
  | Backup
  | Restore
  | Readonly<{ kind: 'backup_global'; snapshot: string; repository: string; properties: Properties }>
  | Readonly<{ kind: 'restore_global'; snapshot: string; repository: string; properties: Properties }>
  | Readonly<{ kind: 'explain_restore'; restore: Restore }>
  | Readonly<{
      kind: 'verify_snapshot';
      snapshot: string;
      repository: string;
      timestamp?: string;
      full: boolean;
    }>
  | Readonly<{ kind: 'drop_snapshot'; snapshot: string; repository: string; force: boolean }>
  | (Readonly<{ kind: 'show_snapshot'; repository: string }> & ShowTail)
  | (Readonly<{ kind: 'show_backup'; scope: ShowScope }> & ShowTail)
  | (Readonly<{ kind: 'show_restore'; scope: ShowScope; brief: boolean }> & ShowTail)
  | Readonly<{ kind: 'cancel'; job: 'BACKUP' | 'RESTORE'; scope: CancelScope }>
  | CatalogStatement
  | AdministrationStatement
  | MetadataStatement;

/** In the order written; the grammar refuses a key given twice. Keys are case-sensitive. */
export type Properties = readonly (readonly [key: string, value: string])[];

/** `database`, or our `catalog.database`. Without a catalog the session's is meant. */
export type DatabaseName = Readonly<{ catalog?: string; database: string }>;

/** `label`, `database.label`, or our `catalog.database.label`. The label itself is checked by dispatch. */
export type LabelName = Readonly<{ catalog?: string; database?: string; label: string }>;

export type CreateRepository = Readonly<{
  kind: 'create_repository';
  name: string;
  readOnly: boolean;
  /** The word after WITH: BROKER is StarRocks', the others are Doris'. */
  storage: 'BROKER' | 'S3' | 'HDFS' | 'LOCAL';
  broker?: string;
  location: string;
  properties: Properties;
}>;

export type Backup = Readonly<{
  kind: 'backup';
  label: LabelName;
  repository: string;
  /** DATABASE d. Never beside a database in the label. */
  database?: DatabaseName;
  /** Never beside `database`, `objects` or a database in the label. */
  externalCatalogs?: ExternalCatalogs;
  objects?: ObjectList;
  properties: Properties;
}>;

export type Restore = Readonly<{
  kind: 'restore';
  label: LabelName;
  repository: string;
  /** DATABASE d [AS alias]. Never beside a database in the label. */
  database?: DatabaseName & Readonly<{ alias?: string }>;
  externalCatalogs?: ExternalCatalogs;
  objects?: ObjectList;
  properties: Properties;
}>;

export type ExternalCatalogs =
  | Readonly<{ kind: 'all' }>
  | Readonly<{ kind: 'named'; catalogs: readonly Readonly<{ name: string; alias?: string }>[] }>;

/** ON (…), or Doris' EXCLUDE (…). */
export type ObjectList = Readonly<{ mode: 'ON' | 'EXCLUDE'; items: readonly ObjectItem[] }>;

/** TABLE stands for a plain name too: it may turn out to be a table, view or materialized view. */
export type ObjectKind = 'TABLE' | 'MATERIALIZED_VIEW' | 'VIEW' | 'FUNCTION';

export type ObjectItem =
  | Readonly<{ kind: 'all'; object: ObjectKind }>
  | Readonly<{
      kind: 'named';
      object: ObjectKind;
      /** One to three parts; the last is the object. */
      name: readonly string[];
      /** Only of TABLE. */
      partitions?: Readonly<{ temporary: boolean; names: readonly string[] }>;
      alias?: string;
    }>;

/** What a SHOW statement filters by. `like` never stands beside `where`. */
export type ShowTail = Readonly<{
  like?: string;
  where?: WhereClause;
  orderBy?: SourceText;
  limit?: Readonly<{ offset: number; count: number }>;
}>;

/** A part of the statement as written, with its half-open offsets in the text given to the parser. */
export type SourceText = Readonly<{ text: string; start: number; end: number }>;

export type WhereClause = SourceText & Readonly<{ filter?: Filter }>;

/**
 * A WHERE of the forms StarRocks understands: `name = 'value'` pairs joined by one AND, or `name IN ('a', 'b')`.
 * Names are in upper case. Any other condition has no filter and is to be evaluated as an expression.
 */
export type Filter =
  | Readonly<{ kind: 'equals'; pairs: readonly (readonly [name: string, value: string])[] }>
  | Readonly<{ kind: 'in'; name: string; values: readonly string[] }>;

export type ShowScope =
  | Readonly<{ kind: 'all' }>
  | Readonly<{ kind: 'database'; database: DatabaseName }>
  | Readonly<{ kind: 'global' }>;

export type CancelScope =
  | Readonly<{ kind: 'database'; database: DatabaseName }>
  | Readonly<{ kind: 'external_catalogs' }>
  | Readonly<{ kind: 'global' }>;

export type CatalogStatement =
  | Readonly<{
      kind: 'create_catalog';
      name: string;
      ifNotExists: boolean;
      comment?: string;
      properties: Properties;
    }>
  | Readonly<{ kind: 'alter_catalog'; name: string; properties: Properties }>
  | Readonly<{ kind: 'drop_catalog'; name: string; ifExists: boolean }>
  | (Readonly<{ kind: 'show_catalogs' }> & ShowTail)
  | Readonly<{ kind: 'show_create_catalog'; name: string }>
  | Readonly<{ kind: 'set_catalog'; name: string }>;

export type AdministrationStatement =
  | (Readonly<{ kind: 'show_broker' }> & ShowTail)
  | (Readonly<{ kind: 'show_frontends' }> & ShowTail)
  | Readonly<{ kind: 'admin_show_config'; like?: string }>
  /** WITH PERSISTENT keeps the value over a restart. */
  | Readonly<{ kind: 'admin_set_config'; properties: Properties; persistent: boolean }>;

export type MetadataScope =
  | Readonly<{ kind: 'system' }>
  | Readonly<{ kind: 'project'; project: string }>
  | Readonly<{ kind: 'cube'; name: string; project?: string }>;

/** Where a backup of metadata goes: a folder of the server's machine, or a repository. */
export type MetadataPlace =
  Readonly<{ kind: 'path'; path: string }> | Readonly<{ kind: 'repository'; repository: string }>;

/** A backup of metadata: its folder, or the name of its folder in a repository. */
export type MetadataBackup =
  | Readonly<{ kind: 'path'; path: string }>
  | Readonly<{ kind: 'repository'; repository: string; folder: string }>;

/** Where LIST and CAT read: our own metastore when absent. */
export type MetadataSource = Readonly<{ kind: 'store'; name: string }> | MetadataBackup;

export type MetadataStatement =
  | Readonly<{
      kind: 'backup_metadata';
      scope: MetadataScope;
      store?: string;
      /** A backup that is copied: never beside `store`. */
      from?: MetadataBackup;
      to?: MetadataPlace;
      folder?: string;
      format?: 'KYLIN5' | 'KYLIN5_ALPHA';
      compress: boolean;
      excludeTableExd: boolean;
      segments?: boolean;
      asynchronous: boolean;
    }>
  | Readonly<{
      kind: 'restore_metadata';
      scope: MetadataScope;
      from: MetadataBackup;
      store?: string;
      afterTruncate: boolean;
      overwriteTables: boolean;
      dryRun: boolean;
      force: boolean;
      asynchronous: boolean;
    }>
  | Readonly<{
      kind: 'rollback_metadata';
      project?: string;
      timestamp: string;
      dryRun: boolean;
      force: boolean;
    }>
  | Readonly<{ kind: 'verify_metadata'; from: MetadataBackup }>
  | Readonly<{ kind: 'list_metadata'; prefix: string; source?: MetadataSource }>
  | Readonly<{ kind: 'cat_metadata'; key: string; source?: MetadataSource }>
  | (Readonly<{
      kind: 'show_metadata';
      what: 'BACKUPS' | 'AUDIT_LOG' | 'EPOCHS' | 'STORES';
      key?: string;
      /** Of BACKUPS: those that lie there, in the place of the history. */
      repository?: string;
    }> &
      ShowTail)
  | Readonly<{ kind: 'cancel_metadata'; id: number }>
  | Readonly<{ kind: 'set_maintenance'; on: true; reason: string }>
  | Readonly<{ kind: 'set_maintenance'; on: false; force: boolean }>
  | Readonly<{ kind: 'create_metadata_store'; name: string; url: string }>
  | Readonly<{ kind: 'drop_metadata_store'; name: string }>;
