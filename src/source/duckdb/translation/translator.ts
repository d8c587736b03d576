import { tokenize } from '../../../sql/lexer.ts';
import type { TableShape } from '../../../sql/rewrite/context.ts';
import {
  type Assigns,
  rewriteExpression,
  rewriteFunction,
  rewriteSelect,
  type WrittenText,
} from '../../../sql/rewrite/rewrite.ts';
import type { ValueType } from '../../../sql/rewrite/types.ts';
import type { Warning } from '../../query.ts';
import type { StoredFunction, StoredObject, StoredOverload } from '../dictionary/stored-object.ts';
import type { Engine } from '../engine/engine.ts';
import { refuseUnasked } from '../engine/names-in-sql.ts';
import type { SystemTableName } from '../engine/system-tables.ts';
import { contextOfDefinitions } from './contexts.ts';
import type { EngineContext } from './engine-context.ts';
import { NameResolver, type ResolverOptions } from './name-resolver.ts';
import { lexingOf, sqlModeOf } from './sql-mode.ts';

export type TranslateOptions = Pick<ResolverOptions, 'substitutes' | 'rowid'> &
  Readonly<{
    /** The client's own text, where parameters were put in. */
    written?: WrittenText;
    /** Lets the select list assign user variables. */
    assigns?: boolean;
    /** A client sees the rows. */
    isShown?: boolean;
  }>;

export type Translated = Readonly<{
  sql: string;
  systemTables: readonly SystemTableName[];
  /** Base tables and views that the statement names. */
  objects: readonly StoredObject[];
  /** All that it reads: these, what the views among them read, and the tables of which it names partitions. */
  reads: readonly StoredObject[];
  /** Counts the rows without LIMIT, for SQL_CALC_FOUND_ROWS. */
  foundRowsSql: string | undefined;
  /** The user variables that the rows leave behind, where the list may assign some. */
  assigns: Assigns | undefined;
  /** Of what the text itself says: literals that are no numbers, words that are going to be removed. */
  warnings: readonly Warning[];
  /** MySQL's names of the result columns, where they are known. */
  columnNames: readonly string[] | undefined;
  /** What is known of their values. */
  columnTypes: readonly ValueType[] | undefined;
}>;

/** A SELECT in MySQL's words as DuckDB SQL. Unknown names fail as MySQL's do. */
export function translateSelect(
  engine: Engine,
  context: EngineContext,
  text: string,
  options: TranslateOptions = {},
): Translated {
  const names = new NameResolver(engine, context, options);
  const tokens = tokenize(text, lexingOf(sqlModeOf(context)));
  const { written, assigns = false, isShown = false } = options;
  const rewritten = rewriteSelect(tokens, text, names, { written, assigns, isShown });
  if (context.access !== undefined) {
    refuseUnasked(engine.names, rewritten.sql, names.asked());
  }
  return {
    sql: rewritten.sql,
    systemTables: names.systemTables,
    objects: names.objects,
    reads: names.reads,
    foundRowsSql: rewritten.foundRowsSql,
    assigns: rewritten.assigns,
    warnings: rewritten.warnings.map((each) => ({ level: 'Warning', ...each })),
    columnNames: rewritten.columnNames,
    columnTypes: rewritten.columnTypes,
  };
}

/** An expression over the columns of one table; in the result they stand without a qualifier. */
export function translateExpression(
  engine: Engine,
  context: EngineContext,
  text: string,
  shape?: TableShape,
): string {
  const names = new NameResolver(engine, contextOfDefinitions(context), { refusesFunctions: true });
  const tables = shape === undefined ? [] : [{ alias: aliasRemoved, shape }];
  const tokens = tokenize(text, lexingOf(sqlModeOf(context)));
  return rewriteExpression(tokens, text, names, { tables }).replaceAll(`"${aliasRemoved}".`, '');
}

/** A SELECT that calls a function which is about to be made with NULLs: it fails as every call would. */
export function translateFunction(
  engine: Engine,
  context: EngineContext,
  made: StoredFunction,
  overload: StoredOverload,
): Readonly<{ sql: string; systemTables: readonly SystemTableName[] }> {
  const names = new NameResolver(engine, context, { made });
  const sql = `SELECT ${rewriteFunction(names.functionShape(made, overload), names)}`;
  if (context.access !== undefined) refuseUnasked(engine.names, sql, names.asked());
  return { sql, systemTables: names.systemTables };
}

/** Stands for the table while an expression is rewritten; no name of a user's looks like it. */
const aliasRemoved = '__holdfast\u0001row';
