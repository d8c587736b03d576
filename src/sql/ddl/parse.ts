import type { Token } from '../token.ts';
import { checkDefinition } from './check.ts';
import { parseAlterTable } from './parse/alter-table.ts';
import { parseCreateTable } from './parse/create-table.ts';
import { notYet } from '../not-yet.ts';
import { TokenReader } from '../token-reader.ts';
import { parseObjectName } from './parse/names.ts';
import { parseAlterDatabase, parseCreateDatabase, parseDropDatabase } from './parse/database.ts';
import { parseKeyBody } from './parse/keys.ts';
import { nameKey } from './settle.ts';
import { parseCreateFunction, parseDropFunction } from './parse/function.ts';
import { isRoutine, parseCreateRoutine, parseDropRoutine } from './parse/routine.ts';
import {
  parseAlterMaterializedView,
  parseCancelRefresh,
  parseCreateMaterializedView,
  parseRefresh,
} from './parse/materialized-view.ts';
import { parseCreateView, parseDefiner, parseDropView, parseViewOptions } from './parse/view.ts';
import type { ObjectName } from './object-name.ts';
import type { DdlStatement, IndexStatement } from './statement.ts';

export type ParseOptions = Readonly<{
  /**
   * False for text that another server printed: it may hold what MySQL refuses (MariaDB's TEXT DEFAULT 'x') and is
   * taken as it is. Names the text leaves out are made all the same.
   */
  isChecked: boolean;
}>;

/**
 * ddl := (CREATE | ALTER | DROP | TRUNCATE | RENAME | REFRESH | CANCEL REFRESH) …
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
  const reader = new TokenReader(tokens, text, { showsSecrets: true });
  const statement = parseStatement(reader);
  if (options.isChecked && statement.kind === 'create_table' && statement.like === undefined) {
    checkDefinition(statement.definition, statement.asSelect !== undefined);
  }
  return statement;
}

function parseStatement(reader: TokenReader): DdlStatement {
  switch (reader.expectOneOf('CREATE', 'ALTER', 'DROP', 'TRUNCATE', 'RENAME', 'REFRESH', 'CANCEL')) {
    case 'CREATE':
      return parseCreate(reader);
    case 'ALTER':
      return parseAlter(reader);
    case 'DROP':
      return parseDrop(reader);
    case 'TRUNCATE':
      return parseTruncate(reader);
    case 'RENAME':
      return parseRename(reader);
    case 'REFRESH':
      reader.expect('MATERIALIZED', 'VIEW');
      return parseRefresh(reader);
    case 'CANCEL':
      reader.expect('REFRESH', 'MATERIALIZED', 'VIEW');
      return parseCancelRefresh(reader);
  }
}

/** create := CREATE [OR REPLACE] (database | table | index | view | materialized view | routine) */
function parseCreate(reader: TokenReader): DdlStatement {
  const orReplace = reader.accept('OR', 'REPLACE');
  if (reader.isPhrase('EXTERNAL', 'TABLE')) throw notYet('EXTERNAL TABLE');
  if (!orReplace) {
    if (reader.acceptOneOf('DATABASE', 'SCHEMA') !== undefined) return parseCreateDatabase(reader);
    if (reader.isWord('TEMPORARY') || (reader.isWord('TABLE') && !isRoutine(reader)))
      return parseCreateTable(reader);
    if (reader.isWord('MATERIALIZED')) return parseCreateMaterializedView(reader);
    if (reader.isWord('UNIQUE', 'FULLTEXT', 'SPATIAL', 'INDEX')) return parseCreateIndex(reader);
  }
  if (isRoutine(reader)) return parseRoutine(reader, { orReplace });
  const viewOptions = parseViewOptions(reader);
  const { definer } = viewOptions;
  if (isRoutine(reader))
    return parseRoutine(reader, { orReplace, ...(definer !== undefined && { definer }) });
  return parseCreateView(reader, { orReplace, alter: false }, viewOptions);
}

function parseRoutine(
  reader: TokenReader,
  head: Readonly<{ orReplace: boolean; definer?: string }>,
): DdlStatement {
  const created = reader.isWord('FUNCTION') ? parseCreateFunction(reader, head) : undefined;
  return created ?? parseCreateRoutine(reader, 'create_routine');
}

/** create index := [UNIQUE | FULLTEXT | SPATIAL] INDEX [IF NOT EXISTS] name [USING m] ON table ( parts ) {option} */
function parseCreateIndex(reader: TokenReader): IndexStatement {
  const kind = reader.acceptOneOf('UNIQUE', 'FULLTEXT', 'SPATIAL') ?? 'INDEX';
  reader.expect('INDEX');
  const ifNotExists = reader.accept('IF', 'NOT', 'EXISTS');
  const name = reader.name();
  const method = reader.accept('USING') ? reader.name().toUpperCase() : undefined;
  reader.expect('ON');
  const table = parseObjectName(reader);
  const key = parseKeyBody(reader, kind, name);
  skipIndexHints(reader);
  reader.expectEnd();
  const withMethod = method === undefined || key.method !== undefined ? key : { ...key, method };
  return { kind: 'create_index', table, key: nameKey(withMethod, []), ifNotExists };
}

/** hints := {ALGORITHM [=] word | LOCK [=] word} */
function skipIndexHints(reader: TokenReader): void {
  while (reader.acceptOneOf('ALGORITHM', 'LOCK') !== undefined) {
    reader.acceptOperator('=');
    reader.name();
  }
}

/** alter := ALTER (TABLE … | DATABASE … | [options] VIEW … | MATERIALIZED VIEW name action | routine) */
function parseAlter(reader: TokenReader): DdlStatement {
  reader.accept('IGNORE');
  if (reader.isWord('TABLE')) return parseAlterTable(reader);
  if (reader.acceptOneOf('DATABASE', 'SCHEMA') !== undefined) return parseAlterDatabase(reader);
  if (reader.accept('MATERIALIZED', 'VIEW')) return parseAlterMaterializedView(reader);
  if (isRoutine(reader)) return parseCreateRoutine(reader, 'alter_routine');
  const definerMark = reader.mark;
  if (parseDefiner(reader) !== undefined && isRoutine(reader))
    return parseCreateRoutine(reader, 'alter_routine');
  reader.back(definerMark);
  return parseCreateView(reader, { orReplace: false, alter: true }, parseViewOptions(reader));
}

/** drop := DROP (DATABASE … | [TEMPORARY] TABLE … | INDEX … | VIEW … | MATERIALIZED VIEW … | routine) */
function parseDrop(reader: TokenReader): DdlStatement {
  if (reader.acceptOneOf('DATABASE', 'SCHEMA') !== undefined) return parseDropDatabase(reader);
  if (reader.accept('VIEW')) return parseDropView(reader);
  if (reader.accept('INDEX')) return parseDropIndex(reader);
  if (reader.accept('MATERIALIZED', 'VIEW')) {
    const ifExists = reader.accept('IF', 'EXISTS');
    const name = parseObjectName(reader);
    reader.expectEnd();
    return { kind: 'drop_materialized_view', name, ifExists };
  }
  if (reader.isWord('FUNCTION')) return parseDropFunction(reader);
  return isRoutine(reader) ? parseDropRoutine(reader) : parseDropTable(reader);
}

/** drop table := [TEMPORARY] (TABLE | TABLES) [IF EXISTS] name {, name} [RESTRICT | CASCADE | FORCE] */
function parseDropTable(reader: TokenReader): DdlStatement {
  const temporary = reader.accept('TEMPORARY');
  reader.expectOneOf('TABLE', 'TABLES');
  const ifExists = reader.accept('IF', 'EXISTS');
  const names = reader.list((): ObjectName => parseObjectName(reader));
  const force = reader.acceptOneOf('RESTRICT', 'CASCADE', 'FORCE') === 'FORCE';
  reader.expectEnd();
  return { kind: 'drop_table', names, ifExists, temporary, force };
}

/** drop index := [IF EXISTS] name ON table {hint} */
function parseDropIndex(reader: TokenReader): IndexStatement {
  const ifExists = reader.accept('IF', 'EXISTS');
  const name = reader.name();
  reader.expect('ON');
  const table = parseObjectName(reader);
  skipIndexHints(reader);
  reader.expectEnd();
  return { kind: 'drop_index', table, name, ifExists };
}

/** truncate := TRUNCATE [TABLE] name [(PARTITION | PARTITIONS) ( names )] */
function parseTruncate(reader: TokenReader): DdlStatement {
  reader.accept('TABLE');
  const table = parseObjectName(reader);
  const partitions =
    reader.acceptOneOf('PARTITION', 'PARTITIONS') === undefined
      ? undefined
      : reader.isOperator('(')
        ? reader.parenthesized(() => reader.list(() => reader.nameOrString()))
        : reader.list(() => reader.nameOrString());
  reader.expectEnd();
  return { kind: 'truncate_table', table, ...(partitions === undefined ? {} : { partitions }) };
}

/** rename := RENAME (TABLE | TABLES) name TO name {, name TO name} */
function parseRename(reader: TokenReader): DdlStatement {
  reader.expectOneOf('TABLE', 'TABLES');
  const renames = reader.list(() => {
    const from = parseObjectName(reader);
    reader.expect('TO');
    return { from, to: parseObjectName(reader) };
  });
  reader.expectEnd();
  return { kind: 'rename_table', renames };
}
