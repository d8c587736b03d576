/** Character classes shared by everything that reads SQL text. Codes are UTF-16 units. */

export function isBlank(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13);
}

export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function isLetter(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90);
}

export function isHexDigit(code: number): boolean {
  return isDigit(code) || (code >= 97 && code <= 102) || (code >= 65 && code <= 70);
}

/** A character an unquoted name may hold: letters, digits, `_`, `$` and everything from U+0080 up. */
export function isNamePart(code: number): boolean {
  return isLetter(code) || isDigit(code) || code === 95 || code === 36 || code >= 128;
}

/** The first offset from `at` whose character is not of the class; the text's length when there is none. */
export function skipWhile(text: string, at: number, belongs: (code: number) => boolean): number {
  let end = at;
  while (end < text.length && belongs(text.charCodeAt(end))) end += 1;
  return end;
}
