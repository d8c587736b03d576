import type { Expression } from '../ast.ts';
import type { Cursor } from './cursor.ts';

/** Reads a number, string, hexadecimal or bit literal; neighbouring strings join, as MySQL does. */
export function readLiteral(cursor: Cursor): Expression | undefined {
  const token = cursor.peek();
  switch (token.kind) {
    case 'number':
      cursor.next();
      return { kind: 'number', text: token.value };
    case 'string':
      return readString(cursor);
    case 'hex':
    case 'bit':
      cursor.next();
      return { kind: 'bytes', digits: token.value, base: token.kind === 'hex' ? 16 : 2 };
    default:
      return undefined;
  }
}

function readString(cursor: Cursor): Expression {
  const first = cursor.next();
  let value = first.value;
  while (cursor.peek().kind === 'string' && cursor.peek().introducer === undefined) {
    value += cursor.next().value;
  }
  return { kind: 'string', value, binary: first.introducer?.toLowerCase() === '_binary' };
}
