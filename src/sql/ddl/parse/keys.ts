import type { CheckDefinition, ForeignKeyDefinition, KeyDefinition, KeyPart } from '../definition.ts';
import type { Cursor } from './cursor.ts';
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
export function parseConstraint(cursor: Cursor): TableConstraint | undefined {
  if (cursor.takeOneOf('INDEX', 'KEY') !== undefined) return plainKey(cursor, 'INDEX');
  if (cursor.isWord('FULLTEXT', 'SPATIAL')) {
    const kind = cursor.take('FULLTEXT') ? 'FULLTEXT' : (cursor.next(), 'SPATIAL');
    cursor.takeOneOf('INDEX', 'KEY');
    return plainKey(cursor, kind);
  }
  const named = cursor.take('CONSTRAINT');
  const name = named && !cursor.isWord(...constrained) ? cursor.name() : '';
  if (cursor.take('PRIMARY')) return primaryKey(cursor);
  if (cursor.take('UNIQUE')) return uniqueKey(cursor, name);
  if (cursor.take('FOREIGN')) return parseForeignKey(cursor, name);
  if (cursor.take('CHECK')) return parseCheck(cursor, name);
  return named ? cursor.fail() : undefined;
}

const constrained: readonly string[] = ['PRIMARY', 'UNIQUE', 'FOREIGN', 'CHECK'];

function plainKey(cursor: Cursor, kind: KeyDefinition['kind']): TableConstraint {
  const ifNotExists = cursor.take('IF', 'NOT', 'EXISTS');
  const name = parseOptionalName(cursor);
  return { kind: 'key', key: parseKeyBody(cursor, kind, name), ifNotExists };
}

function primaryKey(cursor: Cursor): TableConstraint {
  cursor.expect('KEY');
  // MySQL reads a name here and forgets it.
  parseOptionalName(cursor);
  return { kind: 'key', key: parseKeyBody(cursor, 'PRIMARY', 'PRIMARY'), ifNotExists: false };
}

function uniqueKey(cursor: Cursor, constraintName: string): TableConstraint {
  cursor.takeOneOf('INDEX', 'KEY');
  const ifNotExists = cursor.take('IF', 'NOT', 'EXISTS');
  const name = parseOptionalName(cursor) || constraintName;
  return { kind: 'key', key: parseKeyBody(cursor, 'UNIQUE', name), ifNotExists };
}

function parseOptionalName(cursor: Cursor): string {
  return cursor.isOperator('(') || cursor.isWord('USING') ? '' : cursor.name();
}

/** key := [USING method] ( part {, part} ) {option} */
export function parseKeyBody(cursor: Cursor, kind: KeyDefinition['kind'], name: string): KeyDefinition {
  const before = parseMethod(cursor);
  const parts = cursor.parenthesized(() => cursor.list(() => parseKeyPart(cursor)));
  return withOptions(cursor, { kind, name, parts, ...before });
}

/** part := (name [( length )] | ( expression )) [ASC | DESC] */
function parseKeyPart(cursor: Cursor): KeyPart {
  if (cursor.isOperator('(')) {
    const expression = parseParenthesized(cursor);
    return { column: '', descending: parseDirection(cursor), expression };
  }
  const column = cursor.name();
  const prefixLength = cursor.isOperator('(') ? cursor.parenthesized(() => cursor.integer()) : undefined;
  const descending = parseDirection(cursor);
  return { column, ...(prefixLength === undefined ? {} : { prefixLength }), descending };
}

function parseDirection(cursor: Cursor): boolean {
  return cursor.takeOneOf('ASC', 'DESC') === 'DESC';
}

function parseMethod(cursor: Cursor): Pick<KeyDefinition, 'method'> {
  if (!cursor.take('USING') && !cursor.take('TYPE')) return {};
  return { method: cursor.name().toUpperCase() };
}

/**
 * option := USING method [( properties )] | COMMENT 'text' | KEY_BLOCK_SIZE [=] n | WITH PARSER name | VISIBLE
 *         | INVISIBLE | [SECONDARY_]ENGINE_ATTRIBUTE [=] 'text'
 */
function withOptions(cursor: Cursor, start: KeyDefinition): KeyDefinition {
  let key = start;
  const other: (readonly [string, string])[] = [];
  for (;;) {
    if (cursor.isWord('USING', 'TYPE')) key = { ...key, ...parseMethod(cursor) };
    else if (cursor.isOperator('(')) key = { ...key, properties: cursor.properties() };
    else if (cursor.take('COMMENT')) key = withComment(key, cursor.string());
    else if (cursor.take('KEY_BLOCK_SIZE')) other.push(['KEY_BLOCK_SIZE', String(optionNumber(cursor))]);
    else if (cursor.take('WITH', 'PARSER')) other.push(['WITH PARSER', cursor.name()]);
    else if (cursor.take('INVISIBLE')) other.push(['INVISIBLE', '']);
    else if (!cursor.take('VISIBLE') && !skipAttribute(cursor)) break;
  }
  const kind = starRocksKind(key);
  return { ...key, kind, ...(other.length === 0 ? {} : { other }) };
}

function optionNumber(cursor: Cursor): number {
  cursor.takeOperator('=');
  return cursor.integer();
}

function skipAttribute(cursor: Cursor): boolean {
  if (cursor.takeOneOf('ENGINE_ATTRIBUTE', 'SECONDARY_ENGINE_ATTRIBUTE') === undefined) return false;
  cursor.takeOperator('=');
  cursor.string();
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
function parseForeignKey(cursor: Cursor, constraintName: string): TableConstraint {
  cursor.expect('KEY');
  cursor.take('IF', 'NOT', 'EXISTS');
  // The name of the index; the constraint has the one after CONSTRAINT.
  const name = constraintName || parseOptionalName(cursor);
  if (!cursor.isOperator('(')) cursor.name();
  const columns = cursor.names();
  return { kind: 'foreign_key', foreignKey: { name, columns, ...parseReferences(cursor) } };
}

type References = Omit<ForeignKeyDefinition, 'name' | 'columns'>;

/** references := REFERENCES table [( columns )] [MATCH word] {ON (DELETE | UPDATE) action} */
function parseReferences(cursor: Cursor): References {
  cursor.expect('REFERENCES');
  const { database, name } = cursor.objectName();
  const referencedColumns = cursor.isOperator('(') ? cursor.names() : [];
  if (cursor.take('MATCH')) cursor.expectOneOf('FULL', 'PARTIAL', 'SIMPLE');
  const actions: { onDelete?: string; onUpdate?: string } = {};
  while (cursor.take('ON')) {
    const event = cursor.expectOneOf('DELETE', 'UPDATE');
    const action = parseReferenceAction(cursor);
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

/** REFERENCES beside a column: read and ignored, as MySQL does. */
export function skipReferences(cursor: Cursor): void {
  parseReferences(cursor);
}

/** action := RESTRICT | CASCADE | SET NULL | SET DEFAULT | NO ACTION */
function parseReferenceAction(cursor: Cursor): string {
  const word = cursor.expectOneOf('RESTRICT', 'CASCADE', 'SET', 'NO');
  if (word === 'NO') cursor.expect('ACTION');
  if (word === 'SET') return `SET ${cursor.expectOneOf('NULL', 'DEFAULT')}`;
  return word === 'NO' ? 'NO ACTION' : word;
}

/** check := ( expression ) [[NOT] ENFORCED] */
function parseCheck(cursor: Cursor, name: string): TableConstraint {
  const expression = cursor.parenthesized(() => parseExpression(cursor));
  return { kind: 'check', check: { name, expression, enforced: parseEnforcement(cursor) } };
}

/** enforcement := [[NOT] ENFORCED] */
export function parseEnforcement(cursor: Cursor): boolean {
  if (cursor.take('NOT', 'ENFORCED')) return false;
  cursor.take('ENFORCED');
  return true;
}
