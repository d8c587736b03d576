import type { Translated } from '../translation/translator.ts';

/** A statement whose plan is shown: the rows that it reads, if it reads any, and what it does with them. */
export type Explained = Readonly<{ root: Root | undefined; translate: (() => Translated) | undefined }>;

/** What a change does with the rows of the plan below it, such as `Insert into`. */
export type Root = Readonly<{ verb: string; tables: readonly string[] }>;

/** INSERT, REPLACE, UPDATE or DELETE. */
export function changeWord({ verb }: Root): string {
  return verb.slice(0, verb.indexOf(' ') < 0 ? undefined : verb.indexOf(' ')).toUpperCase();
}
