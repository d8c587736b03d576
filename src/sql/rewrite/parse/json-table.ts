import { SqlError } from '../../../base/sql-error.ts';
import type { Fallback } from '../../json/table.ts';
import type { JsonTable, JsonTableColumn, JsonTableType } from '../ast.ts';
import { knownCollation } from '../collations.ts';
import { readAlias, readName } from './names.ts';
import { readExpression, type QueryReader } from './query-reader.ts';

/** `JSON_TABLE(document, path COLUMNS (…)) [AS] alias` (manual, "JSON Table Functions"). */
export function readJsonTable(reader: QueryReader): JsonTable {
  reader.expect('JSON_TABLE');
  reader.expectOperator('(');
  const document = readExpression(reader);
  reader.expectOperator(',');
  const path = readText(reader);
  const columns = readColumns(reader);
  reader.expectOperator(')');
  const alias = readAlias(reader);
  if (alias === undefined) throw new SqlError('json_table_alias', 'Every table function must have an alias');
  return { kind: 'jsonTable', document, path, columns, alias };
}

function readColumns(reader: QueryReader): readonly JsonTableColumn[] {
  reader.expect('COLUMNS');
  return reader.parenthesized(() => reader.list(() => reader.nested(() => readColumn(reader))));
}

function readColumn(reader: QueryReader): JsonTableColumn {
  if (reader.isWord('NESTED') && reader.isWordAt(1, 'PATH')) {
    reader.next();
    reader.next();
    return { kind: 'nested', path: readText(reader), columns: readColumns(reader) };
  }
  const name = readName(reader);
  if (reader.accept('FOR')) {
    reader.expect('ORDINALITY');
    return { kind: 'ordinality', name };
  }
  const type = readType(reader);
  const exists = reader.accept('EXISTS');
  reader.expect('PATH');
  const path = readText(reader);
  return { kind: 'value', name, type, path, exists, ...readFallbacks(reader) };
}

function readText(reader: QueryReader): string {
  const token = reader.peek();
  if (token.kind !== 'string') return reader.fail();
  reader.next();
  return token.value;
}

function readType(reader: QueryReader): JsonTableType {
  const word = reader.next().upper;
  const sizes: number[] = [];
  if (word === 'DOUBLE') reader.accept('PRECISION');
  if (reader.acceptOperator('(')) {
    sizes.push(...reader.list(() => readSize(reader)));
    reader.expectOperator(')');
  }
  const name = reader.accept('UNSIGNED') ? `${word} UNSIGNED` : word;
  if (reader.accept('CHARSET') || reader.accept('CHARACTER', 'SET')) reader.next();
  const collation = reader.accept('COLLATE') ? knownCollation(reader.next().value) : undefined;
  return { name, sizes, collation };
}

function readSize(reader: QueryReader): number {
  const token = reader.peek();
  if (token.kind !== 'number' || !/^\d{1,9}$/.test(token.value)) return reader.fail();
  reader.next();
  return Number(token.value);
}

/** `{NULL | ERROR | DEFAULT 'json'} ON {EMPTY | ERROR}`, each once. */
function readFallbacks(reader: QueryReader): Readonly<{ onEmpty: Fallback; onError: Fallback }> {
  let onEmpty: Fallback | undefined;
  let onError: Fallback | undefined;
  while (reader.isWord('NULL', 'ERROR', 'DEFAULT')) {
    const given = readFallback(reader);
    reader.expect('ON');
    const event = reader.expectOneOf('EMPTY', 'ERROR');
    if ((event === 'EMPTY' ? onEmpty : onError) !== undefined) reader.fail();
    if (event === 'EMPTY') onEmpty = given;
    else onError = given;
  }
  return { onEmpty: onEmpty ?? { kind: 'null' }, onError: onError ?? { kind: 'null' } };
}

function readFallback(reader: QueryReader): Fallback {
  switch (reader.next().upper) {
    case 'NULL':
      return { kind: 'null' };
    case 'ERROR':
      return { kind: 'error' };
    default:
      return { kind: 'default', text: readText(reader) };
  }
}
