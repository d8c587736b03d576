import type { Token } from '../token.ts';
import type { FunctionShape, RewriteContext, TableReference, TableShape } from './context.ts';
import { settled } from './conversions/numbers.ts';
import { openEnvironment, render, renderQuery, type Environment, type Renderers } from './environment.ts';
import type { Query } from './ast.ts';
import { assigningQuery, type Assigns } from './assignments.ts';
import { deriveColumns, type QueryColumns, type TableColumns } from './derive/columns.ts';
import { isAggregateCall } from './functions/aggregates.ts';
import { queryReader, readExpression, readQuery, type WrittenText } from './parse/query-reader.ts';
import { grammar } from './parse/grammar.ts';
import { addRelation, columnsOf } from './render/from.ts';
import { renderExpression } from './render/expression.ts';
import { renderWholeQuery } from './render/query.ts';
import { renderFunction } from './render/stored-call.ts';
import type { TextWarning } from './text-warning.ts';
import { nullType, type Rendered, type ValueType } from './types.ts';

const renderers: Renderers = { expression: renderExpression, query: renderWholeQuery };

export type { RewriteContext, TableReference, TableShape } from './context.ts';
export type { DerivedColumn } from './derive/derived-type.ts';
export { insertIdName } from './assigned-values.ts';
export type { Assigns, WrittenText };

/** A query for DuckDB. `?` has become `$1`, `$2` … in the order of the text. */
export type Rewritten = Readonly<{
  sql: string;
  /** Every base table and view named anywhere in the statement, common tables excluded. */
  tables: readonly TableReference[];
  /** SQL_CALC_FOUND_ROWS was asked for: `foundRowsSql` counts the rows without LIMIT. */
  calcFoundRows: boolean;
  foundRowsSql: string | undefined;
  parameterCount: number;
  /** The user variables that the rows leave behind. */
  assigns: Assigns | undefined;
  /** What MySQL warns of in the text itself, by its numbers. */
  warnings: readonly TextWarning[];
  /** MySQL's names of the columns; `undefined` when a star stands for columns that are not known. */
  columnNames: readonly string[] | undefined;
  columnTypes: readonly ValueType[] | undefined;
}>;

export type SelectOptions = Readonly<{
  /** The client's own text, where parameters were put in. */
  written?: WrittenText | undefined;
  /** The list may assign user variables; the caller takes their values from the rows. */
  assigns?: boolean;
  /** A client sees the rows: sql_select_limit counts, and a DECIMAL may come as its text. */
  isShown?: boolean;
}>;

/**
 * Rewrites a SELECT, WITH or VALUES statement. Throws SqlError: `syntax` for what is no MySQL, `not_supported` for
 * what the engine cannot give faithfully, and the errors of names, functions and groups.
 */
export function rewriteSelect(
  tokens: readonly Token[],
  text: string,
  context: RewriteContext,
  { written, assigns, isShown = false }: SelectOptions = {},
): Rewritten {
  const reader = queryReader(grammar, { tokens, text, modes: context.sqlMode, written });
  const whole = readQuery(reader);
  reader.expectEnd();
  const assigning = assigns === true ? assigningQuery(whole, tokens, isAggregateCall) : undefined;
  const query = assigning?.query ?? whole;
  const hidden = assigning?.assigns.hidden ?? 0;
  const environment = openEnvironment(context, renderers, isShown && assigning === undefined);
  const { sql, columns } = renderQuery(query, environment);
  const { output } = environment;
  const limit = isShown && query.limit === undefined ? selectLimit(context) : '';
  return {
    sql: sql + limit,
    tables: distinctTables(output.tables),
    calcFoundRows: output.calcFoundRows,
    foundRowsSql: output.calcFoundRows ? countingSql(query, context) : undefined,
    parameterCount: reader.nextParameter - 1,
    warnings: [...reader.warnings, ...output.warnings],
    assigns: assigning?.assigns,
    columnNames: shown(columns, hidden)?.map((column) => column.name),
    columnTypes: shown(columns, hidden)?.map((column) => column.type),
  };
}

function shown<C>(columns: readonly C[] | undefined, hidden: number): readonly C[] | undefined {
  return hidden === 0 ? columns : columns?.slice(0, -hidden);
}

/** The types that MySQL gives the columns of a query, for CREATE TABLE … AS. Throws SqlError `syntax`. */
export function deriveSelect(
  tokens: readonly Token[],
  text: string,
  { sqlMode, tables }: Readonly<{ sqlMode: ReadonlySet<string>; tables: TableColumns }>,
): QueryColumns | undefined {
  return deriveColumns(readQuery(queryReader(grammar, { tokens, text, modes: sqlMode })), tables);
}

/** FOUND_ROWS() after SQL_CALC_FOUND_ROWS: the rows of the same query without its LIMIT. */
function countingSql(query: Query, context: RewriteContext): string {
  const unlimited = renderQuery(
    { ...query, orderBy: [], limit: undefined },
    openEnvironment(context, renderers),
  );
  return `SELECT count(*) FROM (${unlimited.sql}) AS "q"`;
}

/** sql_select_limit of the session, for a query of a client without a LIMIT of its own. */
function selectLimit(context: RewriteContext): string {
  const value = String(context.variable('sql_select_limit') ?? '');
  if (!/^\d{1,19}$/.test(value) || BigInt(value) > 9_223_372_036_854_775_807n) return '';
  return ` LIMIT ${value}`;
}

function distinctTables(tables: readonly TableReference[]): readonly TableReference[] {
  const seen = new Map(tables.map((table) => [JSON.stringify(table), table]));
  return [...seen.values()];
}

/** What the names of an expression may mean, and where its parameters begin. */
export type ExpressionOptions = Readonly<{
  /** The tables in reach: the one of an UPDATE, DELETE or CHECK. Their alias is how DuckDB's text qualifies. */
  tables?: readonly Readonly<{ alias: string; database?: string; shape?: TableShape }>[];
  /** The number of the first `?`, when an earlier part of the statement has some. */
  firstParameter?: number;
}>;

/** An expression for DuckDB, with what is known of its value and the tables its subqueries read. */
export type RewrittenExpression = Readonly<{
  sql: string;
  type: ValueType;
  tables: readonly TableReference[];
  /** The number that a `?` behind this expression has. */
  nextParameter: number;
}>;

/**
 * Rewrites one expression: a DEFAULT, a CHECK, a value of VALUES or SET, a WHERE. Without `tables` a column is
 * unknown. Throws as `rewriteSelect`.
 */
export function rewriteExpression(
  tokens: readonly Token[],
  text: string,
  context: RewriteContext,
  options: ExpressionOptions = {},
): string {
  return rewriteTypedExpression(tokens, text, context, options).sql;
}

/** As `rewriteExpression`, with the type, the tables and the parameters. */
export function rewriteTypedExpression(
  tokens: readonly Token[],
  text: string,
  context: RewriteContext,
  options: ExpressionOptions = {},
): RewrittenExpression {
  const reader = queryReader(grammar, {
    tokens,
    text,
    modes: context.sqlMode,
    firstParameter: options.firstParameter ?? 1,
  });
  const node = readExpression(reader);
  reader.expectEnd();
  const environment = openEnvironment(context, renderers);
  addTables(environment, options);
  const value = settled(render(node, environment));
  return {
    sql: value.sql,
    type: value.type,
    tables: distinctTables(environment.output.tables),
    nextParameter: reader.nextParameter,
  };
}

/** A call of a stored function whose arguments are all NULL, for a check of its body. Throws as `rewriteSelect`. */
export function rewriteFunction(called: FunctionShape, context: RewriteContext): string {
  const nulls = called.parameters.map((): Rendered => ({ sql: 'NULL', type: nullType }));
  return renderFunction(called, nulls, openEnvironment(context, renderers)).sql;
}

function addTables(environment: Environment, options: ExpressionOptions): void {
  for (const { alias, database, shape } of options.tables ?? []) {
    addRelation(environment, alias, {
      name: alias,
      columns: shape === undefined ? undefined : columnsOf(shape),
      ...(database === undefined ? {} : { database }),
      ...(shape === undefined ? {} : { shape }),
    });
  }
}
