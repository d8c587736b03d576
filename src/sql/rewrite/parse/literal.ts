import type { Expression } from '../ast.ts';
import type { QueryReader } from './query-reader.ts';

/** Reads a number, string, hexadecimal or bit literal; neighbouring strings join, as MySQL does. */
export function readLiteral(reader: QueryReader): Expression | undefined {
  const token = reader.peek();
  switch (token.kind) {
    case 'number':
      reader.next();
      return { kind: 'number', text: token.value };
    case 'string':
      return readString(reader);
    case 'hex':
    case 'bit':
      reader.next();
      return { kind: 'bytes', digits: token.value, base: token.kind === 'hex' ? 16 : 2 };
    default:
      return undefined;
  }
}

function readString(reader: QueryReader): Expression {
  const first = reader.next();
  let value = first.value;
  while (reader.peek().kind === 'string' && reader.peek().introducer === undefined) {
    value += reader.next().value;
  }
  return { kind: 'string', value, binary: first.introducer?.toLowerCase() === '_binary' };
}
