import { TokenReader } from './token-reader.ts';
import type { DatabaseName } from './statement.ts';
import type { Token } from './token.ts';

/** USE d, or StarRocks' USE c.d, which changes the catalog too. */
export type Use = Readonly<{ kind: 'use' }> & DatabaseName;

export function parseUse(tokens: readonly Token[], text: string): Use {
  const reader = new TokenReader(tokens, text);
  reader.expect('USE');
  const first = reader.name();
  const second = reader.acceptOperator('.') ? reader.name() : undefined;
  reader.expectEnd();
  return second === undefined
    ? { kind: 'use', database: first }
    : { kind: 'use', catalog: first, database: second };
}
