/** At most this many words are offered: a reader looks at no more. StarRocks offers as many. */
const offeredMax = 5;
/** Longer words are compared by their beginnings: no keyword is longer. */
const comparedMax = 24;

/** The expected words most like `input`, best first; equals keep their order. Quotes of a word do not count. */
export function mostSimilar(input: string, expected: readonly string[]): readonly string[] {
  const wanted = input.toUpperCase().slice(0, comparedMax);
  return expected
    .map((word) => ({ word, likeness: likeness(wanted, word.replaceAll("'", '').slice(0, comparedMax)) }))
    .sort((a, b) => b.likeness - a.likeness)
    .slice(0, offeredMax)
    .map(({ word }) => word);
}

/** 1 for equal words, 0 for words with nothing in common. */
function likeness(a: string, b: string): number {
  return 1 - editDistance(a, b) / Math.max(a.length, b.length, 1);
}

/** Levenshtein's distance: insertions, deletions and replacements that make one word the other. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const replaced = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(replaced, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
