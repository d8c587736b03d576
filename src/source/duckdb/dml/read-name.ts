import type { TokenReader } from '../../../sql/token-reader.ts';
import type { ObjectReference } from '../physical/names.ts';

/** `table` or `database.table`. */
export function readObjectReference(reader: TokenReader): ObjectReference {
  const [name = '', database] = reader.namePath(2).toReversed();
  return { database, name };
}

/** A column, whose qualifiers are read and dropped. */
export function readColumnName(reader: TokenReader): string {
  return reader.namePath().at(-1) ?? reader.fail();
}

/** `(a, b, c)`; an empty list is allowed where MySQL allows it. */
export function readNameList(reader: TokenReader): readonly string[] {
  return reader.parenthesized(() =>
    reader.isOperator(')') ? [] : reader.list(() => readColumnName(reader)),
  );
}
