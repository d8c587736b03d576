import { SqlError, type SqlErrorKind } from '../base/sql-error.ts';
import { internalCatalog } from '../catalog/external/external-catalogs.ts';
import { repositoriesHint } from '../repository/repositories.ts';
import { unknownCatalog } from '../source/known-name.ts';
import { quoteDialectName } from '../sql/dialect-name.ts';

/** A refusal before anything is done, in StarRocks' frame; `kind` gives it a code of its own, `hint` says what to do. */
export function analysisError(text: string, kind: SqlErrorKind = 'analysis', hint?: string): SqlError {
  const options = hint === undefined ? {} : { hint };
  return new SqlError(kind, `Getting analyzing error. Detail message: ${text}.`, options);
}

/** What parses and is not there yet, by MySQL's error 1235. */
export function notSupported(what: string): SqlError {
  return new SqlError('not_supported', `This version of Holdfast doesn't yet support '${what}'`);
}

/**
 * For what the embedded engine answers: names of external catalogs have been answered elsewhere, so one that is neither
 * is not there. Throws 5061.
 */
export function refuseOtherCatalog(named: string | undefined): void {
  if (named !== undefined && named.toLowerCase() !== internalCatalog) throw unknownCatalog(named);
}

/** StarRocks' words for a statement that names a repository which is not there. */
export function noSuchRepository(name: string): SqlError {
  return analysisError(`Repository [${name}] does not exist`, 'backup', repositoriesHint);
}

/** The same in the words of the statements that are ours. */
export function unknownRepository(name: string): SqlError {
  return new SqlError('backup', `Repository does not exist: ${name}`, { hint: repositoriesHint });
}

/** `snapshot`: a label, with its timestamp where one was named. */
export function noSuchLabel(repository: string, snapshot: string): SqlError {
  const message = `Snapshot does not exist in repository ${repository}: ${snapshot}`;
  return new SqlError('backup', message, { hint: snapshotsHint(repository) });
}

/** What to ask for the snapshots of a repository. */
export function snapshotsHint(repository: string): string {
  return `SHOW SNAPSHOT ON ${quoteDialectName(repository)} lists each snapshot with its Timestamp.`;
}
