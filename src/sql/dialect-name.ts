import { keywords } from './generated/dialect-parser.ts';
import { quoteName } from './quote.ts';

/** A name as the dialect reads it back: bare when it is plain and no keyword, else in backquotes. */
export function quoteDialectName(name: string): string {
  const isPlain = /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !keywords.has(name.toUpperCase());
  return isPlain ? name : quoteName(name);
}
