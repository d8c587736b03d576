import { SqlError } from '../base/sql-error.ts';

/** The error for what is known and not built yet, in MySQL's words. */
export function notYet(what: string, hint?: string): SqlError {
  const options = hint === undefined ? {} : { hint };
  return new SqlError('not_supported', `This version of Holdfast doesn't yet support '${what}'`, options);
}
