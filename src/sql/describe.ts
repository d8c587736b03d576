import { TokenReader } from './token-reader.ts';
import type { Token } from './token.ts';

/** DESCRIBE, DESC or EXPLAIN of a table: the columns, of all or of those whose name fits `column`. */
export type Describe = Readonly<{
  kind: 'describe';
  /** One to three parts; the last is the table. */
  table: readonly string[];
  /** A name, or a pattern of LIKE when it was written as a string. */
  column?: Readonly<{ text: string; isPattern: boolean }>;
  /** StarRocks' ALL behind the table: with the columns of its synchronous materialized views. */
  all?: true;
}>;

/** Parses what the classifier calls `describe`. Throws `syntax`. */
export function parseDescribe(tokens: readonly Token[], text: string): Describe {
  const reader = new TokenReader(tokens, text);
  if (reader.acceptOneOf('DESCRIBE', 'DESC', 'EXPLAIN') === undefined) reader.fail();
  const table = reader.namePath();
  if (reader.accept('ALL')) {
    reader.expectEnd();
    return { kind: 'describe', table, all: true };
  }
  const isPattern = reader.peek().kind === 'string';
  const column = reader.isAtEnd ? undefined : { text: reader.nameOrString(), isPattern };
  reader.expectEnd();
  return { kind: 'describe', table, ...(column === undefined ? {} : { column }) };
}
