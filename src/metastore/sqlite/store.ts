import { closeSync, openSync } from 'node:fs';
import { DatabaseSync, type SQLOutputValue, type StatementSync } from 'node:sqlite';
import { FileInUse } from '../../base/file-in-use.ts';
import { NoteFile, readNote } from '../../base/note-file.ts';
import { auditRowsOf } from '../audit.ts';
import { changedByAnother, checkMaintenance, isFirstEpoch, nextEpoch } from '../epoch.ts';
import { maintenanceKey } from '../key.ts';
import type {
  AuditRange,
  Committed,
  MetadataStore,
  ProjectEpoch,
  StoredAuditRow,
  StoredChange,
  StoredResource,
  StoredState,
  StoredUnit,
} from '../metadata-store.ts';
import { MetastoreError } from '../metastore.ts';
import { compareKeys } from '../resource-store.ts';
import { damaged, lostChanges, metastoreErrorOf } from './errors.ts';
import { isEmpty, migrate } from './schema.ts';
import { auditCounterSql, prepareStatements, type Statements } from './statements.ts';

export type SqliteOptions = Readonly<{
  /** The database file; made when it is not there. Its folder must exist. */
  path: string;
  /** Audit rows kept; older ones go with the commit that exceeds it. */
  auditRowsMax: number;
  /** Milliseconds since the epoch, for the record of migrations. */
  now: number;
}>;

/** Another program may hold the file for a moment (a copy, a checkpoint); the calling thread waits meanwhile. */
const busyTimeoutMs = 2_000;

/** Opens or makes the metastore at `path`. Throws MetastoreError `corrupt`, `newer_version`, `locked`, `unavailable`. */
export function openSqliteStore(options: SqliteOptions): MetadataStore {
  const { path, now } = options;
  let database: DatabaseSync | undefined;
  try {
    // Made here for its mode, which SQLite gives to the files beside it: the content is nobody else's business.
    closeSync(openSync(path, 'a', 0o600));
    database = new DatabaseSync(path, { timeout: busyTimeoutMs });
    // FULL: the write-ahead log is on the disk before a commit returns.
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA trusted_schema = OFF');
    const isNew = isEmpty(database);
    migrate(database, path, now);
    checkPages(database, path);
    // What a copy of the file alone would miss is as little as can be.
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    return new SqliteStore(database, { ...options, isNew });
  } catch (error) {
    database?.close();
    throw metastoreErrorOf(error, path);
  }
}

/** Throws MetastoreError `corrupt` when an earlier process has committed more changes than are in the file and its log. */
export function requireNoted(database: DatabaseSync, path: string): void {
  const [noted = 0] = readNote(noteOf(path)) ?? [];
  const last = database.prepare(auditCounterSql).get()?.['seq'];
  const missing = noted - (typeof last === 'number' ? last : 0);
  if (missing > 0) throw lostChanges(path, missing, noteOf(path));
}

function noteOf(path: string): string {
  return `${path}-note`;
}

class SqliteStore implements MetadataStore {
  readonly #database: DatabaseSync;
  readonly #options: SqliteOptions;
  readonly #statements: Statements;
  readonly #file: FileInUse;
  /** The write-ahead log, which is folded into the file while it is in use, but not cut. */
  readonly #log: FileInUse;
  /** The number of the last change: what a log that was removed or cut takes with it is missed at the next start. */
  readonly #note: NoteFile;

  constructor(database: DatabaseSync, options: SqliteOptions & Readonly<{ isNew: boolean }>) {
    this.#database = database;
    this.#options = options;
    this.#statements = prepareStatements(database);
    this.#file = new FileInUse(options.path, { onlyGrows: true });
    this.#log = new FileInUse(`${options.path}-wal`, { onlyGrows: true });
    if (!options.isNew) requireNoted(database, options.path);
    this.#note = new NoteFile(noteOf(options.path));
    this.#noteChanges(this.#lastAuditId());
  }

  async load(signal: AbortSignal): Promise<StoredState> {
    signal.throwIfAborted();
    return this.#transaction('BEGIN', () => {
      const resources = this.#statements.allResources.all().map((row) => this.#resource(row));
      return { resources, auditId: this.#lastAuditId() };
    });
  }

  async read(keys: readonly string[], signal: AbortSignal): Promise<readonly StoredResource[]> {
    signal.throwIfAborted();
    return this.#transaction('BEGIN', () =>
      keys.toSorted(compareKeys).flatMap((key) => {
        const row = this.#statements.resource.get(key);
        return row === undefined ? [] : this.#resource(row);
      }),
    );
  }

  async commit(unit: StoredUnit): Promise<Committed> {
    const committed = this.#transaction('BEGIN IMMEDIATE', () => {
      this.#requireFiles();
      const maintenance = this.#statements.resource.get(maintenanceKey);
      checkMaintenance(unit, maintenance && this.#text(maintenance, 'content'));
      if (isFirstEpoch(unit, this.#epoch(unit.project))) {
        this.#statements.putEpoch.run(unit.project, unit.epoch, unit.instance, unit.at);
      }
      for (const change of unit.changes) this.#apply(change, unit.at);
      for (const row of auditRowsOf(unit)) {
        const { key, content, mvcc, at, unitId, operator, instance } = row;
        this.#statements.insertAudit.run(key, content, mvcc, at, unitId, operator, instance);
      }
      const auditId = this.#lastAuditId();
      this.#statements.deleteAudit.run(auditId - this.#options.auditRowsMax);
      return { auditId };
    });
    this.#noteChanges(committed.auditId);
    return committed;
  }

  async audit(after: number, limit: number, signal: AbortSignal): Promise<readonly StoredAuditRow[]> {
    signal.throwIfAborted();
    return this.#guard(() => this.#statements.audit.all(after, limit).map((row) => this.#auditRow(row)));
  }

  async auditRange(signal: AbortSignal): Promise<AuditRange> {
    signal.throwIfAborted();
    return this.#guard(() => {
      const row = this.#statements.oldestAudit.get();
      return { oldest: row === undefined ? 0 : this.#integer(row, 'id'), newest: this.#lastAuditId() };
    });
  }

  async epoch(project: string, signal: AbortSignal): Promise<ProjectEpoch | undefined> {
    signal.throwIfAborted();
    return this.#guard(() => this.#epoch(project));
  }

  async takeEpoch(project: string, owner: string, seen: number, at: number): Promise<number> {
    return this.#transaction('BEGIN IMMEDIATE', () => {
      this.#requireFiles();
      const epoch = nextEpoch(project, seen, this.#epoch(project));
      this.#statements.putEpoch.run(project, epoch, owner, at);
      return epoch;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#database.isOpen) this.#guard(() => this.#database.close());
    this.#note[Symbol.dispose]();
  }

  #apply(change: StoredChange, at: number): void {
    const { key, mvcc } = change;
    const { changes } =
      change.kind === 'delete'
        ? this.#statements.deleteResource.run(key, mvcc)
        : mvcc === 0
          ? this.#statements.insertResource.run(key, change.content, at)
          : this.#statements.updateResource.run(change.content, mvcc, at, key, mvcc - 1);
    if (changes !== 1) throw changedByAnother(key);
  }

  #noteChanges(auditId: number): void {
    try {
      this.#note.write(String(auditId));
    } catch {
      // The changes are on the disk and last, which is all that was promised: the next commit notes them, too.
    }
  }

  /** What is written must be there for the next process. */
  #requireFiles(): void {
    for (const { file, remedy } of [
      { file: this.#file, remedy: 'put the file back and start the server again' },
      { file: this.#log, remedy: 'stop the server by SIGTERM, which saves what it can, and start it again' },
    ]) {
      if (file.isWhole()) continue;
      throw new MetastoreError(
        'unavailable',
        `metastore '${file.path}' was removed, replaced or cut while it is in use: ${remedy}`,
      );
    }
  }

  #transaction<T>(begin: string, work: () => T): T {
    return this.#guard(() => {
      this.#database.exec(begin);
      try {
        const value = work();
        this.#database.exec('COMMIT');
        this.#log.noteSize();
        return value;
      } catch (error) {
        // SQLite has ended the transaction itself after some failures, such as a full disk.
        if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
        throw error;
      }
    });
  }

  #guard<T>(work: () => T): T {
    const { path } = this.#options;
    if (!this.#database.isOpen) throw new MetastoreError('unavailable', `metastore '${path}' is closed`);
    try {
      return work();
    } catch (error) {
      throw metastoreErrorOf(error, path);
    }
  }

  #lastAuditId(): number {
    // The counter, not max(id): it goes on counting when all rows have been rotated away.
    const row = this.#statements.auditCounter.get();
    return row === undefined ? 0 : this.#integer(row, 'seq');
  }

  #epoch(project: string): ProjectEpoch | undefined {
    const row = this.#statements.epoch.get(project);
    if (row === undefined) return undefined;
    return {
      project,
      epoch: this.#integer(row, 'epoch'),
      owner: this.#text(row, 'owner'),
      takenAt: this.#integer(row, 'taken_at'),
    };
  }

  #resource(row: Row): StoredResource {
    return {
      key: this.#text(row, 'key'),
      content: this.#text(row, 'content'),
      mvcc: this.#integer(row, 'mvcc'),
      modifiedAt: this.#integer(row, 'modified_at'),
    };
  }

  #auditRow(row: Row): StoredAuditRow {
    return {
      id: this.#integer(row, 'id'),
      key: this.#text(row, 'key'),
      content: row['content'] === null ? null : this.#text(row, 'content'),
      mvcc: row['mvcc'] === null ? null : this.#integer(row, 'mvcc'),
      at: this.#integer(row, 'at'),
      unitId: this.#text(row, 'unit_id'),
      operator: this.#text(row, 'operator'),
      instance: this.#text(row, 'instance'),
    };
  }

  #text(row: Row, column: string): string {
    const value = row[column];
    if (typeof value !== 'string') throw damaged(this.#options.path, `column ${column} is no text`);
    return value;
  }

  #integer(row: Row, column: string): number {
    const value = row[column];
    if (typeof value !== 'number') throw damaged(this.#options.path, `column ${column} is no integer`);
    return value;
  }
}

type Row = Record<string, SQLOutputValue>;

/**
 * Reads every page of the resources once: a damaged file is refused at the start, not when its page is needed. The
 * audit log is left out, since it may be hundreds of times larger and nothing at the start depends on it.
 */
function checkPages(database: DatabaseSync, path: string): void {
  const check: StatementSync = database.prepare('PRAGMA quick_check(resource)');
  const verdict = check.get()?.['quick_check'];
  if (verdict !== 'ok') throw damaged(path, String(verdict));
}
