import { decodeText } from '../../../base/text.ts';
import type { Expression } from '../ast.ts';
import { noteCharacterSet, type QueryReader } from './query-reader.ts';

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
      return readDigits(reader);
    default:
      return undefined;
  }
}

/** With an introducer they are a string, which is no number where one is wanted (MySQL manual, "Hexadecimal Literals"). */
function readDigits(reader: QueryReader): Expression {
  const { kind, value, introducer } = reader.next();
  if (introducer === undefined)
    return { kind: 'bytes', digits: value, base: kind === 'hex' ? 16 : 2, number: true };
  if (introducer.toLowerCase() === '_binary')
    return { kind: 'bytes', digits: value, base: 16, number: false };
  const characterSet = characterSetOf(introducer);
  return { kind: 'string', value: decodeText(Buffer.from(value, 'hex')), binary: false, ...characterSet };
}

function readString(reader: QueryReader): Expression {
  const first = reader.next();
  if (first.introducer !== undefined) noteCharacterSet(reader, first.introducer.slice(1));
  let value = first.value;
  while (reader.peek().kind === 'string' && reader.peek().introducer === undefined) {
    value += reader.next().value;
  }
  const { introducer } = first;
  if (introducer?.toLowerCase() === '_binary') return { kind: 'string', value, binary: true };
  return { kind: 'string', value, binary: false, ...characterSetOf(introducer) };
}

function characterSetOf(introducer: string | undefined): Readonly<{ characterSet?: string }> {
  if (introducer === undefined) return {};
  return { characterSet: introducer.slice(1).toLowerCase() };
}
