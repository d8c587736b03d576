import type { StoredAuditRow, StoredUnit } from '../../src/metastore/metadata-store.ts';
import type { MemorySharedStore, SharedDisk } from '../../src/metastore/memory-shared-store.ts';
import type { SharedStore } from '../../src/metastore/shared-store.ts';

/**
 * What a database does with the numbers of its audit log: a transaction that is still open has numbers already, so that others
 * see later ones first, and a gap before them. Whoever locks the same project waits for it: then it is over.
 */
export class LateRows {
  readonly #disk: SharedDisk;
  readonly #hidden = new Map<number, string>();

  constructor(disk: SharedDisk) {
    this.#disk = disk;
  }

  /** The rows of a unit are not seen until `show`. */
  hide({ unitId, project }: StoredUnit): void {
    for (const row of this.#disk.audit) if (row.unitId === unitId) this.#hidden.set(row.id, project);
  }

  show(project: string): void {
    for (const [id, of] of this.#hidden) if (of === project) this.#hidden.delete(id);
  }

  /** A store that sees what is committed. */
  over(inner: MemorySharedStore): SharedStore {
    const isSeen = (row: StoredAuditRow): boolean => !this.#hidden.has(row.id);
    return {
      load: async (signal) => ({ ...(await inner.load(signal)), auditId: this.#range().newest }),
      read: (keys, signal) => inner.read(keys, signal),
      readBelow: (prefixes) => inner.readBelow(prefixes),
      commit: async (unit) => {
        this.show(unit.project);
        return await inner.commit(unit);
      },
      audit: async (after, limit, signal) =>
        (await inner.audit(after, Number.POSITIVE_INFINITY, signal)).filter(isSeen).slice(0, limit),
      auditRange: async () => this.#range(),
      auditRowsOf: async (ids) => (await inner.auditRowsOf(ids)).filter(isSeen),
      claim: async (wish) => {
        this.show(wish.project);
        return await inner.claim(wish);
      },
      epoch: (...given) => inner.epoch(...given),
      takeEpoch: (...given) => inner.takeEpoch(...given),
      leases: () => inner.leases(),
      renew: (...given) => inner.renew(...given),
      release: (...given) => inner.release(...given),
      announce: (...given) => inner.announce(...given),
      nodes: () => inner.nodes(),
      retire: (node) => inner.retire(node),
      fact: (...given) => inner.fact(...given),
      replaceFact: (...given) => inner.replaceFact(...given),
      ask: (question) => inner.ask(question),
      questions: (ageMsMax, limit) => inner.questions(ageMsMax, limit),
      take: (...given) => inner.take(...given),
      answer: (...given) => inner.answer(...given),
      question: (id) => inner.question(id),
      withdraw: (id) => inner.withdraw(id),
      forget: (id) => inner.forget(id),
      [Symbol.asyncDispose]: () => inner[Symbol.asyncDispose](),
    };
  }

  #range(): Readonly<{ oldest: number; newest: number }> {
    const seen = this.#disk.audit.filter(({ id }) => !this.#hidden.has(id));
    return { oldest: seen[0]?.id ?? 0, newest: seen.at(-1)?.id ?? 0 };
  }
}
