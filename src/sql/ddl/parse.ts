import type { Token } from '../token.ts';
import { checkDefinition } from './check.ts';
import { parseAlterTable } from './parse/alter-table.ts';
import { parseCreateTable } from './parse/create-table.ts';
import { Cursor, notYet } from './parse/cursor.ts';
import { parseAlterDatabase, parseCreateDatabase, parseDropDatabase } from './parse/database.ts';
import { parseKeyBody } from './parse/keys.ts';
import { nameKey } from './settle.ts';
import { isRoutine, parseCreateRoutine, parseDropRoutine } from './parse/routine.ts';
import {
  parseCreateMaterializedView,
  parseCreateView,
  parseDefiner,
  parseDropView,
  parseViewOptions,
} from './parse/view.ts';
import type { DdlStatement, IndexStatement, ObjectName } from './statement.ts';

export type ParseOptions = Readonly<{
  /**
   * False for text that another server printed: it may hold what MySQL refuses (MariaDB's TEXT DEFAULT 'x') and is
   * taken as it is. Names the text leaves out are made all the same.
   */
  isChecked: boolean;
}>;

/**
 * ddl := (CREATE | ALTER | DROP | TRUNCATE | RENAME | REFRESH) …
 *
 * Reads one data definition statement; `tokens` are those of `text`, which has no `;` at its end. Throws SqlError:
 * `syntax` in MySQL's words, and MySQL's own numbers for a definition that cannot be (two primary keys, a key on an
 * unknown column …). Nothing is looked up: whether names exist is for the caller.
 */
export function parseDdl(
  tokens: readonly Token[],
  text: string,
  options: ParseOptions = { isChecked: true },
): DdlStatement {
  const cursor = new Cursor(tokens, text);
  const statement = parseStatement(cursor);
  if (options.isChecked && statement.kind === 'create_table' && statement.like === undefined) {
    checkDefinition(statement.definition, statement.asSelect !== undefined);
  }
  return statement;
}

function parseStatement(cursor: Cursor): DdlStatement {
  switch (cursor.expectOneOf('CREATE', 'ALTER', 'DROP', 'TRUNCATE', 'RENAME', 'REFRESH')) {
    case 'CREATE':
      return parseCreate(cursor);
    case 'ALTER':
      return parseAlter(cursor);
    case 'DROP':
      return parseDrop(cursor);
    case 'TRUNCATE':
      return parseTruncate(cursor);
    case 'RENAME':
      return parseRename(cursor);
    default:
      return parseRefresh(cursor);
  }
}

/** create := CREATE [OR REPLACE] (database | table | index | view | materialized view | routine) */
function parseCreate(cursor: Cursor): DdlStatement {
  const orReplace = cursor.take('OR', 'REPLACE');
  if (cursor.isPhrase('EXTERNAL', 'TABLE')) throw notYet('EXTERNAL TABLE');
  if (!orReplace) {
    if (cursor.takeOneOf('DATABASE', 'SCHEMA') !== undefined) return parseCreateDatabase(cursor);
    if (cursor.isWord('TEMPORARY') || (cursor.isWord('TABLE') && !isRoutine(cursor)))
      return parseCreateTable(cursor);
    if (cursor.isWord('MATERIALIZED')) return parseCreateMaterializedView(cursor);
    if (cursor.isWord('UNIQUE', 'FULLTEXT', 'SPATIAL', 'INDEX')) return parseCreateIndex(cursor);
  }
  if (isRoutine(cursor)) return parseCreateRoutine(cursor, 'create_routine');
  const viewOptions = parseViewOptions(cursor);
  if (isRoutine(cursor)) return parseCreateRoutine(cursor, 'create_routine');
  return parseCreateView(cursor, { orReplace, alter: false }, viewOptions);
}

/** create index := [UNIQUE | FULLTEXT | SPATIAL] INDEX [IF NOT EXISTS] name [USING m] ON table ( parts ) {option} */
function parseCreateIndex(cursor: Cursor): IndexStatement {
  const word = cursor.takeOneOf('UNIQUE', 'FULLTEXT', 'SPATIAL');
  const kind = word === 'UNIQUE' || word === 'FULLTEXT' || word === 'SPATIAL' ? word : 'INDEX';
  cursor.expect('INDEX');
  const ifNotExists = cursor.take('IF', 'NOT', 'EXISTS');
  const name = cursor.name();
  const method = cursor.take('USING') ? cursor.name().toUpperCase() : undefined;
  cursor.expect('ON');
  const table = cursor.objectName();
  const key = parseKeyBody(cursor, kind, name);
  skipIndexHints(cursor);
  cursor.expectEnd();
  const withMethod = method === undefined || key.method !== undefined ? key : { ...key, method };
  return { kind: 'create_index', table, key: nameKey(withMethod, []), ifNotExists };
}

/** hints := {ALGORITHM [=] word | LOCK [=] word} */
function skipIndexHints(cursor: Cursor): void {
  while (cursor.takeOneOf('ALGORITHM', 'LOCK') !== undefined) {
    cursor.takeOperator('=');
    cursor.name();
  }
}

/** alter := ALTER (TABLE … | DATABASE … | [options] VIEW … | MATERIALIZED VIEW name action | routine) */
function parseAlter(cursor: Cursor): DdlStatement {
  cursor.take('IGNORE');
  if (cursor.isWord('TABLE')) return parseAlterTable(cursor);
  if (cursor.takeOneOf('DATABASE', 'SCHEMA') !== undefined) return parseAlterDatabase(cursor);
  if (cursor.take('MATERIALIZED', 'VIEW')) {
    return { kind: 'alter_materialized_view', name: cursor.objectName(), action: cursor.rest() };
  }
  if (isRoutine(cursor)) return parseCreateRoutine(cursor, 'alter_routine');
  const definerMark = cursor.mark;
  if (parseDefiner(cursor) !== undefined && isRoutine(cursor))
    return parseCreateRoutine(cursor, 'alter_routine');
  cursor.back(definerMark);
  return parseCreateView(cursor, { orReplace: false, alter: true }, parseViewOptions(cursor));
}

/** drop := DROP (DATABASE … | [TEMPORARY] TABLE … | INDEX … | VIEW … | MATERIALIZED VIEW … | routine) */
function parseDrop(cursor: Cursor): DdlStatement {
  if (cursor.takeOneOf('DATABASE', 'SCHEMA') !== undefined) return parseDropDatabase(cursor);
  if (cursor.take('VIEW')) return parseDropView(cursor);
  if (cursor.take('INDEX')) return parseDropIndex(cursor);
  if (cursor.take('MATERIALIZED', 'VIEW')) {
    const ifExists = cursor.take('IF', 'EXISTS');
    const name = cursor.objectName();
    cursor.expectEnd();
    return { kind: 'drop_materialized_view', name, ifExists };
  }
  return isRoutine(cursor) ? parseDropRoutine(cursor) : parseDropTable(cursor);
}

/** drop table := [TEMPORARY] (TABLE | TABLES) [IF EXISTS] name {, name} [RESTRICT | CASCADE | FORCE] */
function parseDropTable(cursor: Cursor): DdlStatement {
  const temporary = cursor.take('TEMPORARY');
  cursor.expectOneOf('TABLE', 'TABLES');
  const ifExists = cursor.take('IF', 'EXISTS');
  const names = cursor.list((): ObjectName => cursor.objectName());
  const force = cursor.takeOneOf('RESTRICT', 'CASCADE', 'FORCE') === 'FORCE';
  cursor.expectEnd();
  return { kind: 'drop_table', names, ifExists, temporary, force };
}

/** drop index := [IF EXISTS] name ON table {hint} */
function parseDropIndex(cursor: Cursor): IndexStatement {
  const ifExists = cursor.take('IF', 'EXISTS');
  const name = cursor.name();
  cursor.expect('ON');
  const table = cursor.objectName();
  skipIndexHints(cursor);
  cursor.expectEnd();
  return { kind: 'drop_index', table, name, ifExists };
}

/** truncate := TRUNCATE [TABLE] name [(PARTITION | PARTITIONS) ( names )] */
function parseTruncate(cursor: Cursor): DdlStatement {
  cursor.take('TABLE');
  const table = cursor.objectName();
  const partitions =
    cursor.takeOneOf('PARTITION', 'PARTITIONS') === undefined
      ? undefined
      : cursor.parenthesized(() => cursor.list(() => cursor.nameOrString()));
  cursor.expectEnd();
  return { kind: 'truncate_table', table, ...(partitions === undefined ? {} : { partitions }) };
}

/** rename := RENAME (TABLE | TABLES) name TO name {, name TO name} */
function parseRename(cursor: Cursor): DdlStatement {
  cursor.expectOneOf('TABLE', 'TABLES');
  const renames = cursor.list(() => {
    const from = cursor.objectName();
    cursor.expect('TO');
    return { from, to: cursor.objectName() };
  });
  cursor.expectEnd();
  return { kind: 'rename_table', renames };
}

/** refresh := REFRESH MATERIALIZED VIEW name [PARTITION …] [FORCE] [WITH … MODE] */
function parseRefresh(cursor: Cursor): DdlStatement {
  cursor.expect('MATERIALIZED', 'VIEW');
  return { kind: 'refresh_materialized_view', name: cursor.objectName(), rest: cursor.rest() };
}
