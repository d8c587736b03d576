import { mapBounded } from '../base/bounded.ts';
import { makeRoom } from '../base/make-room.ts';
import type { WholeSnapshots } from './whole-snapshots.ts';
import type { Manifest } from '../snapshot/manifest.ts';
import type { SnapshotName, SnapshotPlace } from '../snapshot/layout.ts';
import { type ListedSnapshot, listSnapshots, readManifest } from '../snapshot/reader.ts';

/** A snapshot as the repository shows it: its manifest, or why that cannot be read. */
export type CatalogueEntry = SnapshotName &
  Readonly<{ kind: 'whole'; manifest: Manifest } | { kind: 'broken'; reason: string }>;

/** What of an entry does not grow with its snapshot. */
export type SnapshotState = SnapshotName & Readonly<{ kind: 'whole' } | { kind: 'broken'; reason: string }>;

/** Manifests read at once for one SHOW: enough to hide the latency of an object store. */
const readsMax = 16;
/** Manifests kept: StarRocks keeps 10,000 infos; ours are larger. */
const cachedMax = 1_000;
/** Names of snapshots that are known to be whole: some ten megabytes. */
const wholeMax = 50_000;
/** A manifest of many thousand chunks is read anew rather than held in memory. */
const cachedBytesMax = 256 * 1024;

/**
 * What repositories hold, read from them alone. Each manifest is read once, since a snapshot never changes; the cache
 * goes by place, name, size and time, so a file that was replaced is read again.
 */
export class SnapshotCatalogue {
  readonly #cache = new Map<string, CatalogueEntry>();
  readonly #whole = new Set<string>();
  readonly #kept: WholeSnapshots | undefined;

  /** `kept` remembers snapshots of places with an identity across restarts. */
  constructor(kept?: WholeSnapshots) {
    this.#kept = kept;
  }

  /** The snapshots of a place by label and timestamp; `label` restricts to one. */
  async list(
    place: SnapshotPlace,
    label: string | undefined,
    signal: AbortSignal,
  ): Promise<readonly CatalogueEntry[]> {
    const listed = listSnapshots(place, signal, label);
    return mapBounded(listed, readsMax, async (one, _index, inner) => this.#read(place, one, inner), signal);
  }

  /** As `list`, but whether each is whole is all that is told: nothing of thousands of manifests is held. */
  async states(
    place: SnapshotPlace,
    label: string | undefined,
    signal: AbortSignal,
  ): Promise<readonly SnapshotState[]> {
    await this.#kept?.load();
    const listed = listSnapshots(place, signal, label);
    const look = async (one: ListedSnapshot, _index: number, inner: AbortSignal): Promise<SnapshotState> => {
      const { label: name, timestamp } = one;
      if (this.#isWhole(place, one)) return { label: name, timestamp, kind: 'whole' };
      const entry = await this.#read(place, one, inner);
      return entry.kind === 'broken' ? entry : { label: name, timestamp, kind: 'whole' };
    };
    const states = await mapBounded(listed, readsMax, look, signal);
    await this.#kept?.save();
    return states;
  }

  #isWhole(place: SnapshotPlace, listed: ListedSnapshot): boolean {
    const key = keyOf(place, listed);
    if (this.#whole.has(key)) return true;
    return place.identity !== undefined && this.#kept?.has(place.identity + key) === true;
  }

  async #read(place: SnapshotPlace, listed: ListedSnapshot, signal: AbortSignal): Promise<CatalogueEntry> {
    const { label, timestamp, manifestBytes } = listed;
    const key = keyOf(place, listed);
    const known = this.#cache.get(key);
    if (known !== undefined) return known;
    try {
      const { manifest } = await readManifest(place, listed, signal);
      const entry: CatalogueEntry = { label, timestamp, kind: 'whole', manifest };
      if (this.#whole.size < wholeMax) this.#whole.add(key);
      if (place.identity !== undefined) this.#kept?.add(place.identity + key);
      if (manifestBytes <= cachedBytesMax) this.#keep(key, entry);
      return entry;
    } catch (error) {
      signal.throwIfAborted();
      return { label, timestamp, kind: 'broken', reason: error instanceof Error ? error.message : 'unknown' };
    }
  }

  #keep(key: string, entry: CatalogueEntry): void {
    makeRoom(this.#cache, cachedMax);
    this.#cache.set(key, entry);
  }
}

/** A file that was replaced has another key. */
function keyOf(
  place: SnapshotPlace,
  { label, timestamp, manifestBytes, modifiedAt }: ListedSnapshot,
): string {
  return [place.layout.root, label, timestamp, manifestBytes, modifiedAt].join('\0');
}
