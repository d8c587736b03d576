import { AssertionError } from 'node:assert';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { failpoint } from '../base/failpoint.ts';
import { pause } from '../base/waiting.ts';
import type { Restoring } from '../source/restoring.ts';
import { failureOf, isSourceAway } from './failure.ts';
import type { Failure } from './job-status.ts';
import { backOffMs } from './machine.ts';
import type { RunSignals } from './tools.ts';

/** What knows how to commit, and whether that has happened. */
type Committing = Pick<Restoring, 'isCommitted' | 'commit'>;

export type Commit = Readonly<{
  open: () => Promise<Committing>;
  /** False where it is only asked whether the swap has happened. */
  mayCommit: boolean;
  /** Throws when the job has become another node's. */
  requireLease: () => void;
  clock: Clock;
  log: Log;
}>;

export type CommitOutcome =
  Readonly<{ kind: 'committed' }> | Readonly<{ kind: 'commit_refused'; failure: Failure }>;

const notWanted: Failure = { code: 'COMMON_ERROR', message: 'the restore was stopped before its commit' };

/**
 * Swaps a restore in, or finds out whether that has happened. A commit that failed, or was told to stop, may have
 * happened all the same: the source is asked until it answers, so that what is reported is true. Where it was away and says
 * that nothing has happened, the swap is tried again. Ends without an answer only when the server stops.
 */
export async function settleCommit(commit: Commit, signals: RunSignals): Promise<CommitOutcome> {
  let last: Attempt | undefined;
  for (let unanswered = 0, attempts = 0; ;) {
    try {
      const restoring = await commit.open();
      if (await restoring.isCommitted(signals.stopped)) return { kind: 'committed' };
      const mayTry = commit.mayCommit && !signals.cancelled.aborted;
      const isLast = last !== undefined && (!last.wasAway || attempts >= attemptsMax);
      if (!mayTry || isLast) return { kind: 'commit_refused', failure: last?.failure ?? notWanted };
      attempts += 1;
      last = await tryCommit(restoring, commit.requireLease, signals);
      if (last === undefined) return { kind: 'committed' };
    } catch (error) {
      signals.stopped.throwIfAborted();
      if (error instanceof AssertionError) throw error;
      commit.log.warn('commit_unanswered', { error: failureOf(error).message });
      await pause(commit.clock, backOffMs(++unanswered), signals.stopped);
    }
  }
}

/** A commit that failed. */
type Attempt = Readonly<{ failure: Failure; wasAway: boolean }>;

/** A source that goes away this often in the same moment is not going to swap. */
const attemptsMax = 3;

/** Undefined when it has not failed. */
async function tryCommit(
  restoring: Committing,
  requireLease: () => void,
  signals: RunSignals,
): Promise<Attempt | undefined> {
  try {
    requireLease();
    failpoint('swap.before');
    await restoring.commit(signals.cancelled);
    failpoint('swap.after');
    return undefined;
  } catch (error) {
    signals.stopped.throwIfAborted();
    if (error instanceof AssertionError) throw error;
    return { failure: failureOf(error), wasAway: isSourceAway(error) };
  }
}
