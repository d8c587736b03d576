import { createHash } from 'node:crypto';

/**
 * Every database and table of ours on a server begins so. No database that does is listed, and none of them is backed
 * up.
 */
export const ownPrefix = '__holdfast_';

/** The journal of a restore before and after its swap: the swap renames the one to the other. */
export const preparedJournal: string = `${ownPrefix}prepared`;
export const committedJournal: string = `${ownPrefix}committed`;

/** What one restore calls its things. Names of MySQL have 64 characters at most; these have about 40. */
export type RestoreNames = Readonly<{
  /** The database of the shadows, under the names of their targets, and of the journal. */
  shadows: string;
  /** The database to which the swap moves the tables that were there. */
  replaced: string;
  /** Stands in the target database for the moment between the swap and its being dropped: see `restore-commit.ts`. */
  replacedHere: (index: number) => string;
}>;

/**
 * `owner` is who runs the job: several Holdfasts may restore to one server, and each numbers its jobs itself. A sweep
 * drops what its owner left, and nothing of another's.
 */
export function restoreNames(owner: string, restoreId: string): RestoreNames {
  const base = `${ownerPrefix(owner)}${restoreId}`;
  return {
    shadows: base,
    replaced: `${base}_replaced`,
    replacedHere: (index) => `${base}_replaced_${index}`,
  };
}

/** The id of a restore of `owner`'s from the name of one of its databases; undefined for any other database. */
export function restoreIdOf(owner: string, database: string): string | undefined {
  const prefix = ownerPrefix(owner);
  if (!database.startsWith(prefix)) return undefined;
  return database.slice(prefix.length).replace(/_replaced$/, '');
}

function ownerPrefix(owner: string): string {
  return `${ownPrefix}${createHash('sha256').update(owner).digest('hex').slice(0, 12)}_`;
}
