import { canonicalCollation, characterSetOf } from '../character-sets.ts';
import type { DatabaseName, DatabaseOptions, DatabaseStatement } from '../statement.ts';
import type { TokenReader } from '../../token-reader.ts';
import { parseProperties } from './properties.ts';
import { parseCharacterOption } from './table-options.ts';

/** create database := CREATE (DATABASE | SCHEMA) [IF NOT EXISTS] name {option}; the reader stands past the second word */
export function parseCreateDatabase(reader: TokenReader): DatabaseStatement {
  const ifNotExists = reader.accept('IF', 'NOT', 'EXISTS');
  const name = parseDatabaseName(reader);
  const options = parseOptions(reader);
  reader.expectEnd();
  return { kind: 'create_database', name, ifNotExists, options };
}

/** drop database := DROP (DATABASE | SCHEMA) [IF EXISTS] name [FORCE] */
export function parseDropDatabase(reader: TokenReader): DatabaseStatement {
  const ifExists = reader.accept('IF', 'EXISTS');
  const name = parseDatabaseName(reader);
  const force = reader.accept('FORCE');
  reader.expectEnd();
  return { kind: 'drop_database', name, ifExists, force };
}

/** alter database := ALTER (DATABASE | SCHEMA) [name] option {option} */
export function parseAlterDatabase(reader: TokenReader): DatabaseStatement {
  const name = isOption(reader) ? undefined : parseDatabaseName(reader);
  if (!isOption(reader)) reader.fail();
  const options = parseOptions(reader);
  reader.expectEnd();
  return { kind: 'alter_database', ...(name === undefined ? {} : { name }), options };
}

/** database := [catalog .] name */
function parseDatabaseName(reader: TokenReader): DatabaseName {
  const [name = '', catalog] = reader.namePath(2).toReversed();
  return { name, ...(catalog === undefined ? {} : { catalog }) };
}

function isOption(reader: TokenReader): boolean {
  if (reader.isPhrase('READ', 'ONLY') || reader.isPhrase('CHARACTER', 'SET')) return true;
  return reader.isWord('DEFAULT', 'CHARSET', 'COLLATE', 'ENCRYPTION', 'COMMENT', 'SET');
}

/**
 * option := [DEFAULT] CHARACTER SET [=] name | [DEFAULT] COLLATE [=] name | [DEFAULT] ENCRYPTION [=] 'Y'
 *         | READ ONLY [=] (0 | 1 | DEFAULT) | COMMENT [=] 'text' | [SET] PROPERTIES ( … )
 */
function parseOptions(reader: TokenReader): DatabaseOptions {
  let options: DatabaseOptions = { properties: [] };
  for (;;) {
    const more = parseOption(reader);
    if (more === undefined) return options;
    options = { ...options, ...more };
  }
}

function parseOption(reader: TokenReader): Partial<DatabaseOptions> | undefined {
  const characters = parseCharacterOption(reader);
  if (characters !== undefined) return withCharacterSet(characters);
  if (reader.accept('DEFAULT', 'ENCRYPTION') || reader.accept('ENCRYPTION'))
    return { encryption: valueText(reader) };
  if (reader.accept('READ', 'ONLY')) return { readOnly: readOnlyValue(reader) };
  if (reader.accept('COMMENT')) return { comment: valueText(reader) };
  if (reader.accept('SET') || reader.isWord('PROPERTIES')) {
    reader.accept('PROPERTIES');
    return { properties: parseProperties(reader) };
  }
  return undefined;
}

function withCharacterSet(options: Partial<DatabaseOptions>): Partial<DatabaseOptions> {
  if (options.collation === undefined) return options;
  const collation = canonicalCollation(options.collation);
  return { collation, characterSet: characterSetOf(collation) };
}

function valueText(reader: TokenReader): string {
  reader.acceptOperator('=');
  return reader.string();
}

function readOnlyValue(reader: TokenReader): boolean {
  reader.acceptOperator('=');
  return reader.accept('DEFAULT') ? false : reader.integer() === 1;
}
