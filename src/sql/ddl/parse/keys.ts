import type { CheckDefinition, ForeignKeyDefinition, KeyDefinition, KeyPart } from '../definition.ts';
import type { TokenReader } from '../../token-reader.ts';
import { parseNameList, parseObjectName } from './names.ts';
import { parseProperties } from './properties.ts';
import { parseExpression, parseParenthesized } from './expression.ts';

/** A key or constraint of a table. A name left out is ''. */
export type TableConstraint =
  | Readonly<{ kind: 'key'; key: KeyDefinition; ifNotExists: boolean }>
  | Readonly<{ kind: 'foreign_key'; foreignKey: ForeignKeyDefinition }>
  | Readonly<{ kind: 'check'; check: CheckDefinition }>;

/**
 * constraint := (INDEX | KEY) [IF NOT EXISTS] [name] key | (FULLTEXT | SPATIAL) [INDEX | KEY] [name] key
 *             | [CONSTRAINT [name]] (PRIMARY KEY key | UNIQUE [INDEX | KEY] [name] key | FOREIGN KEY … | CHECK …)
 *
 * Undefined when no constraint begins here: the words are reserved in MySQL, so no column can have their names.
 */
export function parseConstraint(reader: TokenReader): TableConstraint | undefined {
  if (reader.acceptOneOf('INDEX', 'KEY') !== undefined) return plainKey(reader, 'INDEX');
  if (reader.isWord('FULLTEXT', 'SPATIAL')) {
    const kind = reader.accept('FULLTEXT') ? 'FULLTEXT' : (reader.next(), 'SPATIAL');
    reader.acceptOneOf('INDEX', 'KEY');
    return plainKey(reader, kind);
  }
  const named = reader.accept('CONSTRAINT');
  const name = named && !reader.isWord(...constrained) ? reader.name() : '';
  if (reader.accept('PRIMARY')) return primaryKey(reader);
  if (reader.accept('UNIQUE')) return uniqueKey(reader, name);
  if (reader.accept('FOREIGN')) return parseForeignKey(reader, name);
  if (reader.accept('CHECK')) return parseCheck(reader, name);
  return named ? reader.fail() : undefined;
}

const constrained: readonly string[] = ['PRIMARY', 'UNIQUE', 'FOREIGN', 'CHECK'];

function plainKey(reader: TokenReader, kind: KeyDefinition['kind']): TableConstraint {
  const ifNotExists = reader.accept('IF', 'NOT', 'EXISTS');
  const name = parseOptionalName(reader);
  return { kind: 'key', key: parseKeyBody(reader, kind, name), ifNotExists };
}

function primaryKey(reader: TokenReader): TableConstraint {
  reader.expect('KEY');
  // MySQL reads a name here and forgets it.
  parseOptionalName(reader);
  return { kind: 'key', key: parseKeyBody(reader, 'PRIMARY', 'PRIMARY'), ifNotExists: false };
}

function uniqueKey(reader: TokenReader, constraintName: string): TableConstraint {
  reader.acceptOneOf('INDEX', 'KEY');
  const ifNotExists = reader.accept('IF', 'NOT', 'EXISTS');
  const name = parseOptionalName(reader) || constraintName;
  return { kind: 'key', key: parseKeyBody(reader, 'UNIQUE', name), ifNotExists };
}

function parseOptionalName(reader: TokenReader): string {
  return reader.isOperator('(') || reader.isWord('USING') ? '' : reader.name();
}

/** key := [USING method] ( part {, part} ) {option} */
export function parseKeyBody(reader: TokenReader, kind: KeyDefinition['kind'], name: string): KeyDefinition {
  const before = parseMethod(reader);
  const parts = reader.parenthesized(() => reader.list(() => parseKeyPart(reader)));
  return withOptions(reader, { kind, name, parts, ...before });
}

/** part := (name [( length )] | ( expression )) [ASC | DESC] */
function parseKeyPart(reader: TokenReader): KeyPart {
  if (reader.isOperator('(')) {
    const expression = parseParenthesized(reader);
    return { column: '', descending: parseDirection(reader), expression };
  }
  const column = reader.name();
  const prefixLength = reader.isOperator('(') ? reader.parenthesized(() => reader.integer()) : undefined;
  const descending = parseDirection(reader);
  return { column, ...(prefixLength === undefined ? {} : { prefixLength }), descending };
}

function parseDirection(reader: TokenReader): boolean {
  return reader.acceptOneOf('ASC', 'DESC') === 'DESC';
}

function parseMethod(reader: TokenReader): Pick<KeyDefinition, 'method'> {
  if (!reader.accept('USING') && !reader.accept('TYPE')) return {};
  return { method: reader.name().toUpperCase() };
}

/**
 * option := USING method [( properties )] | COMMENT 'text' | KEY_BLOCK_SIZE [=] n | WITH PARSER name | VISIBLE
 *         | INVISIBLE | [SECONDARY_]ENGINE_ATTRIBUTE [=] 'text'
 */
function withOptions(reader: TokenReader, start: KeyDefinition): KeyDefinition {
  let key = start;
  const other: (readonly [string, string])[] = [];
  for (;;) {
    if (reader.isWord('USING', 'TYPE')) key = { ...key, ...parseMethod(reader) };
    else if (reader.isOperator('(')) key = { ...key, properties: parseProperties(reader) };
    else if (reader.accept('COMMENT')) key = withComment(key, reader.string());
    else if (reader.accept('KEY_BLOCK_SIZE')) other.push(['KEY_BLOCK_SIZE', String(optionNumber(reader))]);
    else if (reader.accept('WITH', 'PARSER')) other.push(['WITH PARSER', reader.name()]);
    else if (reader.accept('INVISIBLE')) other.push(['INVISIBLE', '']);
    else if (!reader.accept('VISIBLE') && !skipAttribute(reader)) break;
  }
  const kind = starRocksKind(key);
  return { ...key, kind, ...(other.length === 0 ? {} : { other }) };
}

function optionNumber(reader: TokenReader): number {
  reader.acceptOperator('=');
  return reader.integer();
}

function skipAttribute(reader: TokenReader): boolean {
  if (reader.acceptOneOf('ENGINE_ATTRIBUTE', 'SECONDARY_ENGINE_ATTRIBUTE') === undefined) return false;
  reader.acceptOperator('=');
  reader.string();
  return true;
}

function withComment(key: KeyDefinition, comment: string): KeyDefinition {
  return comment === '' ? key : { ...key, comment };
}

/** StarRocks' kinds of index are methods in its grammar: INDEX i (c) USING BITMAP. */
function starRocksKind(key: KeyDefinition): KeyDefinition['kind'] {
  if (key.kind !== 'INDEX') return key.kind;
  if (key.method === 'BITMAP' || key.method === 'NGRAMBF') return key.method;
  return key.method === 'GIN' || key.method === 'INVERTED' ? 'GIN' : key.kind;
}

/** foreign := KEY [IF NOT EXISTS] [name] ( columns ) references */
function parseForeignKey(reader: TokenReader, constraintName: string): TableConstraint {
  reader.expect('KEY');
  reader.accept('IF', 'NOT', 'EXISTS');
  // The name of an index, which since 8.0.16 is no name of the constraint.
  parseOptionalName(reader);
  const columns = parseNameList(reader);
  return { kind: 'foreign_key', foreignKey: { name: constraintName, columns, ...parseReferences(reader) } };
}

type References = Omit<ForeignKeyDefinition, 'name' | 'columns'>;

/** references := REFERENCES table [( columns )] [MATCH word] {ON (DELETE | UPDATE) action} */
function parseReferences(reader: TokenReader): References {
  reader.expect('REFERENCES');
  const { database, name } = parseObjectName(reader);
  const referencedColumns = reader.isOperator('(') ? parseNameList(reader) : [];
  if (reader.accept('MATCH')) reader.expectOneOf('FULL', 'PARTIAL', 'SIMPLE');
  const actions: { onDelete?: string; onUpdate?: string } = {};
  while (reader.accept('ON')) {
    const event = reader.expectOneOf('DELETE', 'UPDATE');
    const action = parseReferenceAction(reader);
    // What MySQL does without a word, and does not show.
    if (action !== 'NO ACTION') actions[event === 'DELETE' ? 'onDelete' : 'onUpdate'] = action;
  }
  return {
    ...(database === undefined ? {} : { referencedDatabase: database }),
    referencedTable: name,
    referencedColumns,
    ...actions,
  };
}

/** REFERENCES beside a column, which since MySQL 9.0 is a foreign key of it; without a name of its own. */
export function parseColumnReferences(reader: TokenReader, column: string): ForeignKeyDefinition {
  return { name: '', columns: [column], ...parseReferences(reader) };
}

/** action := RESTRICT | CASCADE | SET NULL | SET DEFAULT | NO ACTION */
function parseReferenceAction(reader: TokenReader): string {
  const word = reader.expectOneOf('RESTRICT', 'CASCADE', 'SET', 'NO');
  if (word === 'NO') reader.expect('ACTION');
  if (word === 'SET') return `SET ${reader.expectOneOf('NULL', 'DEFAULT')}`;
  return word === 'NO' ? 'NO ACTION' : word;
}

/** check := ( expression ) [[NOT] ENFORCED] */
function parseCheck(reader: TokenReader, name: string): TableConstraint {
  const expression = reader.parenthesized(() => parseExpression(reader));
  return { kind: 'check', check: { name, expression, enforced: parseEnforcement(reader) } };
}

/** enforcement := [[NOT] ENFORCED] */
export function parseEnforcement(reader: TokenReader): boolean {
  if (reader.accept('NOT', 'ENFORCED')) return false;
  reader.accept('ENFORCED');
  return true;
}
