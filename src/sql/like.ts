/** A test for MySQL's LIKE: `%` is any text, `_` one character, a backslash takes away their meaning; case does not count. */
export function likeMatcher(pattern: string): (text: string) => boolean {
  let source = '';
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at] as string;
    if (character === '%') source += '.*';
    else if (character === '_') source += '.';
    else if (character === '\\' && at + 1 < pattern.length) source += RegExp.escape(pattern[++at] as string);
    else source += RegExp.escape(character);
  }
  const expression = new RegExp(`^${source.replaceAll(/(?:\.\*)+/g, '.*')}$`, 'isu');
  return (text) => expression.test(text);
}
