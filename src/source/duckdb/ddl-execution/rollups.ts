import { SqlError } from '../../../base/sql-error.ts';
import type { RollupDefinition, TableDefinition } from '../../../sql/ddl/definition.ts';
import type { CreateMaterializedView } from '../../../sql/ddl/materialized-view.ts';
import { tokenize } from '../../../sql/lexer.ts';
import type { Expression, Query, Select, TableExpression } from '../../../sql/rewrite/ast.ts';
import { grammar } from '../../../sql/rewrite/parse/grammar.ts';
import { queryReader, readQuery } from '../../../sql/rewrite/parse/query-reader.ts';
import { contains } from '../../../sql/rewrite/walk.ts';
import type { StoredTable } from '../dictionary/stored-object.ts';
import { readSelect } from '../materialized/bases.ts';
import { columnsOfSelect } from '../materialized/columns.ts';
import { unqualifiedTable } from '../materialized/renamed-tables.ts';
import { dictionarySchema, sameName } from '../physical/names.ts';
import { requireObject } from '../translation/access.ts';
import type { StatementScope } from '../statement/scope.ts';
import { lexingOf } from '../translation/sql-mode.ts';
import { contextIn } from '../translation/contexts.ts';
import { defining, isFree, baseTableNamed } from './definition-scope.ts';

/**
 * A synchronous materialized view is part of its table's definition, and its query is run when it is read: so it shows
 * each change of the table in the transaction that makes it (decision 0027).
 */
export function isRollup(statement: CreateMaterializedView): boolean {
  const { refresh, distribution, partitionBy } = statement;
  return refresh === undefined && distribution === undefined && partitionBy === undefined;
}

/** Runs CREATE MATERIALIZED VIEW … AS SELECT … FROM one table, without REFRESH, DISTRIBUTED BY and PARTITION BY. */
export async function createRollup(
  scope: StatementScope,
  statement: CreateMaterializedView,
  database: string,
): Promise<number> {
  const { name } = statement.name;
  if (!isFree(scope, database, name, statement.ifNotExists)) return 0;
  const text = statement.select.text;
  const from = oneTable(scope, text);
  const current = scope.context.database ?? database;
  requireObject(scope, { database: from.database ?? current, name: from.name }, ['SELECT']);
  const table = baseTableNamed(scope, { database: from.database ?? current, name: from.name });
  if (!sameName(table.database, database)) {
    throw refused('must be in the database of its table');
  }
  const select = unqualifiedTable(text);
  const read = readSelect(scope.engine, contextIn(scope.context, database), select);
  const columns = await columnsOfSelect(scope.connection, read);
  const wanted = statement.columns;
  if (wanted.length > 0 && wanted.length !== columns.length) {
    throw new SqlError(
      'column_count_mismatch',
      "Materialized view's SELECT and its column list have different column counts",
    );
  }
  const rollup: RollupDefinition = {
    id: Number(await scope.connection.fact(`SELECT nextval('${dictionarySchema}.view_ids')`)),
    name,
    table: from.name,
    select,
    columns: columns.map((column, index) => ({ ...column, name: wanted[index]?.name ?? column.name })),
    ...(statement.comment === undefined ? {} : { comment: statement.comment }),
    properties: statement.properties,
    createdAt: scope.engine.clock.now(),
  };
  await putRollups(scope, table, [...(table.definition.rollups ?? []), rollup]);
  return 0;
}

/** Drops the rollup of this name; false when there is none. */
export async function dropRollup(scope: StatementScope, database: string, name: string): Promise<boolean> {
  const found = scope.engine.dictionary.rollup(database, name);
  if (found === undefined) return false;
  const { table } = found;
  await putRollups(
    scope,
    table,
    (table.definition.rollups ?? []).filter((rollup) => !sameName(rollup.name, name)),
  );
  return true;
}

async function putRollups(
  scope: StatementScope,
  table: StoredTable,
  rollups: readonly RollupDefinition[],
): Promise<void> {
  const definition = { ...table.definition, rollups };
  await defining(scope, (change) => change.putObject({ ...table, definition }));
}

/** Refuses a change of a column that a rollup of the table reads. */
export function checkRollups(before: TableDefinition, after: TableDefinition): void {
  for (const rollup of before.rollups ?? []) {
    const words = tokenize(rollup.select).filter(({ kind }) => kind === 'word' || kind === 'quoted');
    for (const column of before.columns) {
      if (!words.some((word) => sameName(word.value, column.name))) continue;
      const now = after.columns.find((each) => sameName(each.name, column.name));
      if (now !== undefined && JSON.stringify(now.type) === JSON.stringify(column.type)) continue;
      throw new SqlError(
        'analysis',
        `Can not drop/modify the column ${column.name}, because the column is used in the related materialized view ${rollup.name}`,
        { hint: `DROP MATERIALIZED VIEW ${rollup.name} first.` },
      );
    }
  }
}

/** The one table of the query. */
function oneTable(scope: StatementScope, text: string): Extract<TableExpression, { kind: 'table' }> {
  const tokens = tokenize(text, lexingOf(scope.sqlMode));
  const query: Query = readQuery(queryReader(grammar, { tokens, text, modes: scope.sqlMode }));
  const { body } = query;
  if (body.kind !== 'select' || query.with.length > 0 || query.limit !== undefined) {
    throw refused('must be one SELECT, without WITH and LIMIT');
  }
  const [from] = body.from;
  if (from === undefined || body.from.length > 1 || from.kind !== 'table') {
    throw new SqlError('analysis', 'The materialized view only support one table in from clause.', {
      hint: 'REFRESH ASYNC makes an asynchronous one, which may read several.',
    });
  }
  if (expressionsOf(body).some(isSpecial)) throw refused('must not have subqueries or window functions');
  if (body.having !== undefined) throw refused('must not have HAVING');
  if (body.items.some(({ expression }) => expression.kind === 'star')) throw refused('must name its columns');
  return from;
}

function expressionsOf({ items, where }: Select): readonly Expression[] {
  return [...items.map((item) => item.expression), ...(where === undefined ? [] : [where])];
}

function isSpecial(expression: Expression): boolean {
  return contains(expression, (node) => {
    if (node.kind === 'call') return node.window !== undefined;
    return ['subquery', 'exists', 'inQuery', 'quantified'].includes(node.kind);
  });
}

function refused(rule: string): SqlError {
  return new SqlError('analysis', `a synchronous materialized view ${rule}`, {
    hint: 'REFRESH ASYNC makes an asynchronous one.',
  });
}
