/** What kind of object a snapshot's DDL has facts of. Snapshots that exist have these words. */
export type FactsMark = 'holdfast-function:' | 'holdfast-materialized-view:' | 'holdfast-view:';

/**
 * A statement with a comment behind it that holds what the engine knows of the object and the statement does not say: any
 * MySQL can read the text, and a restore need not derive anew what may depend on objects that are not there yet.
 */
export function withFacts(statement: string, mark: FactsMark, facts: object): string {
  // A slash may end the comment or look like its beginning; JSON takes its number for the same.
  const json = JSON.stringify(facts).replaceAll('/', String.raw`\u002f`);
  return `${statement} /*${mark}${json}*/`;
}

/** The facts in a text that `withFacts` made; undefined for a text without any, or with some that nobody can read. */
export function factsIn(text: string, mark: FactsMark): unknown {
  const start = text.lastIndexOf(`/*${mark}`);
  if (start < 0) return undefined;
  try {
    return JSON.parse(text.slice(start + 2 + mark.length, -2));
  } catch {
    return undefined; // Some other program's text: the caller says what it cannot restore.
  }
}

/** The statement alone. */
export function withoutFacts(text: string, mark: FactsMark): string {
  const start = text.lastIndexOf(` /*${mark}`);
  return start < 0 ? text : text.slice(0, start);
}
