import type { FunctionDefinition } from '../../sql/ddl/function-definition.ts';
import { SqlError } from '../../base/sql-error.ts';
import { tokenize } from '../../sql/lexer.ts';
import {
  type NameRead,
  namesOfExpression,
  namesOfQuery,
  type NamesRead,
} from '../../sql/rewrite/names-read.ts';
import { mysqlLexing, type Token } from '../../sql/token.ts';
import type { ViewDefinition } from './dictionary.ts';
import { sameName } from './names.ts';
import { lexingOf } from './statement-scope.ts';

/** What a view reads. Names without a database are those of the one in which it was made. */
export function viewNames({ select, database }: ViewDefinition): readonly NameRead[] {
  const tokens = tokenize(select, mysqlLexing);
  return read(tokens, () => namesOfQuery(tokens, select)).map((name) => ({ database, ...name }));
}

/** What a function reads and calls. Names without a database are those of the function's own. */
export function functionNames({ body, sqlMode }: FunctionDefinition): readonly NameRead[] {
  const modes = new Set(sqlMode.toUpperCase().split(','));
  const tokens = tokenize(body, lexingOf(modes));
  return read(tokens, () => namesOfExpression(tokens, body));
}

/** Tells whether an object of `database` is among the names. */
export function dependencyOf(names: readonly NameRead[], database: string): (object: string) => boolean {
  const own = names.filter((each) => each.database === undefined || sameName(each.database, database));
  return (object) => own.some((each) => sameName(each.name, object));
}

/** The names of a text; for one that no longer parses, every word of it: too many do no harm to an order. */
function read(tokens: readonly Token[], parse: () => NamesRead): readonly NameRead[] {
  try {
    const { tables, functions } = parse();
    return [...tables, ...functions];
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    return tokens
      .filter((token) => token.kind === 'word' || token.kind === 'quoted')
      .map((token) => ({ name: token.value }));
  }
}
