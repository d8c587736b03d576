import type { FunctionDefinition } from '../../../sql/ddl/function-definition.ts';
import { SqlError } from '../../../base/sql-error.ts';
import { tokenize } from '../../../sql/lexer.ts';
import {
  type NameRead,
  namesOfExpression,
  namesOfQuery,
  type NamesRead,
} from '../../../sql/rewrite/names-read.ts';
import { mysqlLexing, type Token } from '../../../sql/token.ts';
import type { Dictionary } from '../dictionary/dictionary.ts';
import type { ViewDefinition } from '../dictionary/stored-object.ts';
import { nameKey, sameName } from '../physical/names.ts';
import { lexingOf } from './sql-mode.ts';

/** A name, and whether it is that of a function being called. */
export type ReadName = NameRead & Readonly<{ isCall?: boolean }>;

/** What a view reads. Names without a database are those of the one in which it was made. */
export function viewNames({
  select,
  database,
}: Pick<ViewDefinition, 'select' | 'database'>): readonly ReadName[] {
  const tokens = tokenize(select, mysqlLexing);
  return read(tokens, () => namesOfQuery(tokens, select)).map((name) => ({ database, ...name }));
}

/** What a function reads and calls. Names without a database are those of the function's own. */
export function functionNames({ body, sqlMode }: FunctionDefinition): readonly ReadName[] {
  const modes = new Set(sqlMode.toUpperCase().split(','));
  const tokens = tokenize(body, lexingOf(modes));
  return read(tokens, () => namesOfExpression(tokens, body));
}

/** Tells whether an object of `database` is among the names. */
export function dependencyOf(names: readonly NameRead[], database: string): (object: string) => boolean {
  const own = names.filter((each) => each.database === undefined || sameName(each.database, database));
  return (object) => own.some((each) => sameName(each.name, object));
}

/** What a view or a function names, each in its database. */
export type Reader = Readonly<{ database: string; names: readonly ReadName[] }>;

/**
 * Tells whether a view (or a function) would come to read itself, by way of other views and functions, if it read
 * `reader.names` from now on.
 */
export function readsItself(dictionary: Dictionary, name: string, kind: Readers, reader: Reader): boolean {
  const seen = new Set<string>();
  const waiting: Reader[] = [reader];
  for (let each = waiting.pop(); each !== undefined; each = waiting.pop()) {
    for (const read of each.names) {
      const database = read.database ?? each.database;
      if (sameName(database, reader.database) && sameName(read.name, name) && isOf(read, kind)) return true;
      const key = `${nameKey(database)}.${nameKey(read.name)}`;
      if (seen.has(key)) continue;
      seen.add(key);
      waiting.push(...readersNamed(dictionary, database, read.name));
    }
  }
  return false;
}

type Readers = 'view' | 'function';

function isOf(read: ReadName, kind: Readers): boolean {
  return (read.isCall === true) === (kind === 'function');
}

function readersNamed(dictionary: Dictionary, database: string, name: string): readonly Reader[] {
  const found = dictionary.object(database, name);
  const views = found?.kind === 'VIEW' ? [{ database, names: viewNames(found.definition) }] : [];
  const functions = (dictionary.function(database, name)?.overloads ?? []).map((overload) => ({
    database,
    names: functionNames(overload),
  }));
  return [...views, ...functions];
}

/** The names of a text; for one that no longer parses, every word of it: too many do no harm to an order. */
function read(tokens: readonly Token[], parse: () => NamesRead): readonly ReadName[] {
  try {
    const { tables, functions } = parse();
    return [...tables, ...functions.map((name) => ({ ...name, isCall: true }))];
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    return tokens
      .filter((token) => token.kind === 'word' || token.kind === 'quoted')
      .map((token) => ({ name: token.value }));
  }
}
