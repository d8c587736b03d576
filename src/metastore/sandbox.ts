import { assert } from '../base/assert.ts';
import { frozenJson } from './frozen-json.ts';
import { keyBytesMax, projectPrefix } from './key.ts';
import { MetastoreError, type Resource, type Sandbox } from './metastore.ts';
import { compareKeys, type ResourceStore } from './resource-store.ts';
import type { StoredChange } from './metadata-store.ts';

/** One resource is read, parsed and logged as a whole; a MySQL store sends it in one packet. */
const contentBytesMax: number = 16 * 1024 * 1024;

/** What the unit makes of a key: a new version (with its JSON text), or a tombstone. */
type Written = Readonly<{ resource: Resource; text: string }> | 'deleted';

/** The overlay of one attempt of one unit over the committed state. */
export class UnitSandbox implements Sandbox {
  readonly #committed: ResourceStore;
  readonly #prefix: string;
  /** The time of the unit, in milliseconds since the epoch. */
  readonly at: number;
  readonly #written = new Map<string, Written>();

  constructor(committed: ResourceStore, project: string, at: number) {
    this.#committed = committed;
    this.#prefix = projectPrefix(project);
    this.at = at;
  }

  get(key: string): Resource | undefined {
    const written = this.#written.get(key);
    if (written === undefined) return this.#committed.get(key);
    return written === 'deleted' ? undefined : written.resource;
  }

  list(prefix: string): readonly Resource[] {
    const committed = this.#committed.list(prefix).filter((resource) => !this.#written.has(resource.key));
    const own: Resource[] = [];
    for (const [key, written] of this.#written) {
      if (written !== 'deleted' && key.startsWith(prefix)) own.push(written.resource);
    }
    return own.length === 0
      ? committed
      : [...committed, ...own].toSorted((left, right) => compareKeys(left.key, right.key));
  }

  put(key: string, content: unknown, expected?: number): void {
    this.#checkKey(key);
    assert(this.#written.get(key) !== 'deleted', `'${key}' was deleted in the same unit of work`);
    this.#checkVersion(key, expected);
    const frozen = frozenJson(content);
    const text = JSON.stringify(frozen);
    checkSize(key, text);
    const mvcc = (this.#committed.get(key)?.mvcc ?? -1) + 1;
    this.#written.set(key, { resource: { key, content: frozen, mvcc, modifiedAt: this.at }, text });
  }

  delete(key: string, expected?: number): void {
    this.#checkKey(key);
    this.#checkVersion(key, expected);
    if (this.get(key) !== undefined) this.#written.set(key, 'deleted');
  }

  /** What is to be committed, in the order of the first write of each key. */
  changes(): readonly StoredChange[] {
    const changes: StoredChange[] = [];
    for (const [key, written] of this.#written) {
      const committed = this.#committed.get(key);
      if (written !== 'deleted') {
        changes.push({ kind: 'put', key, content: written.text, mvcc: written.resource.mvcc });
      } else if (committed !== undefined) {
        changes.push({ kind: 'delete', key, mvcc: committed.mvcc });
      }
    }
    return changes;
  }

  /** Makes the committed state what this unit has committed. */
  publish(): void {
    for (const [key, written] of this.#written) {
      if (written === 'deleted') this.#committed.delete(key);
      else this.#committed.put(written.resource);
    }
  }

  #checkKey(key: string): void {
    assert(key.startsWith(this.#prefix), `'${key}' does not belong to the unit's project '${this.#prefix}'`);
    assert(key.length <= keyBytesMax, `a resource key of ${key.length} bytes is too long`);
  }

  #checkVersion(key: string, expected: number | undefined): void {
    const there = this.get(key)?.mvcc ?? -1;
    if (expected === undefined || expected === there) return;
    throw new MetastoreError('conflict', versionText(key, expected, there));
  }
}

function versionText(key: string, expected: number, there: number): string {
  if (expected === -1) return `'${key}' exists already`;
  if (there === -1) return `'${key}' does not exist any more`;
  return `'${key}' has version ${there}, not ${expected}: somebody has changed it`;
}

function checkSize(key: string, text: string): void {
  // A UTF-16 unit makes at most three bytes: most contents need no count.
  if (text.length * 3 <= contentBytesMax || Buffer.byteLength(text) <= contentBytesMax) return;
  throw new MetastoreError(
    'too_large',
    `the content of '${key}' is larger than the metastore takes: ${contentBytesMax} bytes`,
  );
}
