import { canonicalCollation, characterSetOf } from '../character-sets.ts';
import type { DatabaseOptions, DatabaseStatement } from '../statement.ts';
import type { Cursor } from './cursor.ts';
import { parseCharacterOption } from './table-options.ts';

/** create database := CREATE (DATABASE | SCHEMA) [IF NOT EXISTS] name {option}; the cursor stands past the second word */
export function parseCreateDatabase(cursor: Cursor): DatabaseStatement {
  const ifNotExists = cursor.take('IF', 'NOT', 'EXISTS');
  const name = cursor.objectName();
  const options = parseOptions(cursor);
  cursor.expectEnd();
  return { kind: 'create_database', name, ifNotExists, options };
}

/** drop database := DROP (DATABASE | SCHEMA) [IF EXISTS] name [FORCE] */
export function parseDropDatabase(cursor: Cursor): DatabaseStatement {
  const ifExists = cursor.take('IF', 'EXISTS');
  const name = cursor.objectName();
  const force = cursor.take('FORCE');
  cursor.expectEnd();
  return { kind: 'drop_database', name, ifExists, force };
}

/** alter database := ALTER (DATABASE | SCHEMA) [name] option {option} */
export function parseAlterDatabase(cursor: Cursor): DatabaseStatement {
  const name = isOption(cursor) ? undefined : cursor.objectName();
  if (!isOption(cursor)) cursor.fail();
  const options = parseOptions(cursor);
  cursor.expectEnd();
  return { kind: 'alter_database', ...(name === undefined ? {} : { name }), options };
}

function isOption(cursor: Cursor): boolean {
  if (cursor.isPhrase('READ', 'ONLY') || cursor.isPhrase('CHARACTER', 'SET')) return true;
  return cursor.isWord('DEFAULT', 'CHARSET', 'COLLATE', 'ENCRYPTION', 'COMMENT', 'SET');
}

/**
 * option := [DEFAULT] CHARACTER SET [=] name | [DEFAULT] COLLATE [=] name | [DEFAULT] ENCRYPTION [=] 'Y'
 *         | READ ONLY [=] (0 | 1 | DEFAULT) | COMMENT [=] 'text' | [SET] PROPERTIES ( … )
 */
function parseOptions(cursor: Cursor): DatabaseOptions {
  let options: DatabaseOptions = { properties: [] };
  for (;;) {
    const more = parseOption(cursor);
    if (more === undefined) return options;
    options = { ...options, ...more };
  }
}

function parseOption(cursor: Cursor): Partial<DatabaseOptions> | undefined {
  const characters = parseCharacterOption(cursor);
  if (characters !== undefined) return withCharacterSet(characters);
  if (cursor.take('DEFAULT', 'ENCRYPTION') || cursor.take('ENCRYPTION'))
    return { encryption: valueText(cursor) };
  if (cursor.take('READ', 'ONLY')) return { readOnly: readOnlyValue(cursor) };
  if (cursor.take('COMMENT')) return { comment: valueText(cursor) };
  if (cursor.take('SET') || cursor.isWord('PROPERTIES')) {
    cursor.take('PROPERTIES');
    return { properties: cursor.properties() };
  }
  return undefined;
}

function withCharacterSet(options: Partial<DatabaseOptions>): Partial<DatabaseOptions> {
  if (options.collation === undefined) return options;
  const collation = canonicalCollation(options.collation);
  return { collation, characterSet: characterSetOf(collation) };
}

function valueText(cursor: Cursor): string {
  cursor.takeOperator('=');
  return cursor.string();
}

function readOnlyValue(cursor: Cursor): boolean {
  cursor.takeOperator('=');
  return cursor.take('DEFAULT') ? false : cursor.integer() === 1;
}
