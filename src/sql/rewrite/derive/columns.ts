import type {
  ColumnName,
  CommonTable,
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
  for (const table of select.from) {
    const found = ofTable(table, around);
    if (found === undefined) return undefined;
    relations.push(...found);
  }
  const scope = scopeOf(relations, around);
  const isRolled = select.rollup;
  const columns: (DerivedColumn | undefined)[] = [];
  for (const item of select.items) {
    const found = ofItem(item, relations, scope);
    if (found === undefined) return undefined;
    columns.push(...found.map((column) => (column && isRolled ? { ...column, nullable: true } : column)));
  }
  return columns;
}

function ofItem(
  item: SelectItem,
  relations: readonly Relation[],
  scope: DeriveScope,
): QueryColumns | undefined {
  const { expression } = item;
  if (expression.kind === 'star') {
    const named = expression.table?.toLowerCase();
    const wanted = relations.filter(({ alias }) => named === undefined || alias.toLowerCase() === named);
    return wanted.length === 0 ? undefined : wanted.flatMap(({ columns }) => columns);
  }
  const name = item.alias ?? (expression.kind === 'column' ? expression.name : item.text);
  if (expression.kind === 'column') {
    const column = scope.column(expression);
    return [column && { ...column, name }];
  }
  const derived = derive(expression, scope);
  return [derived && inside({ ...derived, name })];
}

function scopeOf(relations: readonly Relation[], around: Around): DeriveScope {
  const outer = [...relations, ...around.outer];
  return {
    call: deriveCall,
    column: (name) => lookUp(name, relations) ?? lookUp(name, around.outer),
    query: (query) => ofQuery(query, { ...around, outer }),
  };
}

function lookUp(name: ColumnName, relations: readonly Relation[]): Derived | undefined {
  const table = name.table?.toLowerCase();
  for (const { alias, columns } of relations) {
    if (table !== undefined && alias.toLowerCase() !== table) continue;
    const found = columns.find((column) => column?.name.toLowerCase() === name.name.toLowerCase());
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Undefined for what joins by names: which columns a star gives is not known here. */
function ofTable(table: TableExpression, around: Around): readonly Relation[] | undefined {
  switch (table.kind) {
    case 'table': {
      const common = table.database === undefined ? around.common.get(table.name.toLowerCase()) : undefined;
      const columns = common ?? around.tables(table.database, table.name);
      return columns && [{ alias: table.alias ?? table.name, columns }];
    }
    case 'derived': {
      const found = ofQuery(table.query, around);
      const columns = found?.map((column, index) => renamed(column, table.columns[index], false));
      return columns && [{ alias: table.alias, columns: columns.map((column) => column && inside(column)) }];
    }
    case 'jsonTable':
      return undefined;
    case 'join': {
      const [left, right] = [ofTable(table.left, around), ofTable(table.right, around)];
      if (left === undefined || right === undefined || table.natural || table.using.length > 0)
        return undefined;
      if (table.type === 'LEFT') return [...left, ...right.map(optional)];
      return table.type === 'RIGHT' ? [...left.map(optional), ...right] : [...left, ...right];
    }
  }
}

/** What an outer join may leave without a row. */
function optional({ alias, columns }: Relation): Relation {
  return { alias, columns: columns.map((column) => column && { ...column, nullable: true }) };
}
