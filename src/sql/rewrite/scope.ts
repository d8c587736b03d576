import { SqlError } from '../../base/sql-error.ts';
import type { ColumnName } from './ast.ts';
import type { TableShape } from './context.ts';
import { duckdbName } from '../duckdb-quote.ts';
import { unknownType, type Rendered, type ValueType } from './types.ts';

/** `hidden`: no star shows it. `asDefined`: a result has this very name, however the statement writes it. */
export type RelationColumn = Readonly<{
  name: string;
  type: ValueType;
  hidden?: boolean;
  asDefined?: boolean;
}>;

/** One table, derived table or common table as the names of a query see it. */
export type Relation = Readonly<{
  /** The name that qualifies its columns in the statement. */
  alias: string;
  /** The quoted name that qualifies its columns for DuckDB. */
  sqlName: string;
  /** The database, where the table may be qualified by it. */
  database: string | undefined;
  /** The table's own name, for messages. */
  name: string;
  /** `undefined` where the columns are not known: then names pass unchecked. */
  columns: readonly RelationColumn[] | undefined;
  shape: TableShape | undefined;
}>;

/** How a select list stands to its groups; see `render/grouping.ts`. */
export interface Grouping {
  /** The place being rendered, for messages: `Expression #2 of SELECT list`. */
  place: string;
  /** Some key is more than a column, so that expressions have to be compared with the keys. */
  readonly hasExpressions: boolean;
  /** What stands for this DuckDB text where it is one of the keys of the group. */
  keyOf(sql: string): string | undefined;
  /** What stands for a column that is no key: itself, an arbitrary value, or MySQL's error. */
  columnOutside(relation: Relation, name: string, sql: string): string;
}

/** A column as bare names and stars see it: of two that USING or NATURAL made one there is one. */
export type ShownColumn = Readonly<{ relation: Relation; column: RelationColumn }>;

/** The names of one query level, inside those of the levels around it. */
export interface Scope {
  readonly relations: Relation[];
  /** The columns of the relations that are known, in the order of `*`. */
  shown: readonly ShownColumn[];
  /** DuckDB's names of columns that USING or NATURAL made equal. */
  readonly equated: (readonly [left: string, right: string])[];
  /** Lower-case names of columns that DuckDB merges, since not all columns are known: they stand unqualified. */
  readonly merged: Set<string>;
  readonly outer: Scope | undefined;
  /** The clause being read, in MySQL's words: 'field list', 'where clause' … */
  clause: string;
  /** Set while rendering what stands for a whole group. */
  grouping: Grouping | undefined;
  /** Names of the select list, where the clause may use them. */
  aliases: AliasLookup | undefined;
  /** Names of the select list before the place being rendered, which subqueries there may use. */
  earlier: AliasLookup | undefined;
}

/** Finds what a name of the select list stands for. */
export interface AliasLookup {
  /** ORDER BY and HAVING look here before the tables, GROUP BY after them. */
  readonly isFirst: boolean;
  get(name: string): Rendered | undefined;
}

export function openScope(outer: Scope | undefined): Scope {
  return {
    relations: [],
    shown: [],
    equated: [],
    merged: new Set(),
    outer,
    clause: 'field list',
    grouping: undefined,
    aliases: undefined,
    earlier: undefined,
  };
}

/** Puts a table behind those that the level has. */
export function addToScope(scope: Scope, relation: Relation): void {
  scope.relations.push(relation);
  scope.shown = [...scope.shown, ...(relation.columns ?? []).map((column) => ({ relation, column }))];
}

export type ColumnMatch = Readonly<{ relation: Relation; column: RelationColumn | undefined }>;

/** Names compare without case, as MySQL's column names and (on most systems) aliases do. */
export function sameName(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}

/** Relations a qualifier may mean. */
export function relationsNamed(
  scope: Scope,
  database: string | undefined,
  table: string,
): readonly Relation[] {
  return scope.relations.filter(
    (relation) =>
      sameName(relation.alias, table) &&
      (database === undefined || (relation.database !== undefined && sameName(relation.database, database))),
  );
}

/** True for a name that several tables of the level have. */
export function isAmbiguous(scope: Scope, name: string): boolean {
  return shownColumns(scope.shown, name).length > 1 && !scope.merged.has(name.toLowerCase());
}

/** Looks a column up in one level. Throws for an ambiguous name. */
export function findColumn(scope: Scope, name: ColumnName): ColumnMatch | undefined {
  const isBare = name.table === undefined;
  const candidates = isBare ? scope.relations : relationsNamed(scope, name.database, name.table);
  const matches = isBare ? shownColumns(scope.shown, name.name) : columnsNamed(candidates, name.name);
  const open = candidates.filter((relation) => relation.columns === undefined);
  const isMerged = scope.merged.has(name.name.toLowerCase());
  if (matches.length > 1 && !isMerged) {
    throw new SqlError('ambiguous_column', `Column '${displayName(name)}' in ${scope.clause} is ambiguous`);
  }
  if (matches.length > 0) return matches[0];
  return open.length === 1 && open[0] !== undefined ? { relation: open[0], column: undefined } : undefined;
}

export function shownColumns(shown: readonly ShownColumn[], name: string): readonly ShownColumn[] {
  return shown.filter(({ column }) => sameName(column.name, name));
}

function columnsNamed(relations: readonly Relation[], name: string): readonly ColumnMatch[] {
  return relations.flatMap((relation) => {
    const column = relation.columns?.find((each) => sameName(each.name, name));
    return column === undefined ? [] : [{ relation, column }];
  });
}

/** DuckDB's name of a relation's column. */
export function qualifiedName({ relation, column }: ShownColumn): string {
  return `${relation.sqlName}.${duckdbName(column.name)}`;
}

/** True when some relation of the level has columns that are not known. */
function hasOpenRelation(scope: Scope): boolean {
  return scope.relations.some((relation) => relation.columns === undefined);
}

/** Resolves a column from the inside out and gives its DuckDB form and type. */
export function resolveColumn(scope: Scope, name: ColumnName): Rendered {
  for (let level: Scope | undefined = scope; level !== undefined; level = level.outer) {
    const aliases = name.table === undefined ? level.aliases : undefined;
    const early = aliases?.isFirst === true ? aliases.get(name.name) : undefined;
    if (early !== undefined) return early;
    const match = findColumn(level, name);
    if (match !== undefined) return columnSql(level, match, name);
    const isBareOutside = name.table === undefined && level !== scope;
    const late = aliases?.get(name.name) ?? (isBareOutside ? level.earlier?.get(name.name) : undefined);
    if (late !== undefined) return late;
    if (hasOpenRelation(level)) return { sql: plainName(name), type: unknownType };
  }
  throw unknownColumn(displayName(name), scope.clause);
}

export function unknownColumn(name: string, clause: string): SqlError {
  return new SqlError('unknown_column', `Unknown column '${name}' in '${clause}'`);
}

function columnSql(scope: Scope, match: ColumnMatch, name: ColumnName): Rendered {
  const isMerged = name.table === undefined && scope.merged.has(name.name.toLowerCase());
  const column = duckdbName(match.column?.name ?? name.name);
  const sql = isMerged ? column : `${match.relation.sqlName}.${column}`;
  const type = match.column?.type ?? unknownType;
  const grouping = scope.grouping;
  if (grouping === undefined) return { sql, type };
  const key = grouping.keyOf(sql);
  if (key !== undefined) return { sql: key, type };
  return { sql: grouping.columnOutside(match.relation, match.column?.name ?? name.name, sql), type };
}

function plainName(name: ColumnName): string {
  return name.table === undefined
    ? duckdbName(name.name)
    : `${duckdbName(name.table)}.${duckdbName(name.name)}`;
}

function displayName(name: ColumnName): string {
  return [name.database, name.table, name.name].filter((part) => part !== undefined).join('.');
}
