import assert from 'node:assert/strict';
import { SqlError } from '../../../src/base/sql-error.ts';
import type { SqlErrorKind } from '../../../src/base/sql-error.ts';
import type { ColumnDefinition, DataType, TableDefinition } from '../../../src/sql/ddl/definition.ts';
import { parseDdl } from '../../../src/sql/ddl/parse.ts';
import type { AlterAction, DdlStatement } from '../../../src/sql/ddl/statement.ts';
import { tokenize } from '../../../src/sql/lexer.ts';
import { mysqlLexing } from '../../../src/sql/token.ts';
import type { LexerOptions } from '../../../src/sql/token.ts';

export function parse(sql: string, lexing: Partial<LexerOptions> = {}): DdlStatement {
  return parseDdl(tokenize(sql, { ...mysqlLexing, ...lexing }), sql);
}

/** The statement, which is of one kind. */
export function parseAs<K extends DdlStatement['kind']>(
  sql: string,
  kind: K,
): Extract<DdlStatement, { kind: K }> {
  const statement = parse(sql);
  assert.equal(statement.kind, kind);
  return statement as Extract<DdlStatement, { kind: K }>;
}

export function tableOf(sql: string): TableDefinition {
  return parseAs(sql, 'create_table').definition;
}

/** The one column of `CREATE TABLE t (<text>)`, which is not checked for sense. */
export function columnOf(text: string): ColumnDefinition {
  const sql = `CREATE TABLE t (${text})`;
  const statement = parseDdl(tokenize(sql), sql, { isChecked: false });
  assert.equal(statement.kind, 'create_table');
  const column = statement.kind === 'create_table' ? statement.definition.columns[0] : undefined;
  assert.ok(column);
  return column;
}

export function typeOf(text: string): DataType {
  return columnOf(`c ${text}`).type;
}

/** The actions of `ALTER TABLE t <text>`. */
export function actionsOf(text: string): readonly AlterAction[] {
  return parseAs(`ALTER TABLE t ${text}`, 'alter_table').actions;
}

export function failsWith(sql: string, kind: SqlErrorKind, message?: string | RegExp): void {
  assert.throws(
    () => parse(sql),
    (error: unknown) => {
      assert.ok(error instanceof SqlError, String(error));
      assert.equal(error.kind, kind, error.message);
      if (typeof message === 'string') assert.equal(error.message, message);
      else if (message !== undefined) assert.match(error.message, message);
      return true;
    },
  );
}
