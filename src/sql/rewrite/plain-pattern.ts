/** What ICU does not take for `.`. */
const lineEnds = String.raw`\n\x0b\f\r\x{85}\x{2028}\x{2029}`;
/** RE2's bound of a repetition. */
const repeatMax = 1_000;

/** Letters that are one letter, too, where case does not count: `ss` finds ß. */
const ligatures: Readonly<Record<string, string>> = {
  ss: '(?:ss|[ßẞ])',
  st: '(?:st|[ﬅﬆ])',
  ff: '(?:ff|ﬀ)',
  fi: '(?:fi|ﬁ)',
  fl: '(?:fl|ﬂ)',
};

/** Runs of such letters that overlap, which are left to our own matching. */
const overlapping = /f{2}[fil]|s{2}[st]/i;

const tokens: readonly Readonly<{ pattern: RegExp; make: (text: string) => string | undefined }>[] = [
  { pattern: /(?:ss|st|ff|fi|fl)(?![*+?{])/iy, make: (text) => ligatures[text.toLowerCase()] },
  { pattern: /[A-Za-z0-9 _,;:@%&=<>~`"'!#/-]/y, make: (text) => text },
  { pattern: /\\[.+*?^$()[\]{}|\\/-]/y, make: (text) => text },
  { pattern: /\./y, make: () => `[^${lineEnds}]` },
  // Plain characters and ranges of them.
  { pattern: /\[\^?(?:[A-Za-z0-9]-[A-Za-z0-9]|[A-Za-z0-9 _.,;:@%+=#/!])+\]/y, make: rangesInOrder },
  { pattern: /[*+?]\??/y, make: (text) => text },
  { pattern: /\{\d{1,4}(?:,\d{0,4})?\}/y, make: boundedRepeat },
  { pattern: /\((?:\?:)?(?![?*+{])|\)|\|(?![*+?{])|\^(?![*+?{])/y, make: (text) => text },
  { pattern: /\$(?=\)*$)/y, make: () => String.raw`(?:\r\n|[${lineEnds}])?\z` },
];

/**
 * The pattern for DuckDB's library (RE2) where that finds the same texts with it as ICU does; undefined for everything that
 * they may read in different ways, and for what is no regular expression.
 */
export function plainPattern(pattern: string, isCased: boolean): string | undefined {
  if (pattern === '' || (!isCased && overlapping.test(pattern))) return undefined;
  let result = '';
  let depth = 0;
  for (let at = 0; at < pattern.length;) {
    const found = tokenAt(pattern, at, isCased);
    if (found === undefined) return undefined;
    const [text, made] = found;
    const isRepeat = /^[*+?{]/.test(text);
    if (isRepeat && (at === 0 || /[*+?{]/.test(pattern[at + text.length] ?? ''))) return undefined;
    if (text.startsWith('(')) depth += 1;
    if (text === ')' && --depth < 0) return undefined;
    result += made;
    at += text.length;
  }
  return depth === 0 ? result : undefined;
}

function tokenAt(
  pattern: string,
  at: number,
  isCased: boolean,
): readonly [text: string, made: string] | undefined {
  for (const { pattern: token, make } of isCased ? tokens.slice(1) : tokens) {
    token.lastIndex = at;
    const [text] = token.exec(pattern) ?? [];
    if (text === undefined) continue;
    const made = make(text);
    return made === undefined ? undefined : [text, made];
  }
  return undefined;
}

function rangesInOrder(text: string): string | undefined {
  const ranges = text.matchAll(/([A-Za-z0-9])-([A-Za-z0-9])/g);
  return [...ranges].every(([, low = '', high = '']) => low <= high) ? text : undefined;
}

function boundedRepeat(text: string): string | undefined {
  const [low = 0, high = low] = (text.match(/\d+/g) ?? []).map(Number);
  return low <= high && high <= repeatMax ? text : undefined;
}
