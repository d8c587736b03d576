import { quoteName } from '../../../sql/quote.ts';
import type { Token } from '../../../sql/token.ts';
import { sameName } from '../physical/names.ts';

export type ObjectMove = Readonly<{
  /** Names of the database, before and after. */
  from: string;
  to: string;
  /** Tables, views and functions that move with it. */
  objects: readonly string[];
}>;

/**
 * A query or an expression in another database: `from.object` becomes `to.object`. Qualifiers of other names are left
 * alone: an alias may have the database's name too.
 */
export function movedText(tokens: readonly Token[], text: string, { from, to, objects }: ObjectMove): string {
  let moved = '';
  let last = 0;
  for (const [at, token] of tokens.entries()) {
    const [dot, name] = [tokens[at + 1], tokens[at + 2]];
    const isQualifier = isName(token) && sameName(token.value, from) && tokens[at - 1]?.text !== '.';
    const isObject =
      dot?.text === '.' && name !== undefined && objects.some((object) => sameName(object, name.value));
    if (!isQualifier || !isObject) continue;
    moved += text.slice(last, token.start) + quoteName(to);
    last = token.end;
  }
  return moved + text.slice(last);
}

function isName(token: Token): boolean {
  return token.kind === 'word' || token.kind === 'quoted';
}
