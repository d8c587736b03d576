import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { auditPageRowsMax, parseContent } from './audit.ts';
import { freezeParsed } from './frozen-json.ts';
import { parseKey } from './key.ts';
import type { StoredAuditRow } from './metadata-store.ts';
import { MetastoreError, type Resource } from './metastore.ts';
import { decodeResource } from './resource.ts';
import type { ResourceStore } from './resource-store.ts';
import type { SharedStore } from './shared-store.ts';

export type FollowerParts = Readonly<{
  store: SharedStore;
  resources: ResourceStore;
  clock: Clock;
  log: Log;
  /** Rows up to this one are known, and what the resources say is known in the log or in the store. */
  offset: number;
  /** Runs `work` while no unit of the project runs. */
  exclusive: (project: string, work: () => Promise<void>) => Promise<void>;
  /** Resolves when the units that run now have ended. */
  idle: () => Promise<void>;
  /** True for a unit of this process, whose changes are in memory already. */
  isOwn: (unitId: string) => boolean;
  /** Called with the keys that have changed. */
  changed: (keys: readonly string[]) => void;
}>;

/** A transaction of the store that takes longer has lost its ids: nobody waits for them any more (Kylin's limit). */
const gapMsMax = 5 * 60_000;
/** Ids that are waited for; where ids are given in steps, as in Galera, many are never used. */
const gapsMax = 10_000;
/** Missing ids are looked for once in this time, and whenever somebody must know all. */
const gapEveryMs = 1_000;

/** Brings what other nodes have written into the memory of this one, by the audit log. */
export class Follower {
  readonly #parts: FollowerParts;
  /** Every row up to here has been seen, but for the gaps. */
  #offset: number;
  /** Ids that were missing, and since when. Their transactions may still be committed. */
  readonly #gaps = new Map<number, number>();
  #gapsLookedAt = 0;
  #running: Promise<void> = Promise.resolve();

  constructor(parts: FollowerParts) {
    this.#parts = parts;
    this.#offset = parts.offset;
  }

  /** The newest row that has been seen. */
  get offset(): number {
    return this.#offset;
  }

  /** Every row up to here has been seen; what comes late has a higher id. */
  get seenUpTo(): number {
    let first = this.#offset + 1;
    for (const id of this.#gaps.keys()) first = Math.min(first, id);
    return first - 1;
  }

  /** Takes over what is new. Cheap when nothing is. Throws MetastoreError when the store is away. */
  poll(): Promise<void> {
    return this.#inTurn(async () => this.#follow(this.#isGapTime()));
  }

  /** Resolves when everything is here that had been committed when it was called. */
  catchUp(): Promise<void> {
    return this.#inTurn(async () => this.#follow(true));
  }

  /** One at a time: a caller that comes later sees what was committed before its call. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#running.then(work);
    this.#running = turn.catch(() => undefined);
    return turn;
  }

  async #follow(looksAtGaps: boolean): Promise<void> {
    const { store } = this.#parts;
    const signal = new AbortController().signal;
    const { oldest, newest } = await store.auditRange(signal);
    if (this.#isRotatedAway(oldest, newest)) await this.#reload(oldest);
    while (this.#offset < newest) {
      const rows = await store.audit(this.#offset, auditPageRowsMax, signal);
      const last = rows.at(-1);
      if (last === undefined) break;
      this.#noteGaps(rows, last.id);
      await this.#apply(rows, 'in order');
      this.#offset = last.id;
    }
    if (looksAtGaps) await this.#lookAtGaps(signal);
  }

  /** True when the log may have had rows that were not seen here: the next one, or one that came late. */
  #isRotatedAway(oldest: number, newest: number): boolean {
    if (oldest > this.#offset + 1 && newest > this.#offset) return true;
    for (const id of this.#gaps.keys()) if (id < oldest) return true;
    return false;
  }

  #isGapTime(): boolean {
    return this.#gaps.size > 0 && this.#parts.clock.elapsed() - this.#gapsLookedAt >= gapEveryMs;
  }

  #noteGaps(rows: readonly StoredAuditRow[], last: number): void {
    const there = new Set(rows.map(({ id }) => id));
    const first = Math.max(this.#offset + 1, last - gapsMax);
    const now = this.#parts.clock.elapsed();
    for (let id = first; id < last; id++) if (!there.has(id)) this.#gaps.set(id, now);
    for (const id of [...this.#gaps.keys()].slice(0, Math.max(0, this.#gaps.size - gapsMax))) {
      this.#gaps.delete(id);
    }
  }

  async #lookAtGaps(signal: AbortSignal): Promise<void> {
    const { store, clock } = this.#parts;
    const now = clock.elapsed();
    this.#gapsLookedAt = now;
    const ids = [...this.#gaps.keys()];
    for (let at = 0; at < ids.length; at += auditPageRowsMax) {
      const late = await store.auditRowsOf(ids.slice(at, at + auditPageRowsMax), signal);
      await this.#apply(late, 'late');
      for (const { id } of late) this.#gaps.delete(id);
    }
    for (const [id, since] of this.#gaps) if (now - since >= gapMsMax) this.#gaps.delete(id);
  }

  /** A unit is seen as a whole, unless it has more rows than a page. */
  async #apply(rows: readonly StoredAuditRow[], how: 'in order' | 'late'): Promise<void> {
    const others = rows.filter(({ unitId }) => !this.#parts.isOwn(unitId));
    const byProject = Map.groupBy(others, ({ key }) => parseKey(key)?.project ?? '');
    await Promise.all([...byProject].map(([project, own]) => this.#applyTo(project, own, how)));
  }

  /** Beside no unit of the project: one that reads again would put back what it has read a moment ago. */
  async #applyTo(project: string, rows: readonly StoredAuditRow[], how: 'in order' | 'late'): Promise<void> {
    await this.#parts.exclusive(project, async () => {
      const next = new Map<string, Resource>();
      const doubtful = new Set<string>();
      for (const row of rows) {
        const there = next.get(row.key) ?? this.#parts.resources.get(row.key);
        const effect = doubtful.has(row.key) || how === 'late' ? 'doubtful' : effectOf(row, there);
        if (effect === 'doubtful') doubtful.add(row.key);
        if (effect === 'next') next.set(row.key, resourceOf(row));
      }
      await this.#take([...doubtful], [...next.values()]);
    });
  }

  /** Makes memory equal to the store for some keys, and takes over what is known of others, in one step. */
  async #take(keys: readonly string[], known: readonly Resource[]): Promise<void> {
    const { store, resources, changed } = this.#parts;
    const found = keys.length === 0 ? [] : await store.read(keys, new AbortController().signal);
    for (const resource of known) resources.put(resource);
    const there = new Set(found.map(({ key }) => key));
    for (const resource of found) resources.put(decodeResource(resource));
    for (const key of keys) if (!there.has(key)) resources.delete(key);
    const all = [...new Set([...known.map(({ key }) => key), ...keys])];
    if (all.length > 0) changed(all);
  }

  /** Makes memory equal to the store for these keys, while nobody here writes them. */
  async #readAgain(keys: readonly string[]): Promise<void> {
    const byProject = Map.groupBy(keys, (key) => parseKey(key)?.project ?? '');
    for (const [project, own] of byProject) {
      await this.#parts.exclusive(project, () => this.#take(own, []));
    }
  }

  /** The log no longer has all that is missing here. */
  async #reload(oldest: number): Promise<void> {
    const { store, resources, log, idle } = this.#parts;
    log.warn('metastore_reloaded', { offset: this.#offset });
    const { resources: stored, auditId } = await store.load(new AbortController().signal);
    // What a unit is about to publish may have been deleted by others, and the row that says so be gone.
    await idle();
    const known = new Map(resources.list('/').map((resource) => [resource.key, resource]));
    const different = stored.filter((resource) => {
      const there = known.get(resource.key);
      known.delete(resource.key);
      return !isSame(resource, there);
    });
    await this.#readAgain([...different.map(({ key }) => key), ...known.keys()]);
    this.#gaps.clear();
    // As at the start: a transaction that was open meanwhile may own an id before the newest one.
    this.#offset = Math.max(oldest - 1, auditId - auditPageRowsMax, 0);
  }
}

/** What a row means for what is in memory: the version that follows, one that is there, or something to look up. */
function effectOf(row: StoredAuditRow, there: Resource | undefined): 'next' | 'known' | 'doubtful' {
  if (row.mvcc === null) return there === undefined ? 'known' : 'doubtful';
  if (row.mvcc === (there?.mvcc ?? -1) + 1) return 'next';
  return isSame({ ...row, modifiedAt: row.at }, there) ? 'known' : 'doubtful';
}

/** Versions begin anew when a key is deleted and made again, which may happen within a millisecond. */
function isSame(
  stored: Readonly<{ mvcc: number | null; modifiedAt: number; content: string | null }>,
  there: Resource | undefined,
): boolean {
  if (there?.mvcc !== stored.mvcc || there.modifiedAt !== stored.modifiedAt) return false;
  return JSON.stringify(there.content) === stored.content;
}

function resourceOf({ id, key, content, mvcc, at }: StoredAuditRow): Resource {
  if (content === null || mvcc === null)
    throw new MetastoreError('corrupt', `audit row ${id} has no version`);
  return { key, content: freezeParsed(parseContent(content, `audit row ${id}`)), mvcc, modifiedAt: at };
}
