import assert from 'node:assert/strict';
import type { SharedDisk } from '../../src/metastore/memory-shared-store.ts';
import type { StoredUnit } from '../../src/metastore/metadata-store.ts';
import type { Resource } from '../../src/metastore/metastore.ts';

/** What each key has been, in the order of commits; undefined for a deletion. */
type Versions = (string | undefined)[];

/** Every commit that took effect in the store, kept where nobody rotates it: what nodes and the store are compared with. */
export class WriteHistory {
  readonly #disk: SharedDisk;
  readonly #versions = new Map<string, Versions>();
  readonly #acknowledged = new Set<number>();
  readonly #committed = new Set<number>();
  /** Up to which version each life of a node has seen each key. */
  readonly #seen = new Map<string, Map<string, number>>();

  constructor(disk: SharedDisk) {
    this.#disk = disk;
  }

  committed(unit: StoredUnit): void {
    for (const change of unit.changes) {
      const versions = this.#versions.get(change.key) ?? [];
      const text = change.kind === 'put' ? `${change.mvcc} ${change.content}` : undefined;
      this.#versions.set(change.key, [...versions, text]);
      if (change.kind === 'put') this.#committed.add(idOf(change.content));
    }
  }

  /** A write was answered OK. */
  acknowledged(id: number): void {
    this.#acknowledged.add(id);
    assert.ok(this.#committed.has(id), `write ${id} was answered, and is nowhere`);
  }

  /** The store holds, of each key, what was committed last. */
  check(): void {
    for (const [key, versions] of this.#versions) {
      const there = this.#disk.resources.get(key);
      assert.equal(there && `${there.mvcc} ${there.content}`, versions.at(-1), `${key} in the store`);
    }
  }

  /** What a node shows was committed once, and it never goes back to something older. */
  seen(life: string, resources: readonly Resource[]): void {
    const known = this.#seen.get(life) ?? new Map<string, number>();
    this.#seen.set(life, known);
    for (const { key, mvcc, content } of resources) {
      const text = `${mvcc} ${JSON.stringify(content)}`;
      const at = this.#versions.get(key)?.lastIndexOf(text) ?? -1;
      assert.ok(at >= 0, `${life} shows ${key} as ${text}, which nobody wrote`);
      assert.ok(at >= (known.get(key) ?? 0), `${life} went back to ${text} of ${key}`);
      known.set(key, at);
    }
  }

  /** True when a node knows what the store holds. */
  isNewest(resources: readonly Resource[]): boolean {
    if (resources.length !== this.#disk.resources.size) return false;
    return resources.every(({ key, mvcc, content }) => {
      const there = this.#disk.resources.get(key);
      return there?.mvcc === mvcc && there.content === JSON.stringify(content);
    });
  }
}

function idOf(content: string): number {
  const value: unknown = JSON.parse(content);
  return typeof value === 'object' && value !== null && 'id' in value ? Number(value.id) : 0;
}
