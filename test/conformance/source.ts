import { describe, it } from 'node:test';
import type { Cell } from '../../src/base/rows.ts';
import type { Source } from '../../src/source/source.ts';
import { readClauses } from './source/reads.ts';
import { restoreClauses } from './source/restores.ts';
import { valueClauses } from './source/values.ts';

/** A database server with a source in front of it, and a way to talk to it as a user would. */
export interface OpenSource extends AsyncDisposable {
  readonly source: Source;
  /** Where files of chunks may be written. */
  readonly folder: string;
  /** Runs one statement in MySQL's words. The database `shop` is there and current. */
  run(sql: string): Promise<unknown>;
  /** The rows of a query, as a client reads them. */
  rows(sql: string): Promise<readonly (readonly Cell[])[]>;
}

export type SourceClause = Readonly<{ sentence: string; check: (subject: OpenSource) => Promise<void> }>;

export type SourceSubject = Readonly<{
  name: string;
  /** A new server, empty but for the database `shop`. */
  open: () => Promise<OpenSource>;
  /** Sentences this source cannot keep, each with its reason. */
  skip?: Readonly<Record<string, string>>;
}>;

/** The contract of `Source`, `Frozen` and `Restoring`. Change this suite first, then the sources. */
export const sourceClauses: readonly SourceClause[] = [...readClauses, ...valueClauses, ...restoreClauses];

const clauseTimeoutMs = 230_000;

/** Declares one test for each clause. */
export function conformsToSource(subject: SourceSubject): void {
  const unknown = Object.keys(subject.skip ?? {}).filter(
    (sentence) => !sourceClauses.some((clause) => clause.sentence === sentence),
  );
  if (unknown.length > 0) throw new Error(`${subject.name} skips unknown clauses: ${unknown.join('; ')}`);
  describe(`${subject.name} as a source`, () => {
    for (const { sentence, check } of sourceClauses) {
      const skip = subject.skip?.[sentence] ?? false;
      it(sentence, { skip, timeout: clauseTimeoutMs }, async () => {
        await using opened = await subject.open();
        await check(opened);
      });
    }
  });
}
