import { editDistance } from '../base/nearest.ts';

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
