/** Longer than anything a test waits for takes on a slow machine that has other work, too. */
const timeoutMsDefault = 150_000;
const lookEveryMs = 5;

/**
 * Looks until there is something to see and gives it; throws an error that says `what` when it never comes. For what
 * another process does, which no signal tells.
 */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined>,
  timeoutMs: number = timeoutMsDefault,
): Promise<T> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    if (Date.now() > end) throw new Error(`waited ${timeoutMs} ms in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  }
}
