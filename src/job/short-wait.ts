import type { Clock } from '../base/clock.ts';
import { pause } from '../base/waiting.ts';

/** A script need not know what goes on behind an answer. StarRocks waits as long for its own lock. */
const shortWaitMsMax = 10_000;
const lookEveryMs = 20;

/**
 * Waits until what a statement would be refused for is over, ten seconds at most: whether it is, the caller asks again.
 * For what ends by itself in a moment, on this node or another. Throws the signal's reason when it aborts.
 */
export async function waitShortly(clock: Clock, isOver: () => boolean, signal: AbortSignal): Promise<void> {
  const end = clock.elapsed() + shortWaitMsMax;
  while (!isOver() && clock.elapsed() < end) await pause(clock, lookEveryMs, signal);
}
