/** `%`, `_`, or a character in lower case. */
type PatternPart = Readonly<{ kind: 'any' | 'one' }> | Readonly<{ kind: 'character'; character: string }>;

/**
 * A test for MySQL's LIKE: `%` is any text, `_` one character, a backslash takes away their meaning; case does not
 * count. Takes at most pattern times text steps, whatever the pattern: no regular expression tries it.
 */
export function likeMatcher(pattern: string): (text: string) => boolean {
  const parts = readPattern(foldedCharacters(pattern), '\\');
  return (text) =>
    matches(
      parts,
      Array.from(text, (character) => character.toLowerCase()),
    );
}

/** As `likeMatcher`, where case counts and another character may stand for the backslash. */
export function exactLikeMatcher(pattern: string, escape: string): (text: string) => boolean {
  const parts = readPattern(Array.from(pattern), escape);
  return (text) => matches(parts, Array.from(text));
}

function foldedCharacters(text: string): readonly string[] {
  return Array.from(text, (character) => character.toLowerCase());
}

function readPattern(pattern: readonly string[], escape: string): readonly PatternPart[] {
  const parts: PatternPart[] = [];
  let escaped = false;
  for (const character of pattern) {
    const isEscape: boolean = !escaped && character === escape;
    if (!isEscape) parts.push(escaped ? { kind: 'character', character } : partOf(character));
    escaped = isEscape;
  }
  return escaped ? [...parts, { kind: 'character', character: escape }] : parts;
}

function partOf(character: string): PatternPart {
  if (character === '%') return { kind: 'any' };
  return character === '_' ? { kind: 'one' } : { kind: 'character', character };
}

/** Goes through both; where they part, the last `%` takes one character more. */
function matches(parts: readonly PatternPart[], text: readonly string[]): boolean {
  let part = 0;
  let at = 0;
  let lastAny = -1;
  let takenTo = 0;
  while (at < text.length) {
    const current = parts[part];
    if (current?.kind === 'any') {
      lastAny = part;
      takenTo = at;
      part += 1;
    } else if (current?.kind === 'one' || (current?.kind === 'character' && current.character === text[at])) {
      part += 1;
      at += 1;
    } else if (lastAny >= 0) {
      takenTo += 1;
      at = takenTo;
      part = lastAny + 1;
    } else {
      return false;
    }
  }
  return parts.slice(part).every(({ kind }) => kind === 'any');
}
