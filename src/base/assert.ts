import { AssertionError } from 'node:assert';

/** Stops a wrong program. Never for what a user or a peer may cause: that is a typed error. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new AssertionError({ message, stackStartFn: assert });
}

/** Ends every `switch` over a closed union: the compiler refuses a forgotten case. */
export function unreachable(value: never): never {
  throw new AssertionError({ message: `unreachable: ${JSON.stringify(value)}`, stackStartFn: unreachable });
}

/** The value of an expression that cannot be missing here; stops a wrong program where it is. */
export function present<T>(value: T | null | undefined, what: string): T {
  assert(value !== null && value !== undefined, `${what} is missing`);
  return value;
}
