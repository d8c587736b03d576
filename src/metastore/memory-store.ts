import { auditRowsKeptDefault, auditRowsOf } from './audit.ts';
import { changedByAnother, checkMaintenance, isFirstEpoch, nextEpoch } from './epoch.ts';
import { maintenanceKey } from './key.ts';
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
} from './metadata-store.ts';
import { MetastoreError } from './metastore.ts';
import { compareKeys } from './resource-store.ts';

/**
 * What memory stores share: keep it and open another store over it, and you have restarted the process. For tests
 * and for the simulation.
 */
export type MemoryDisk = Readonly<{
  resources: Map<string, StoredResource>;
  audit: StoredAuditRow[];
  epochs: Map<string, ProjectEpoch>;
}>;

export function memoryDisk(): MemoryDisk {
  return { resources: new Map(), audit: [], epochs: new Map() };
}

/** A store that lasts as long as its disk. Several may be open over one disk, as nodes over one database. */
export class MemoryStore implements MetadataStore {
  readonly #disk: MemoryDisk;
  readonly #auditRowsMax: number;
  #isClosed = false;

  constructor(disk: MemoryDisk = memoryDisk(), auditRowsMax: number = auditRowsKeptDefault) {
    this.#disk = disk;
    this.#auditRowsMax = auditRowsMax;
  }

  async load(signal: AbortSignal): Promise<StoredState> {
    this.#checkUse(signal);
    const resources = [...this.#disk.resources.values()].toSorted((left, right) =>
      compareKeys(left.key, right.key),
    );
    return { resources, auditId: this.#lastAuditId() };
  }

  async read(keys: readonly string[], signal: AbortSignal): Promise<readonly StoredResource[]> {
    this.#checkUse(signal);
    return keys.toSorted(compareKeys).flatMap((key) => this.#disk.resources.get(key) ?? []);
  }

  async commit(unit: StoredUnit): Promise<Committed> {
    this.#checkUse();
    const { resources, audit, epochs } = this.#disk;
    const { project, epoch, instance, at } = unit;
    checkMaintenance(unit, resources.get(maintenanceKey)?.content);
    const isFirst = isFirstEpoch(unit, epochs.get(project));
    for (const change of unit.changes) this.#checkVersion(change);
    if (isFirst) epochs.set(project, { project, epoch, owner: instance, takenAt: at });
    for (const change of unit.changes) {
      if (change.kind === 'delete') resources.delete(change.key);
      else resources.set(change.key, { ...storedOf(change), modifiedAt: at });
    }
    let id = this.#lastAuditId();
    for (const row of auditRowsOf(unit)) audit.push({ id: ++id, ...row });
    audit.splice(0, Math.max(0, audit.length - this.#auditRowsMax));
    return { auditId: id };
  }

  async audit(after: number, limit: number, signal: AbortSignal): Promise<readonly StoredAuditRow[]> {
    this.#checkUse(signal);
    const first = this.#disk.audit.findIndex((row) => row.id > after);
    return first === -1 ? [] : this.#disk.audit.slice(first, first + limit);
  }

  async auditRange(): Promise<AuditRange> {
    this.#checkUse();
    return { oldest: this.#disk.audit[0]?.id ?? 0, newest: this.#lastAuditId() };
  }

  async epoch(project: string, signal: AbortSignal): Promise<ProjectEpoch | undefined> {
    this.#checkUse(signal);
    return this.#disk.epochs.get(project);
  }

  async takeEpoch(project: string, owner: string, seen: number, at: number): Promise<number> {
    this.#checkUse();
    const epoch = nextEpoch(project, seen, this.#disk.epochs.get(project));
    this.#disk.epochs.set(project, { project, epoch, owner, takenAt: at });
    return epoch;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
  }

  #checkUse(signal?: AbortSignal): void {
    signal?.throwIfAborted();
    if (this.#isClosed) throw new MetastoreError('unavailable', 'the metadata store is closed');
  }

  #checkVersion(change: StoredChange): void {
    const there = this.#disk.resources.get(change.key)?.mvcc ?? -1;
    const expected = change.kind === 'put' ? change.mvcc - 1 : change.mvcc;
    if (there !== expected) throw changedByAnother(change.key);
  }

  #lastAuditId(): number {
    return this.#disk.audit.at(-1)?.id ?? 0;
  }
}

function storedOf(change: StoredChange & { kind: 'put' }): Omit<StoredResource, 'modifiedAt'> {
  return { key: change.key, content: change.content, mvcc: change.mvcc };
}
