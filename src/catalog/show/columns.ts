import type { Cell } from '../../base/rows.ts';
import type { ColumnDefinition, DataType, TableDefinition } from '../../sql/ddl/definition.ts';
import { printColumnType } from '../../sql/ddl/print.ts';
import type { CatalogView, ObjectFacts } from '../view.ts';
import { type ShownTable, shownTable } from './shown-table.ts';
import { findTable } from './tables.ts';

const shortNames = ['Field', 'Type', 'Null', 'Key', 'Default', 'Extra'];
const fullNames = ['Field', 'Type', 'Collation', 'Null', 'Key', 'Default', 'Extra', 'Privileges', 'Comment'];
const privileges = 'select,insert,update,references';

/** One column as DESCRIBE and information_schema.COLUMNS tell of it. */
export type ColumnFacts = Readonly<{
  name: string;
  /** COLUMN_TYPE: `int unsigned`, `varchar(40)`. */
  type: string;
  collation: string | null;
  nullable: boolean;
  key: 'PRI' | 'UNI' | 'MUL' | '';
  default: string | null;
  extra: string;
  comment: string;
}>;

/** SHOW [FULL] COLUMNS FROM t, and DESCRIBE. */
export function showColumns(
  view: CatalogView,
  of: Readonly<{ database: string; table: string; full: boolean }>,
): ShownTable {
  const facts = columnFacts(findTable(view, of.database, of.table));
  if (of.full) return shownTable(fullNames, facts.map(fullRow), 'Field');
  return shownTable(shortNames, facts.map(shortRow), 'Field');
}

export function columnFacts(object: ObjectFacts): readonly ColumnFacts[] {
  if (object.kind === 'TABLE') {
    return object.definition.columns.map((column) => factsOf(object.definition, column));
  }
  return object.columns.map(({ name, type, nullable }) => ({
    name,
    type: printColumnType(type),
    collation: isText(type) ? 'utf8mb4_0900_ai_ci' : null,
    nullable,
    key: '',
    default: null,
    extra: '',
    comment: '',
  }));
}

function factsOf(definition: TableDefinition, column: ColumnDefinition): ColumnFacts {
  const { type } = column;
  const collation = type.collation ?? definition.options.collation ?? 'utf8mb4_0900_ai_ci';
  return {
    name: column.name,
    type: printColumnType(type),
    collation: isText(type) ? collation : null,
    nullable: column.nullable && !isPrimary(definition, column),
    key: keyOf(definition, column),
    default: defaultOf(column),
    extra: extraOf(column),
    comment: column.comment ?? '',
  };
}

function isPrimary(definition: TableDefinition, column: ColumnDefinition): boolean {
  return (definition.primaryKey?.parts ?? []).some((part) => sameName(part.column, column.name));
}

/** PRI; UNI for a unique key of this column alone; MUL for the first column of any other key. */
function keyOf(definition: TableDefinition, column: ColumnDefinition): ColumnFacts['key'] {
  if (isPrimary(definition, column) || modelKey(definition, column)) return 'PRI';
  const first = definition.keys.filter((key) => sameName(key.parts[0]?.column ?? '', column.name));
  if (first.some((key) => key.kind === 'UNIQUE' && key.parts.length === 1)) return 'UNI';
  return first.length > 0 ? 'MUL' : '';
}

function modelKey(definition: TableDefinition, column: ColumnDefinition): boolean {
  const { model } = definition;
  return model?.kind === 'PRIMARY' && model.columns.some((name) => sameName(name, column.name));
}

/** MySQL shows a literal without its quotes and a function as it is. */
function defaultOf(column: ColumnDefinition): string | null {
  const text = column.default?.text;
  if (text === undefined || text.toUpperCase() === 'NULL') return null;
  const quoted = /^(['"])(.*)\1$/s.exec(text);
  return quoted === null ? text : (quoted[2] ?? '').replaceAll(/(['"])\1/g, '$1');
}

function extraOf(column: ColumnDefinition): string {
  const parts: string[] = [];
  if (column.autoIncrement) parts.push('auto_increment');
  if (column.default !== undefined && /^\(|CURRENT_TIMESTAMP|NOW\(/i.test(column.default.text)) {
    parts.push('DEFAULT_GENERATED');
  }
  if (column.onUpdate !== undefined) parts.push(`on update ${column.onUpdate.text}`);
  if (column.generated !== undefined)
    parts.push(column.generated.stored ? 'STORED GENERATED' : 'VIRTUAL GENERATED');
  if (column.invisible) parts.push('INVISIBLE');
  return parts.join(' ');
}

function isText(type: DataType): boolean {
  return /CHAR|TEXT|ENUM|^SET$|STRING/.test(type.name);
}

function shortRow(facts: ColumnFacts): Cell[] {
  return [facts.name, facts.type, facts.nullable ? 'YES' : 'NO', facts.key, facts.default, facts.extra];
}

function fullRow(facts: ColumnFacts): Cell[] {
  const { name, type, collation, nullable, key, extra, comment } = facts;
  return [name, type, collation, nullable ? 'YES' : 'NO', key, facts.default, extra, privileges, comment];
}

function sameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
