import { regexpError } from './errors.ts';
import type { PatternText } from './pattern-text.ts';

/** Reads the one character that an escape stands for, behind its backslash. */
export function escapedCharacter(text: PatternText): string {
  for (const { form, base } of numericEscapes) {
    const digits = text.takeForm(form)?.find((group) => group !== undefined);
    if (digits === undefined) continue;
    const value = Number.parseInt(digits, base);
    if (value > 0x10ffff) throw regexpError('regexp_escape');
    return String.fromCodePoint(value);
  }
  const character = text.take();
  if (/[0uUx]/.test(character)) throw regexpError('regexp_escape');
  if (character === 'c') {
    const control = text.take();
    if (control === '') throw regexpError('regexp_escape');
    return String.fromCharCode((control.codePointAt(0) ?? 0) & 0x1f);
  }
  return controlEscapes[character] ?? character;
}

const numericEscapes: readonly Readonly<{ form: RegExp; base: number }>[] = [
  { form: /^x(?:\{([0-9A-Fa-f]{1,8})\}|([0-9A-Fa-f]{1,2}))/, base: 16 },
  { form: /^u([0-9A-Fa-f]{4})/, base: 16 },
  { form: /^U([0-9A-Fa-f]{8})/, base: 16 },
  { form: /^0([0-7]{1,3})/, base: 8 },
];

const controlEscapes: Readonly<Record<string, string>> = {
  a: '\u0007',
  e: '\u001b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};
