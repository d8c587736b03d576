import { present } from '../base/assert.ts';
import type { Resource } from './metastore.ts';

/**
 * The committed state in memory. A list by prefix costs a binary search and its answer; a write of a new key moves
 * a part of the sorted key array, which is memory copied, not keys compared.
 */
export class ResourceStore {
  readonly #resources = new Map<string, Resource>();
  #keys: string[] = [];

  /** Replaces everything. */
  load(resources: readonly Resource[]): void {
    this.#resources.clear();
    for (const resource of resources) this.#resources.set(resource.key, resource);
    this.#keys = [...this.#resources.keys()].toSorted(compareKeys);
  }

  get(key: string): Resource | undefined {
    return this.#resources.get(key);
  }

  /** Resources whose key begins with `prefix`, in key order. */
  list(prefix: string): readonly Resource[] {
    const found: Resource[] = [];
    for (let at = lowerBound(this.#keys, prefix); at < this.#keys.length; at++) {
      const key = present(this.#keys[at], 'a key in range');
      if (!key.startsWith(prefix)) break;
      found.push(present(this.#resources.get(key), key));
    }
    return found;
  }

  put(resource: Resource): void {
    if (!this.#resources.has(resource.key)) {
      this.#keys.splice(lowerBound(this.#keys, resource.key), 0, resource.key);
    }
    this.#resources.set(resource.key, resource);
  }

  delete(key: string): void {
    if (this.#resources.delete(key)) this.#keys.splice(lowerBound(this.#keys, key), 1);
  }
}

/** The order of keys: by their bytes, which is the order of code units, since keys are ASCII. */
export function compareKeys(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Index of the first key that is not below `key`. */
function lowerBound(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (present(keys[middle], 'a key in range') < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
