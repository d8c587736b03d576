import { describe, it } from 'node:test';
import type { BlobStore } from '../../src/repository/blob-store.ts';
import { readClauses } from './blob-store/reads.ts';
import { listClauses } from './blob-store/lists.ts';
import { writeClauses } from './blob-store/writes.ts';

/** One sentence of the port's contract. `check` gets an empty store of its own. */
export type Clause = Readonly<{
  sentence: string;
  check: (store: BlobStore) => Promise<void>;
  /** For what takes longer than usual. */
  timeoutMs?: number;
}>;

export type Subject = Readonly<{
  name: string;
  /** A new, empty store; disposing of it removes what it held. */
  open: () => Promise<BlobStore>;
  /** Sentences this store cannot keep, each with its reason. */
  skip?: Readonly<Record<string, string>>;
}>;

/** The contract of `BlobStore`. Change this suite first, then the adapters. */
export const clauses: readonly Clause[] = [...writeClauses, ...readClauses, ...listClauses];

/** Longer than any clause needs: a store that hangs fails its clause. */
const clauseTimeoutMs = 230_000;

/** Declares one test for each clause. */
export function conformsToBlobStore(subject: Subject): void {
  const unknown = Object.keys(subject.skip ?? {}).filter(
    (sentence) => !clauses.some((c) => c.sentence === sentence),
  );
  if (unknown.length > 0) throw new Error(`${subject.name} skips unknown clauses: ${unknown.join('; ')}`);
  describe(`${subject.name} as a blob store`, () => {
    for (const { sentence, check, timeoutMs = clauseTimeoutMs } of clauses) {
      const skip = subject.skip?.[sentence] ?? false;
      it(sentence, { skip, timeout: timeoutMs }, async () => {
        await using store = await subject.open();
        await check(store);
      });
    }
  });
}

/** The sentences that `open`'s store does not keep: for controls, which must fail where they are broken. */
export async function brokenClauses(open: () => Promise<BlobStore>): Promise<readonly string[]> {
  const broken: string[] = [];
  for (const { sentence, check } of clauses) {
    await using store = await open();
    try {
      await check(store);
    } catch {
      broken.push(sentence);
    }
  }
  return broken;
}
