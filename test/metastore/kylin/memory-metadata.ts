import { MetadataError } from '../../../src/metastore/kylin/metadata-error.ts';
import type {
  Generation,
  MetadataResource,
  ResourceChange,
  ResourceSink,
  ResourceSource,
  ResourceStore,
} from '../../../src/metastore/kylin/resource.ts';
import { type Contents, sampleTime } from './sample.ts';

/** A metastore in memory that keeps Kylin's rules of versions; writes of others can be played between the steps. */
export class MemoryMetadata implements ResourceStore {
  readonly generation: Generation;
  readonly rows: Map<string, MetadataResource>;
  /** Changes that restores made, as `update /key`. */
  readonly audit: string[] = [];
  offset = 17;
  /** Called before a restore's changes arrive. */
  beforeApply: () => void = () => undefined;

  constructor(generation: Generation, contents: Contents = {}) {
    this.generation = generation;
    this.rows = new Map(
      Object.entries(contents).map(([key, text]) => [
        key,
        { key, bytes: Buffer.from(text), modifiedAt: sampleTime, mvcc: 5 },
      ]),
    );
  }

  /** Writes as a user of the store would. */
  put(key: string, text: string): void {
    const mvcc = (this.rows.get(key)?.mvcc ?? -1) + 1;
    this.rows.set(key, { key, bytes: Buffer.from(text), modifiedAt: sampleTime, mvcc });
  }

  contents(): Record<string, string> {
    return Object.fromEntries(
      [...this.rows.values()].map(({ key, bytes }) => [key, Buffer.from(bytes).toString()]),
    );
  }

  async openForBackup(): Promise<ResourceSource> {
    const rows = new Map(this.rows);
    return {
      generation: this.generation,
      place: 'memory',
      offset: this.offset,
      keys: async () => [...rows.keys()].sort(),
      async *read(keys) {
        for (const key of keys) {
          const row = rows.get(key);
          if (row !== undefined) yield row;
        }
      },
      [Symbol.asyncDispose]: async () => undefined,
    };
  }

  async openForRestore(): Promise<ResourceSink> {
    const source = await this.openForBackup();
    return { ...source, apply: (changes) => this.#apply(changes) };
  }

  async #apply(changes: AsyncIterable<ResourceChange>): Promise<void> {
    this.beforeApply();
    const rows = new Map(this.rows);
    const audit: string[] = [];
    for await (const change of changes) {
      const key = change.kind === 'delete' ? change.key : change.resource.key;
      const expected = change.kind === 'insert' ? undefined : change.mvcc;
      if (rows.get(key)?.mvcc !== expected) throw new MetadataError('conflict', `'${key}' has changed`);
      audit.push(`${change.kind} ${key}`);
      if (change.kind === 'delete') rows.delete(key);
      else rows.set(key, { ...change.resource, mvcc: expected === undefined ? 0 : expected + 1 });
    }
    this.rows.clear();
    for (const [key, row] of rows) this.rows.set(key, row);
    this.audit.push(...audit);
  }
}
