import { present } from '../../../base/assert.ts';
import type { ColumnDefinition } from '../../../sql/ddl/definition.ts';
import { tokenize } from '../../../sql/lexer.ts';
import { quoteName } from '../../../sql/quote.ts';
import { type MergedView, readMergedView } from '../../../sql/rewrite/merged-view.ts';
import { mysqlLexing } from '../../../sql/token.ts';
import { viewNames } from '../translation/dependencies.ts';
import type { Engine } from '../engine/engine.ts';
import { sameName } from '../physical/names.ts';
import type { StoredTable, StoredView } from '../dictionary/stored-object.ts';
import type { StatementScope } from '../statement/scope.ts';
import { tableShape, withRowid } from '../translation/table-shape.ts';
import { type Translated, translateSelect } from '../translation/translator.ts';
import { contextOfView } from '../translation/contexts.ts';
import type { Substitute } from '../translation/substitute.ts';

/** A view through which rows of a table can be changed, and the views between it and the table. */
export type ChangedView = Readonly<{
  kind: 'changed';
  table: StoredTable;
  /** The table's column behind each of the view's, in order; undefined for what is computed. */
  columns: readonly (ColumnDefinition | undefined)[];
  /** From the view that the statement names down to the one of the table. */
  levels: readonly [ViewLevel, ...ViewLevel[]];
}>;

export type ViewLevel = Readonly<{
  view: StoredView;
  /** The list as texts, one for each of the view's columns. */
  list: readonly string[];
  alias: string;
  from: string;
  where: string;
}>;

/** Why no rows can be changed through a view: its SELECT is no such one, or lost what it reads. */
type Unchangeable =
  Exclude<MergedView, Readonly<{ kind: 'merged' }>> | Readonly<{ kind: 'invalid'; view: StoredView }>;

/** Views on views: as deep as they can be read. */
const depthMax = 32;

/** What a change through the view is a change of. */
export function changedView(engine: Engine, view: StoredView, depth = 0): ChangedView | Unchangeable {
  const { select, database: home, temptable } = view.definition;
  if (temptable === true) return { kind: 'fixed' };
  if (depth > depthMax) return { kind: 'unsupported', construct: `more than ${depthMax} views on views` };
  const merged = readMergedView(tokenize(select, mysqlLexing), select, new Set());
  if (merged.kind !== 'merged') return merged;
  const { database = home, name } = merged.table;
  if (engine.systemTables?.hasSchema(database) === true) return { kind: 'fixed' };
  const found = engine.dictionary.object(database, name);
  if (found === undefined) return { kind: 'invalid', view };
  if (found.kind === 'MATERIALIZED_VIEW') return { kind: 'fixed' };
  const inner = found.kind === 'VIEW' ? changedView(engine, found, depth + 1) : undefined;
  if (inner !== undefined && inner.kind !== 'changed') return inner;
  const table = found.kind === 'TABLE' ? found : (inner as ChangedView).table;
  const under = inner?.levels ?? [];
  if (readsTwice(view, [table, ...under.map((level) => level.view)])) return { kind: 'fixed' };
  const behind = inner === undefined ? ofTable(table) : ofView(inner);
  const items = listed(merged.items, behind, view.definition.columns.length);
  if (items === undefined) return { kind: 'invalid', view };
  const { alias } = merged.table;
  const level: ViewLevel = {
    view,
    alias,
    from: merged.from,
    where: merged.where,
    list: items.map((item) => item.text ?? `${quoteName(alias)}.${quoteName(item.name)}`),
  };
  return { kind: 'changed', table, columns: items.map(({ column }) => column), levels: [level, ...under] };
}

/** The condition of the view reads what it changes: MySQL changes nothing through it. */
function readsTwice(view: StoredView, objects: readonly (StoredTable | StoredView)[]): boolean {
  const named = viewNames(view.definition).filter(
    (read) =>
      read.isCall !== true &&
      objects.some(
        ({ database, name }) => sameName(name, read.name) && sameName(database, read.database ?? ''),
      ),
  );
  return named.length > 1;
}

/** A column that a view can have: of the table, of the view below it, or (with `text`) computed. */
type Listed = Readonly<{ name: string; column: ColumnDefinition | undefined; text?: string }>;

function ofTable({ definition }: StoredTable): readonly Readonly<Listed & { invisible: boolean }>[] {
  return definition.columns.map((column) => ({ name: column.name, column, invisible: column.invisible }));
}

function ofView({ levels: [level], columns }: ChangedView): ReturnType<typeof ofTable> {
  return level.view.definition.columns.map(({ name }, index) => ({
    name,
    column: columns[index],
    invisible: false,
  }));
}

/** What each of the view's columns is; undefined where the tables have changed so that it has no such columns. */
function listed(
  items: readonly Extract<MergedView, { kind: 'merged' }>['items'][number][],
  behind: ReturnType<typeof ofTable>,
  count: number,
): readonly Listed[] | undefined {
  const all = items.flatMap((item): readonly (Listed | undefined)[] => {
    if (item.kind === 'star') return behind.filter((column) => !column.invisible);
    if (item.kind === 'computed') return [{ name: '', column: undefined, text: item.text }];
    return [behind.find((column) => sameName(column.name, item.name))];
  });
  // Columns that a table got later are no columns of `SELECT *`.
  const known = items.length === 1 && items[0]?.kind === 'star' ? all.slice(0, count) : all;
  const found = known.filter((item) => item !== undefined);
  return found.length === known.length && found.length === count ? found : undefined;
}

/** Rows of the view for DuckDB, in the place of its name, with the number of the row that each is of. */
export type ViewRows = Readonly<{ substitute: Substitute }> & Pick<Translated, 'reads' | 'systemTables'>;

export type ViewRowsOptions = Readonly<{
  /** The column of the row's number: DuckDB's own of the table, or that of staged rows. */
  id: 'rowid' | '__n';
  /** Stands for the table. */
  rows?: Substitute;
  /** Whether the condition of a view counts. */
  isFiltered: (index: number) => boolean;
}>;

/** Translated anew for each statement, as the view is where it is read. */
export function viewRows(
  scope: StatementScope,
  changed: ChangedView,
  options: ViewRowsOptions,
  index = 0,
): ViewRows {
  const { view, list, alias, from, where } = changed.levels[index] as ViewLevel;
  const isLast = index === changed.levels.length - 1;
  const inner = isLast ? undefined : viewRows(scope, changed, options, index + 1);
  const substitute = inner?.substitute ?? options.rows;
  const { columns } = view.definition;
  const items = list.map((item, at) => `${item} AS ${quoteName(columns[at]?.name ?? '')}`);
  const id = `${quoteName(alias)}.${quoteName(options.id)} AS ${quoteName(options.id)}`;
  const text = `SELECT ${[...items, id].join(', ')} FROM ${from} ${options.isFiltered(index) ? where : ''}`;
  const { sql, reads, systemTables } = translateSelect(
    scope.engine,
    contextOfView(scope.context, view.definition),
    text,
    { rowid: options.id === 'rowid', ...(substitute === undefined ? {} : { substitutes: [substitute] }) },
  );
  const shape = present(tableShape(view), `the shape of the view '${view.name}'`);
  const numbered =
    options.id === 'rowid'
      ? withRowid(shape)
      : { ...shape, columns: [...shape.columns, { name: '__n', type: 'BIGINT' }] };
  return {
    substitute: { database: view.database, name: view.name, sql: `(${sql})`, shape: numbered },
    reads: [view, ...reads, ...(inner?.reads ?? [])],
    systemTables: [...systemTables, ...(inner?.systemTables ?? [])],
  };
}
