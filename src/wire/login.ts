import type { Login } from './handler.ts';

/** Longer names are cut: they reach logs, process lists and error texts. MySQL allows 32 and 64 characters. */
const nameLengthMax = 128;
const attributeLengthMax = 512;

/** What a client said, made fit for logs and lists: no control characters, well-formed, bounded. */
export function printable(text: string, lengthMax: number): string {
  return text
    .slice(0, lengthMax)
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '\ufffd');
}

export function printableName(name: string): string {
  return printable(name, nameLengthMax);
}

export function printableAttributes(attributes: ReadonlyMap<string, string>): Login['attributes'] {
  const clean = new Map<string, string>();
  for (const [name, value] of attributes) {
    clean.set(printable(name, attributeLengthMax), printable(value, attributeLengthMax));
  }
  return clean;
}
