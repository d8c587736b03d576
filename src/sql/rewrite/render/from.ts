import { SqlError } from '../../../base/sql-error.ts';
import type { Join, JsonTable, TableExpression } from '../ast.ts';
import type { TableShape } from '../context.ts';
import { renderQuery, type Environment } from '../environment.ts';
import { duckdbName } from '../../duckdb-quote.ts';
import { addToScope, openScope, sameName, type Relation, type RelationColumn } from '../scope.ts';
import { typeOfColumn } from '../types.ts';
import { joinSql, type JoinSide } from './join.ts';
import { jsonTableQuery } from './json-table.ts';

/** The FROM clause; adds its relations to the scope in the order written. Empty without tables. */
export function renderFrom(tables: readonly TableExpression[], environment: Environment): string {
  if (tables.length === 0) return '';
  environment.scope.clause = 'from clause';
  return ` FROM ${tables.map((table) => renderTable(table, environment)).join(', ')}`;
}

function renderTable(table: TableExpression, environment: Environment): string {
  switch (table.kind) {
    case 'table':
      return renderNamed(table, environment);
    case 'derived':
      return renderDerived(table, environment);
    case 'jsonTable':
      return renderJsonTable(table, environment);
    case 'join':
      return renderJoin(table, environment);
  }
}

/** It sees the tables before it. */
function renderJsonTable(table: JsonTable, environment: Environment): string {
  const inside = { ...environment, scope: openScope(environment.scope), insideAggregate: false };
  inside.scope.clause = 'a table function argument';
  const { sql, columns } = jsonTableQuery(table, inside);
  const sqlName = addRelation(environment, table.alias, { name: table.alias, columns: distinct(columns) });
  return `LATERAL (${sql}) AS ${sqlName}`;
}

function renderNamed(table: Extract<TableExpression, { kind: 'table' }>, environment: Environment): string {
  const { name } = table;
  const common = table.database === undefined ? environment.commonTables.get(name.toLowerCase()) : undefined;
  if (common !== undefined) {
    const sqlName = addRelation(environment, table.alias ?? name, { name, columns: common.columns });
    return `${duckdbName(name)} AS ${sqlName}`;
  }
  const database = table.database ?? environment.context.database;
  if (database === undefined) throw new SqlError('no_database_selected', 'No database selected');
  environment.output.tables.push({ database, name, access: 'read' });
  const shape = environment.context.table(database, name);
  const columns = shape === undefined ? undefined : columnsOf(shape);
  const sqlName = addRelation(environment, table.alias ?? name, {
    name,
    columns,
    database,
    ...(shape === undefined ? {} : { shape }),
  });
  return `${environment.context.tableName(database, name)} AS ${sqlName}`;
}

/** The columns of a table with the types that expressions see. */
export function columnsOf(shape: TableShape): readonly RelationColumn[] {
  const asDefined = shape.namesAsDefined === true ? { asDefined: true } : {};
  return shape.columns.map((column) => ({ name: column.name, type: typeOfColumn(column), ...asDefined }));
}

type NewRelation = Readonly<{
  name: string;
  columns: readonly RelationColumn[] | undefined;
  database?: string;
  shape?: TableShape;
}>;

/** Adds a relation under its alias and returns its quoted name; two tables of different databases may share one. */
export function addRelation(environment: Environment, alias: string, relation: NewRelation): string {
  const { relations } = environment.scope;
  const same = relations.filter((each) => sameName(each.alias, alias));
  if (same.some((each) => each.database === undefined || each.database === relation.database)) {
    throw new SqlError('table_named_twice', `Not unique table/alias: '${alias}'`);
  }
  const unique = same.length === 0 ? alias : `${relation.database ?? ''}.${alias}`;
  const entry: Relation = {
    alias,
    sqlName: duckdbName(unique),
    database: relation.database,
    name: relation.name,
    columns: relation.columns,
    shape: relation.shape,
  };
  addToScope(environment.scope, entry);
  return entry.sqlName;
}

function renderDerived(
  table: Extract<TableExpression, { kind: 'derived' }>,
  environment: Environment,
): string {
  const outer = table.lateral ? environment.scope : environment.scope.outer;
  const query = renderQuery(table.query, { ...environment, scope: openScope(outer), insideAggregate: false });
  const columns = renamed(query.columns, table.columns);
  const sqlName = addRelation(environment, table.alias, { name: table.alias, columns });
  const list = table.columns.length === 0 ? '' : `(${table.columns.map(duckdbName).join(', ')})`;
  return `${table.lateral ? 'LATERAL ' : ''}(${query.sql}) AS ${sqlName}${list}`;
}

/** The columns of a derived or common table under the names of its column list. */
export function renamed(
  columns: readonly RelationColumn[] | undefined,
  names: readonly string[],
): readonly RelationColumn[] | undefined {
  if (names.length === 0 || columns === undefined) return distinct(columns);
  if (names.length !== columns.length) {
    throw new SqlError(
      'column_names_mismatch',
      'In definition of view, derived table or common table expression, SELECT list and column names list have different column counts',
    );
  }
  return distinct(columns.map((column, index) => ({ ...column, name: names[index] ?? column.name })));
}

function distinct(columns: readonly RelationColumn[] | undefined): readonly RelationColumn[] | undefined {
  const seen = new Set<string>();
  for (const { name } of columns ?? []) {
    if (seen.has(name.toLowerCase())) {
      throw new SqlError('duplicate_column', `Duplicate column name '${name}'`);
    }
    seen.add(name.toLowerCase());
  }
  return columns;
}

function renderJoin(join: Join, environment: Environment): string {
  const left = renderSide(join.left, environment);
  const right = renderSide(join.right, environment);
  const sql = join.right.kind === 'join' ? `(${right.sql})` : right.sql;
  return joinSql(join, left, { ...right, sql }, environment);
}

function renderSide(table: TableExpression, environment: Environment): JoinSide {
  const { scope } = environment;
  const [shown, relations] = [new Set(scope.shown), new Set(scope.relations)];
  const sql = renderTable(table, environment);
  return {
    sql,
    shown: scope.shown.filter((each) => !shown.has(each)),
    relations: scope.relations.filter((each) => !relations.has(each)),
  };
}
