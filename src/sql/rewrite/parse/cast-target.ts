import type { CastTarget } from '../ast.ts';
import { noteCharacterSet, type QueryReader } from './query-reader.ts';

const castNames: ReadonlyMap<string, CastTarget['name']> = new Map<string, CastTarget['name']>([
  ['SIGNED', 'SIGNED'],
  ['INTEGER', 'SIGNED'],
  ['INT', 'SIGNED'],
  ['BIGINT', 'SIGNED'],
  ['UNSIGNED', 'UNSIGNED'],
  ['CHAR', 'CHAR'],
  ['CHARACTER', 'CHAR'],
  ['VARCHAR', 'CHAR'],
  ['STRING', 'CHAR'],
  ['NCHAR', 'CHAR'],
  ['BINARY', 'BINARY'],
  ['VARBINARY', 'BINARY'],
  ['DATE', 'DATE'],
  ['DATETIME', 'DATETIME'],
  ['TIMESTAMP', 'DATETIME'],
  ['TIME', 'TIME'],
  ['DECIMAL', 'DECIMAL'],
  ['NUMERIC', 'DECIMAL'],
  ['DEC', 'DECIMAL'],
  ['DOUBLE', 'DOUBLE'],
  ['REAL', 'DOUBLE'],
  ['FLOAT', 'FLOAT'],
  ['JSON', 'JSON'],
  ['YEAR', 'YEAR'],
]);

/** The type of CAST, CONVERT and RETURNING. */
export function readCastTarget(reader: QueryReader): CastTarget {
  const name = castNames.get(reader.peek().upper);
  if (name === undefined) return reader.fail();
  reader.next();
  if (name === 'SIGNED' || name === 'UNSIGNED') reader.acceptOneOf('INTEGER', 'INT');
  if (name === 'DOUBLE') reader.accept('PRECISION');
  const sizes: number[] = [];
  if (reader.acceptOperator('(')) {
    sizes.push(...reader.list(() => readSize(reader)));
    reader.expectOperator(')');
  }
  const characterSet = name === 'CHAR' ? readCharacterSet(reader) : undefined;
  return { name, arguments: sizes, ...(characterSet !== undefined && { characterSet }) };
}

function readSize(reader: QueryReader): number {
  const token = reader.peek();
  if (token.kind !== 'number' || !/^\d{1,9}$/.test(token.value)) return reader.fail();
  reader.next();
  return Number(token.value);
}

function readCharacterSet(reader: QueryReader): string | undefined {
  const isNamed = reader.accept('CHARSET') || reader.accept('CHARACTER', 'SET');
  const name = isNamed ? reader.next().value : undefined;
  if (name !== undefined) noteCharacterSet(reader, name);
  reader.acceptOneOf('BINARY', 'ASCII', 'UNICODE');
  return name;
}
