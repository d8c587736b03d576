import { notSupported } from '../not-supported.ts';
import { special, type FunctionEntry } from './definition.ts';

/** Functions that wait, or act on the server: how many arguments each takes. */
const arities: ReadonlyMap<string, number> = new Map([
  ['SLEEP', 1],
  ['GET_LOCK', 2],
  ['RELEASE_LOCK', 1],
  ['RELEASE_ALL_LOCKS', 0],
  ['IS_FREE_LOCK', 1],
  ['IS_USED_LOCK', 1],
]);

export function isLiveFunction(name: string): boolean {
  return arities.has(name);
}

const anyName = new RegExp([...arities.keys()].join('|'), 'i');

/** A cheap look: false for a text that calls none of them for certain. */
export function namesLiveFunction(text: string): boolean {
  return anyName.test(text);
}

/** The server runs them before the engine sees the statement (`live-calls.ts`): a call that comes here is out of place. */
export const liveFunctions: readonly FunctionEntry[] = [...arities].map(([name, count]) =>
  special(name, [count, count], () => refuseLivePlace(name)),
);

/** Refuses a call that could be run never, or once for every row. */
export function refuseLivePlace(name: string): never {
  notSupported(
    `${name} beside FROM, in a condition or in a subquery`,
    'Call it in the list of a SELECT without FROM, in DO or in SET.',
  );
}
