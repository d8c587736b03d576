import type { Cell } from '../../base/rows.ts';
import type { ColumnDefinition, KeyPart, TableDefinition } from '../../sql/ddl/definition.ts';
import { isStarRocksTable } from '../../sql/ddl/settle.ts';
import { unquoteText } from '../../sql/quote.ts';
import { describeColumnType } from '../../sql/ddl/type-facts.ts';
import type { TypeFacts } from '../../sql/ddl/type-facts.ts';
import type { CatalogView, ObjectFacts } from '../view.ts';
import { type ShownTable, shownTable } from './shown-table.ts';
import { findTable } from './tables.ts';

const shortNames = ['Field', 'Type', 'Null', 'Key', 'Default', 'Extra'];
const fullNames = ['Field', 'Type', 'Collation', 'Null', 'Key', 'Default', 'Extra', 'Privileges', 'Comment'];
const privileges = 'select,insert,update,references';

/** One column as DESCRIBE and information_schema.COLUMNS tell of it. */
export type ColumnFacts = Readonly<{
  name: string;
  facts: TypeFacts;
  nullable: boolean;
  key: 'PRI' | 'UNI' | 'MUL' | '';
  default: string | null;
  extra: string;
  comment: string;
  /** The expression of a generated column, else ''. */
  generation: string;
  srid: number | null;
}>;

/** SHOW [FULL] COLUMNS FROM t, and DESCRIBE. */
export function showColumns(
  view: CatalogView,
  of: Readonly<{ database: string; table: string; full: boolean }>,
): ShownTable {
  const object = findTable(view, of.database, of.table);
  const facts = columnFacts(object);
  if (of.full) return shownTable(fullNames, facts.map(fullRow), 'Field');
  const isStarRocks = object.kind === 'TABLE' && isStarRocksTable(object.definition);
  const rows = isStarRocks ? starRocksRows(object.definition, facts) : facts.map(shortRow);
  return shownTable(shortNames, rows, 'Field');
}

/** The columns in order, the invisible ones among them. */
export function columnFacts(object: ObjectFacts): readonly ColumnFacts[] {
  if (object.kind === 'TABLE') {
    const { definition } = object;
    const primary = primaryColumns(definition);
    return definition.columns.map((column) => factsOf(definition, column, primary));
  }
  return object.columns.map(({ name, type, nullable, comment }) => ({
    name,
    facts: describeColumnType(type),
    nullable,
    key: '',
    default: null,
    extra: '',
    comment: comment ?? '',
    generation: '',
    srid: null,
  }));
}

function factsOf(
  definition: TableDefinition,
  column: ColumnDefinition,
  primary: ReadonlySet<string>,
): ColumnFacts {
  const { characterSet, collation } = definition.options;
  const characters = { ...(characterSet && { characterSet }), ...(collation && { collation }) };
  return {
    name: column.name,
    facts: describeColumnType(column.type, characters),
    nullable: column.nullable,
    key: primary.has(column.name.toLowerCase()) ? 'PRI' : keyOf(definition, column),
    default: defaultOf(column),
    extra: extraOf(column),
    comment: column.comment ?? '',
    generation: column.generated?.expression.text ?? '',
    srid: column.srid ?? null,
  };
}

/**
 * Names, in lower case, of the columns shown as PRI: of the primary key, of StarRocks' PRIMARY KEY model, or of the
 * first unique key of whole columns without NULLs, which MySQL takes for one where there is none.
 */
function primaryColumns(definition: TableDefinition): ReadonlySet<string> {
  const { primaryKey, model, keys, columns } = definition;
  const required = new Set(
    columns.filter((column) => !column.nullable).map((column) => column.name.toLowerCase()),
  );
  const isWhole = ({ column, prefixLength }: KeyPart): boolean =>
    prefixLength === undefined && required.has(column.toLowerCase());
  const promoted = keys.find((key) => key.kind === 'UNIQUE' && key.parts.every(isWhole));
  const modelColumns = model?.kind === 'PRIMARY' ? model.columns : undefined;
  const names =
    primaryKey?.parts.map((part) => part.column) ??
    modelColumns ??
    promoted?.parts.map((part) => part.column);
  return new Set((names ?? []).map((name) => name.toLowerCase()));
}

/** UNI for a unique key of this column alone; MUL for the first column of any other key. */
function keyOf(definition: TableDefinition, column: ColumnDefinition): ColumnFacts['key'] {
  const first = definition.keys.filter((key) => sameName(key.parts[0]?.column ?? '', column.name));
  if (first.some((key) => key.kind === 'UNIQUE' && key.parts.length === 1)) return 'UNI';
  return first.length > 0 ? 'MUL' : '';
}

/** MySQL shows a literal without its quotes, and an expression without its parentheses. */
function defaultOf(column: ColumnDefinition): string | null {
  const text = column.default?.text;
  if (text === undefined) return null;
  return unquoteText(text) ?? (isExpression(text) ? text.slice(1, -1) : text);
}

function isExpression(text: string): boolean {
  return text.startsWith('(') && text.endsWith(')');
}

function extraOf({
  autoIncrement,
  default: value,
  onUpdate,
  generated,
  invisible,
}: ColumnDefinition): string {
  const isComputed =
    value !== undefined && (isExpression(value.text) || value.text.startsWith('CURRENT_TIMESTAMP'));
  const parts = [
    autoIncrement ? 'auto_increment' : '',
    isComputed ? 'DEFAULT_GENERATED' : '',
    onUpdate === undefined ? '' : `on update ${onUpdate.text}`,
    generated === undefined ? '' : generated.stored ? 'STORED GENERATED' : 'VIRTUAL GENERATED',
    invisible ? 'INVISIBLE' : '',
  ];
  return parts.filter((part) => part !== '').join(' ');
}

function shortRow({ name, facts, nullable, key, default: value, extra }: ColumnFacts): Cell[] {
  return [name, facts.columnType, nullable ? 'YES' : 'NO', key, value, extra];
}

/** StarRocks tells keys of the model by true and false, and aggregates in Extra. */
function starRocksRows(definition: TableDefinition, facts: readonly ColumnFacts[]): readonly Cell[][] {
  const keys = (
    definition.model?.columns ?? (definition.primaryKey?.parts ?? []).map((part) => part.column)
  ).map((name) => name.toLowerCase());
  return facts.map((column, index) => {
    const [name, type, nullable, , value, extra] = shortRow(column);
    const aggregate = definition.columns[index]?.aggregate;
    const isKey = String(keys.includes(column.name.toLowerCase()));
    return [name ?? null, type ?? null, nullable ?? null, isKey, value ?? null, aggregate ?? extra ?? ''];
  });
}

function fullRow(column: ColumnFacts): Cell[] {
  const { name, facts, nullable, key, default: value, extra, comment } = column;
  const head = [name, facts.columnType, facts.collationName, nullable ? 'YES' : 'NO', key];
  return [...head, value, extra, privileges, comment];
}

function sameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
