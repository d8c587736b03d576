/** `%`, `_`, or a character in lower case. */
type PatternPart = Readonly<{ kind: 'any' | 'one' }> | Readonly<{ kind: 'character'; character: string }>;

/**
 * A test for MySQL's LIKE: `%` is any text, `_` one character, a backslash takes away their meaning; case does not
 * count. Takes at most pattern times text steps, whatever the pattern: no regular expression tries it.
 */
export function likeMatcher(pattern: string): (text: string) => boolean {
  const parts = readPattern(pattern);
  return (text) => matches(parts, charactersOf(text));
}

function charactersOf(text: string): readonly string[] {
  return Array.from(text, (character) => character.toLowerCase());
}

function readPattern(pattern: string): readonly PatternPart[] {
  const parts: PatternPart[] = [];
  let escaped = false;
  for (const character of charactersOf(pattern)) {
    if (escaped) parts.push({ kind: 'character', character });
    else if (character === '%') parts.push({ kind: 'any' });
    else if (character === '_') parts.push({ kind: 'one' });
    else if (character !== '\\') parts.push({ kind: 'character', character });
    escaped = !escaped && character === '\\';
  }
  return escaped ? [...parts, { kind: 'character', character: '\\' }] : parts;
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
