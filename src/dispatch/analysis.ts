import { SqlError, type SqlErrorKind } from '../base/sql-error.ts';

/** A refusal before anything is done, in StarRocks' frame; `kind` gives it a code of its own, `hint` says what to do. */
export function analysisError(text: string, kind: SqlErrorKind = 'analysis', hint?: string): SqlError {
  const options = hint === undefined ? {} : { hint };
  return new SqlError(kind, `Getting analyzing error. Detail message: ${text}.`, options);
}

/** What parses and is not there yet, by MySQL's error 1235. */
export function notSupported(what: string): SqlError {
  return new SqlError('not_supported', `This version of Holdfast doesn't yet support '${what}'`);
}
