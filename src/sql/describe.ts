import { TokenReader } from './token-reader.ts';
import type { SourceText } from './statement.ts';
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

/** EXPLAIN of a statement. */
export type Explain = Readonly<{
  kind: 'explain';
  analyze: boolean;
  /** FORMAT = …, in upper case. */
  format?: string;
  /** StarRocks' VERBOSE, COSTS or LOGICAL, MySQL's EXTENDED or PARTITIONS. */
  level?: string;
  statement: SourceText;
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

/** Parses what the classifier calls `explain`; the statement behind it is left as text. Throws `syntax`. */
export function parseExplain(tokens: readonly Token[], text: string): Explain {
  const reader = new TokenReader(tokens, text);
  if (reader.acceptOneOf('DESCRIBE', 'DESC', 'EXPLAIN') === undefined) reader.fail();
  const analyze = reader.accept('ANALYZE');
  const format = reader.accept('FORMAT') ? readFormat(reader) : undefined;
  const level = reader.acceptOneOf('VERBOSE', 'COSTS', 'LOGICAL', 'EXTENDED', 'PARTITIONS');
  const statement = reader.source(() => false);
  reader.expectEnd();
  return {
    kind: 'explain',
    analyze,
    ...(format === undefined ? {} : { format }),
    ...(level === undefined ? {} : { level }),
    statement,
  };
}

function readFormat(reader: TokenReader): string {
  reader.expectOperator('=');
  return reader.nameOrString().toUpperCase();
}
