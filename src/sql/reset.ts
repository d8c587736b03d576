import { TokenReader } from './token-reader.ts';
import type { Token } from './token.ts';

/** RESET PERSIST [[IF EXISTS] variable], and what MySQL's RESET forgets of replication. */
export type Reset =
  | Readonly<{ kind: 'persist'; variable?: string; ifExists: boolean }>
  | Readonly<{ kind: 'replication'; what: string }>;

/** Throws `syntax`. */
export function parseReset(tokens: readonly Token[], text: string): Reset {
  const reader = new TokenReader(tokens, text);
  reader.expect('RESET');
  const statement = reader.accept('PERSIST') ? readPersist(reader) : readReplication(reader);
  reader.expectEnd();
  return statement;
}

function readPersist(reader: TokenReader): Reset {
  const ifExists = reader.accept('IF', 'EXISTS');
  if (!ifExists && reader.isAtEnd) return { kind: 'persist', ifExists };
  return { kind: 'persist', variable: reader.namePath(2).join('.'), ifExists };
}

function readReplication(reader: TokenReader): Reset {
  if (reader.accept('BINARY', 'LOGS', 'AND', 'GTIDS')) {
    if (reader.accept('TO')) reader.integer();
    return { kind: 'replication', what: 'BINARY LOGS AND GTIDS' };
  }
  const what = reader.expectOneOf('REPLICA');
  reader.accept('ALL');
  if (reader.accept('FOR', 'CHANNEL')) reader.string();
  return { kind: 'replication', what };
}
