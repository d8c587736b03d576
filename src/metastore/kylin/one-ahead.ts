/** The results in order, each begun while whoever reads them uses the one before. */
export async function* oneAhead<Part, Result>(
  parts: readonly Part[],
  work: (part: Part) => Promise<Result>,
): AsyncGenerator<Result, void, undefined> {
  const begin = (at: number): Promise<Result> | undefined => {
    const part = parts[at];
    if (part === undefined) return undefined;
    const begun = work(part);
    // Whoever awaits it sees its failure; a reader that stops early does not.
    begun.catch(() => undefined);
    return begun;
  };
  let next = begin(0);
  for (let at = 0; next !== undefined; at++) {
    const result = await next;
    next = begin(at + 1);
    yield result;
  }
}
