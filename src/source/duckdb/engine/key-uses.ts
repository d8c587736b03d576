import { SqlError } from '../../../base/sql-error.ts';

/** More keys of one transaction than these are taken for all. */
export const digestsMax = 10_000;

/** A transaction that stays open for hours would keep all that others commit: beyond these they are taken together, two by two. */
export const endedMax = 1_000;

/** Values of a key as digests; two that are equal are held for the same value. */
type Digests = Set<string> | 'all';

/** What a transaction relies on, and takes away, of the keys that foreign keys refer to. Disposed when the transaction has ended. */
export class KeyUse implements Disposable {
  /** How many transactions had committed when it began. */
  readonly since: number;
  readonly #end: () => void;
  readonly #relied = new Map<string, Digests>();
  readonly #removed = new Map<string, Digests>();

  constructor(since: number, end: () => void) {
    this.since = since;
    this.#end = end;
  }

  get isEmpty(): boolean {
    return this.#relied.size === 0 && this.#removed.size === 0;
  }

  /** Rows refer to these values of `key`, a name of the parent and its columns. */
  rely(key: string, digests: readonly string[] | 'all'): void {
    add(this.#relied, key, digests);
  }

  /** Rows with these values of `key` go, or get others. */
  remove(key: string, digests: readonly string[] | 'all'): void {
    add(this.#removed, key, digests);
  }

  /** True where one takes away what the other relies on. */
  meets(other: KeyUse): boolean {
    return haveCommon(this.#relied, other.#removed) || haveCommon(this.#removed, other.#relied);
  }

  /** Takes for its own what the other relies on and takes away. */
  absorb(other: KeyUse): void {
    for (const [key, digests] of other.#relied) add(this.#relied, key, digests);
    for (const [key, digests] of other.#removed) add(this.#removed, key, digests);
  }

  [Symbol.dispose](): void {
    this.#end();
  }
}

/**
 * Lets no two transactions commit of which one inserts a row and the other deletes its parent. DuckDB finds two changes of one row;
 * these are changes of two, each made while the other was not to be seen. So every transaction says what it relies on and what it takes away,
 * and the one that commits second fails (docs/decisions/0126).
 */
export class KeyUses {
  #commits = 0;
  readonly #open = new Set<KeyUse>();
  readonly #committing = new Set<KeyUse>();
  /** Those that a transaction which is open may not see. */
  #ended: Ended[] = [];

  /** Call before a transaction takes its snapshot. */
  begin(): KeyUse {
    const use: KeyUse = new KeyUse(this.#commits, () => this.#end(use));
    this.#open.add(use);
    return use;
  }

  /** True when no other transaction is open. */
  isAlone(use: KeyUse): boolean {
    return this.#open.size === 1 && this.#open.has(use);
  }

  /** Runs DuckDB's COMMIT, or fails with MySQL's 1213 where another transaction was first. */
  async commit(use: KeyUse, commit: () => Promise<unknown>): Promise<void> {
    if (use.isEmpty) {
      await commit();
      return;
    }
    const unseen = this.#ended.filter(({ number }) => number > use.since).map((ended) => ended.use);
    if ([...this.#committing, ...unseen].some((other) => use.meets(other))) throw keyChanged();
    this.#committing.add(use);
    try {
      await commit();
      this.#commits += 1;
      this.#ended.push({ use, number: this.#commits });
      if (this.#ended.length > endedMax) this.#ended = inPairs(this.#ended);
    } finally {
      this.#committing.delete(use);
    }
  }

  #end(use: KeyUse): void {
    this.#open.delete(use);
    const oldest = Math.min(...[...this.#open].map(({ since }) => since));
    this.#ended = this.#ended.filter(({ number }) => number > oldest);
  }
}

type Ended = Readonly<{ use: KeyUse; number: number }>;

/** A pair counts for whoever has not seen the second of it. */
function inPairs(ended: readonly Ended[]): Ended[] {
  return ended.flatMap((each, index) => {
    const before = ended[index - 1];
    if (index % 2 === 1 && before !== undefined) each.use.absorb(before.use);
    return index % 2 === 1 || index === ended.length - 1 ? [each] : [];
  });
}

function add(to: Map<string, Digests>, key: string, digests: Digests | readonly string[]): void {
  const known = to.get(key);
  if (known === 'all') return;
  const all = digests === 'all' ? digests : new Set([...(known ?? []), ...digests]);
  to.set(key, all !== 'all' && all.size > digestsMax ? 'all' : all);
}

function haveCommon(left: ReadonlyMap<string, Digests>, right: ReadonlyMap<string, Digests>): boolean {
  return [...left].some(([key, digests]) => {
    const others = right.get(key);
    if (others === undefined) return false;
    return digests === 'all' || others === 'all' || !digests.isDisjointFrom(others);
  });
}

function keyChanged(): SqlError {
  return new SqlError('lock_deadlock', 'Deadlock found when trying to get lock; try restarting transaction', {
    hint: 'Another transaction has deleted a parent of a row of this one, or inserted a child of a deleted row; this one was rolled back.',
  });
}
