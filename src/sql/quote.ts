import { keywords } from './generated/dialect-parser.ts';

/** A name as the dialect reads it back: bare when it is plain and no keyword, else in backquotes. */
export function quoteName(name: string): string {
  const isPlain = /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !keywords.has(name.toUpperCase());
  return isPlain ? name : `\`${name.replaceAll('`', '``')}\``;
}

/** A string in double quotes, as StarRocks' documentation writes them. */
export function quoteString(value: string): string {
  return `"${value.replaceAll('\\', '\\\\').replaceAll('"', '""')}"`;
}
