import type {
  ColumnName,
  CommonTable,
  Join,
  Query,
  QueryBody,
  Select,
  SelectItem,
  TableExpression,
} from '../ast.ts';
import { type Derived, type DerivedColumn, impliedDefault, mergedType } from './derived-type.ts';
import { derive, type DeriveScope } from './expression.ts';
import { deriveCall } from './functions.ts';

/** The columns of a base table or view, without those that a star leaves out; undefined where they are not known. */
export type TableColumns = (
  database: string | undefined,
  name: string,
) => readonly DerivedColumn[] | undefined;

/** Columns of a query by their place; a column whose type is not known is undefined. */
export type QueryColumns = readonly (DerivedColumn | undefined)[];

type Relation = Readonly<{ alias: string; columns: QueryColumns }>;

/** What stands in FROM: its tables, and the columns that a star gives. */
type Tables = Readonly<{ relations: readonly Relation[]; shown: QueryColumns }>;

/** What stands around a query. */
type Around = Readonly<{
  tables: TableColumns;
  common: ReadonlyMap<string, QueryColumns>;
  outer: readonly Relation[];
}>;

/**
 * The types that MySQL gives the columns of a query; undefined where not even their number is known. It reads the same tree
 * as the rewriting, and takes nothing from it.
 */
export function deriveColumns(query: Query, tables: TableColumns): QueryColumns | undefined {
  return ofQuery(query, { tables, common: new Map(), outer: [] });
}

function ofQuery(query: Query, around: Around): QueryColumns | undefined {
  let inner = around;
  for (const table of query.with) {
    const columns = ofCommonTable(table, query.recursive, inner);
    if (columns === undefined) return undefined;
    inner = { ...inner, common: new Map([...inner.common, [table.name.toLowerCase(), columns]]) };
  }
  return ofBody(query.body, inner);
}

/** A recursive table has the types of its first part, and may be NULL (manual, "WITH (Common Table Expressions)"). */
function ofCommonTable(table: CommonTable, recursive: boolean, around: Around): QueryColumns | undefined {
  const { body } = table.query;
  const isRecursive = recursive && body.kind === 'set';
  const found = isRecursive ? ofBody(body.left, around) : ofQuery(table.query, around);
  const columns = found?.map((column, index) => renamed(column, table.columns[index], isRecursive));
  return columns?.map((column) => column && inside(column));
}

function renamed(
  column: DerivedColumn | undefined,
  name: string | undefined,
  nullable: boolean,
): DerivedColumn | undefined {
  return column && { ...column, name: name ?? column.name, nullable: column.nullable || nullable };
}

/** A column of a derived table has no default and no comment of its own. */
function inside({ name, type, nullable }: DerivedColumn): DerivedColumn {
  const implied = nullable ? undefined : impliedDefault(type);
  return { name, type, nullable, ...(implied === undefined ? {} : { default: implied }) };
}

function ofBody(body: QueryBody, around: Around): QueryColumns | undefined {
  switch (body.kind) {
    case 'select':
      return ofSelect(body, around);
    case 'nested':
      return ofQuery(body.query, around);
    case 'values':
      return undefined;
    case 'set':
      return union(ofBody(body.left, around), ofBody(body.right, around));
  }
}

function union(left: QueryColumns | undefined, right: QueryColumns | undefined): QueryColumns | undefined {
  if (left === undefined || right?.length !== left.length) return undefined;
  return left.map((one, index) => {
    const other = right[index];
    const type = one && other && mergedType([one, other]);
    return one && other && type && inside({ name: one.name, type, nullable: one.nullable || other.nullable });
  });
}

function ofSelect(select: Select, around: Around): QueryColumns | undefined {
  const relations: Relation[] = [];
  const shown: (DerivedColumn | undefined)[] = [];
  for (const table of select.from) {
    const found = ofTable(table, around);
    if (found === undefined) return undefined;
    relations.push(...found.relations);
    shown.push(...found.shown);
  }
  const scope = scopeOf({ relations, shown }, around);
  const isRolled = select.rollup;
  const columns: (DerivedColumn | undefined)[] = [];
  for (const item of select.items) {
    const found = ofItem(item, { relations, shown }, scope);
    if (found === undefined) return undefined;
    columns.push(...found.map((column) => (column && isRolled ? { ...column, nullable: true } : column)));
  }
  return columns;
}

function ofItem(item: SelectItem, tables: Tables, scope: DeriveScope): QueryColumns | undefined {
  const { expression } = item;
  if (expression.kind === 'star') {
    const named = expression.table?.toLowerCase();
    if (named === undefined) return tables.relations.length === 0 ? undefined : tables.shown;
    return tables.relations.find(({ alias }) => alias.toLowerCase() === named)?.columns;
  }
  const name = item.alias ?? (expression.kind === 'column' ? expression.name : item.text);
  if (expression.kind === 'column') {
    const column = scope.column(expression);
    return [column && { ...column, name }];
  }
  const derived = derive(expression, scope);
  return [derived && inside({ ...derived, name })];
}

function scopeOf({ relations, shown }: Tables, around: Around): DeriveScope {
  const outer = [...relations, ...around.outer];
  return {
    call: deriveCall,
    column: (name) =>
      (name.table === undefined ? named(shown, name.name) : lookUp(name, relations)) ??
      lookUp(name, around.outer),
    query: (query) => ofQuery(query, { ...around, outer }),
  };
}

function lookUp(name: ColumnName, relations: readonly Relation[]): Derived | undefined {
  const table = name.table?.toLowerCase();
  for (const { alias, columns } of relations) {
    if (table !== undefined && alias.toLowerCase() !== table) continue;
    const found = named(columns, name.name);
    if (found !== undefined) return found;
  }
  return undefined;
}

function named(columns: QueryColumns, name: string): DerivedColumn | undefined {
  return columns.find((column) => column?.name.toLowerCase() === name.toLowerCase());
}

function ofTable(table: TableExpression, around: Around): Tables | undefined {
  switch (table.kind) {
    case 'table': {
      const common = table.database === undefined ? around.common.get(table.name.toLowerCase()) : undefined;
      return oneTable(table.alias ?? table.name, common ?? around.tables(table.database, table.name));
    }
    case 'derived': {
      const found = ofQuery(table.query, around);
      const columns = found?.map((column, index) => renamed(column, table.columns[index], false));
      return oneTable(
        table.alias,
        columns?.map((column) => column && inside(column)),
      );
    }
    case 'jsonTable':
      return undefined;
    case 'join': {
      const [left, right] = [ofTable(table.left, around), ofTable(table.right, around)];
      if (left === undefined || right === undefined) return undefined;
      return joined(
        table,
        table.type === 'RIGHT' ? optional(left) : left,
        table.type === 'LEFT' ? optional(right) : right,
      );
    }
  }
}

function oneTable(alias: string, columns: QueryColumns | undefined): Tables | undefined {
  return columns && { relations: [{ alias, columns }], shown: columns };
}

/** Columns of USING and NATURAL stand before the others, once; RIGHT JOIN is LEFT JOIN of the sides exchanged. */
function joined(join: Join, left: Tables, right: Tables): Tables | undefined {
  const relations = [...left.relations, ...right.relations];
  if (!join.natural && join.using.length === 0) return { relations, shown: [...left.shown, ...right.shown] };
  const [first, second] = join.type === 'RIGHT' ? [right.shown, left.shown] : [left.shown, right.shown];
  if ([...first, ...second].includes(undefined)) return undefined;
  const isCommon = (column: DerivedColumn | undefined): boolean => {
    const name = column?.name.toLowerCase() ?? '';
    return join.natural
      ? named(first, name) !== undefined && named(second, name) !== undefined
      : join.using.some((each) => each.toLowerCase() === name);
  };
  const others = [...first, ...second].filter((column) => !isCommon(column));
  return { relations, shown: [...first.filter(isCommon), ...others] };
}

/** What an outer join may leave without a row. */
function optional({ relations, shown }: Tables): Tables {
  return {
    relations: relations.map(({ alias, columns }) => ({ alias, columns: columns.map(nullable) })),
    shown: shown.map(nullable),
  };
}

function nullable(column: DerivedColumn | undefined): DerivedColumn | undefined {
  return column && { ...column, nullable: true };
}
