/** Accounts whose digest is kept at once; beyond that the oldest must log in by the full exchange again. */
const entriesMax = 10_000;

type Entry = Readonly<{ hash: string; digest: Buffer }>;

/**
 * Digests of passwords that were verified by the full exchange, in memory only. An entry belongs to one stored
 * hash: when the password changes, it is of no use.
 */
export class DigestCache {
  readonly #entries = new Map<string, Entry>();

  get(user: string, hash: string): Buffer | undefined {
    const entry = this.#entries.get(user);
    return entry?.hash === hash ? entry.digest : undefined;
  }

  set(user: string, hash: string, digest: Buffer): void {
    this.#entries.delete(user);
    this.#entries.set(user, { hash, digest });
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > entriesMax && oldest !== undefined) this.#entries.delete(oldest);
  }
}
