import { SqlError, type SqlErrorKind } from '../base/sql-error.ts';

/** A refusal before anything is done, in StarRocks' frame; `kind` gives it a code of its own. */
export function analysisError(text: string, kind: SqlErrorKind = 'analysis'): SqlError {
  return new SqlError(kind, `Getting analyzing error. Detail message: ${text}.`);
}

/** What parses and is not there yet, by MySQL's error 1235. */
export function notSupported(what: string): SqlError {
  return new SqlError('not_supported', `This version of Holdfast doesn't yet support '${what}'`);
}
