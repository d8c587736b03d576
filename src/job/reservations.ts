import { SqlError } from '../base/sql-error.ts';
import { noDatabase } from './backup-job.ts';
import { isEnding, isSettled, type Job } from './machine.ts';
import { labelTaken } from './submission.ts';

/** What a job that runs, or is being submitted, keeps others from. */
export type Claim = Readonly<{
  kind: 'backup' | 'restore';
  catalog: string;
  database: string;
  repository: string;
  label: string;
}>;

type Place = Pick<Claim, 'catalog' | 'database'>;

/** Each keeps its record, its tasks and a folder for staging: a client that goes mad would fill memory and disk with them. */
const unsettledMax = 1_000;

/**
 * One job per database at a time, and one writer per label. A submission reserves its place before it looks into the
 * repository, so that two of them cannot both find it free.
 */
export class Reservations {
  readonly #jobs: () => Iterable<Job>;
  readonly #submitting = new Set<Claim>();

  constructor(jobs: () => Iterable<Job>) {
    this.#jobs = jobs;
  }

  /** Throws StarRocks' errors when the place is taken, `resource_limit` when too many jobs are not settled. Dispose it when the job is known, or was refused. */
  take(claim: Claim): Disposable {
    for (const other of this.#all()) {
      if (isSamePlace(other, claim)) {
        const isOfCatalogs = claim.catalog === noDatabase.catalog;
        const of = isOfCatalogs ? 'external catalog' : 'a database at same time';
        const message = `Can only run one backup or restore job of ${of}`;
        throw new SqlError('backup', message, { hint: 'SHOW BACKUP and SHOW RESTORE tell how far it is.' });
      }
      const isWriter = claim.kind === 'backup' && other.kind === 'backup';
      if (isWriter && other.repository === claim.repository && other.label === claim.label) {
        throw labelTaken(claim.label, 'Another backup is writing it: choose another name.');
      }
    }
    if ([...this.#all()].length >= unsettledMax) {
      throw new SqlError(
        'resource_limit',
        `queue full: ${unsettledMax} backup and restore jobs are not finished`,
        {
          hint: 'Submit it again when some have ended. SHOW BACKUP and SHOW RESTORE list them.',
        },
      );
    }
    this.#submitting.add(claim);
    return { [Symbol.dispose]: () => void this.#submitting.delete(claim) };
  }

  /** True when nothing but a job that is about to end keeps `take` from the place. */
  isAboutToBeFree(claim: Place): boolean {
    const others = [...this.#all()].filter((other) => isSamePlace(other, claim));
    return others.length > 0 && others.every(isAboutToEnd);
  }

  /** True while a job reads or writes the repository, or is about to. */
  usesRepository(name: string): boolean {
    return [...this.#all()].some((claim) => claim.repository === name);
  }

  /** Who works with a snapshot now: then it must not be dropped. */
  userOf(repository: string, label: string): 'backup' | 'restore' | undefined {
    return this.#usersOf(repository, label)[0]?.kind;
  }

  /** True when nothing but jobs that are about to end work with a snapshot. */
  isAboutToBeUnused(repository: string, label: string): boolean {
    const users = this.#usersOf(repository, label);
    return users.length > 0 && users.every(isAboutToEnd);
  }

  #usersOf(repository: string, label: string): readonly (Claim | Job)[] {
    return [...this.#all()].filter((claim) => claim.repository === repository && claim.label === label);
  }

  *#all(): Generator<Claim | Job> {
    yield* this.#submitting;
    for (const job of this.#jobs()) {
      if (!isSettled(job)) yield job;
    }
  }
}

function isAboutToEnd(claim: Claim | Job): boolean {
  return 'state' in claim && isEnding(claim);
}

/** Some sources take names that differ in case alone for one; that others have to wait here does no harm. */
function isSamePlace(left: Place, right: Place): boolean {
  return left.catalog === right.catalog && left.database.toLowerCase() === right.database.toLowerCase();
}
