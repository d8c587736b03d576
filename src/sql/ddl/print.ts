import type { ColumnDefinition, Expression, KeyDefinition, KeyPart, TableDefinition } from './definition.ts';
import type { ForeignKeyDefinition, TableOptions } from './definition.ts';
import { printColumnType } from './print/column-type.ts';
import { printPartitioning } from './print/partitioning.ts';
import { printPairs, printStarRocksClauses, printStarRocksColumn } from './print/starrocks-table.ts';
import { quoteName, quoteText } from '../quote.ts';
import { isStarRocksTable } from './settle.ts';

export { printColumnType } from './print/column-type.ts';

/**
 * The statement that makes the table, in the layout of MySQL 8's SHOW CREATE TABLE: clients read it with regular
 * expressions and dumps feed it back. A table written in StarRocks' SQL has StarRocks' layout. It says what the
 * definition says and no more: `withDefaults` adds the engine and character set that MySQL always shows. Parsing
 * it gives an equal definition.
 */
export function printCreateTable(
  definition: TableDefinition,
  named: Readonly<{ database?: string; temporary?: boolean }> = {},
): string {
  const isStarRocks = isStarRocksTable(definition);
  const lines = [
    ...definition.columns.map((column) => (isStarRocks ? printStarRocksColumn(column) : printColumn(column))),
    ...(definition.primaryKey === undefined ? [] : [printKey(definition.primaryKey)]),
    ...definition.keys.map((key) => printKey(key)),
    ...definition.foreignKeys.map((foreignKey) => printForeignKey(foreignKey)),
    ...definition.checks.map(
      ({ name, expression, enforced }) =>
        `CONSTRAINT ${quoteName(name)} CHECK (${expression.text})${enforced ? '' : ' /*!80016 NOT ENFORCED */'}`,
    ),
  ];
  const qualifier = named.database === undefined ? '' : `${quoteName(named.database)}.`;
  const words = named.temporary === true ? 'CREATE TEMPORARY TABLE' : 'CREATE TABLE';
  const head = `${words} ${qualifier}${quoteName(definition.name)} (\n  ${lines.join(',\n  ')}\n)`;
  if (!isStarRocks)
    return [head + printOptions(definition.options), ...printPartitions(definition)].join('\n');
  const { comment: _comment, ...options } = definition.options;
  return [head + printOptions(options), ...printStarRocksClauses(definition)].join('\n');
}

/** `DEFAULT …` of a column as SHOW CREATE TABLE writes it; undefined for a column that shows none. */
function printDefault(column: ColumnDefinition): string | undefined {
  if (column.generated !== undefined || column.autoIncrement) return undefined;
  if (column.default !== undefined) return `DEFAULT ${literalText(column.default)}`;
  return column.nullable && !showsNoNullDefault(column.type.name) ? 'DEFAULT NULL' : undefined;
}

/** MySQL writes no DEFAULT NULL for these. */
function showsNoNullDefault(type: string): boolean {
  return /(?:TEXT|BLOB)$/.test(type);
}

/** MySQL puts quotes around numbers too. */
function literalText({ text }: Expression): string {
  return /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i.test(text) ? quoteText(text) : text;
}

/** One line of the column list: what stands in ALTER TABLE … MODIFY too. */
function printColumn(column: ColumnDefinition): string {
  const { type, generated } = column;
  const words = [
    `${quoteName(column.name)} ${printColumnType(type)}`,
    type.characterSet === undefined ? undefined : `CHARACTER SET ${type.characterSet}`,
    type.collation === undefined ? undefined : `COLLATE ${type.collation}`,
    generated &&
      `GENERATED ALWAYS AS (${generated.expression.text}) ${generated.stored ? 'STORED' : 'VIRTUAL'}`,
    printNullability(column),
    column.srid === undefined ? undefined : `/*!80003 SRID ${column.srid} */`,
    column.invisible ? '/*!80023 INVISIBLE */' : undefined,
    printDefault(column),
    column.onUpdate === undefined ? undefined : `ON UPDATE ${column.onUpdate.text}`,
    column.autoIncrement ? 'AUTO_INCREMENT' : undefined,
    column.comment === undefined ? undefined : `COMMENT ${quoteText(column.comment)}`,
  ];
  return words.filter((word) => word !== undefined).join(' ');
}

/** NULL is written for TIMESTAMP only, which once was NOT NULL unless told. */
function printNullability({ nullable, type }: ColumnDefinition): string | undefined {
  if (!nullable) return 'NOT NULL';
  return type.name === 'TIMESTAMP' ? 'NULL' : undefined;
}

/** A key as SHOW CREATE TABLE writes it. */
function printKey(key: KeyDefinition): string {
  const parts = key.parts.map((part) => printKeyPart(part)).join(',');
  const other = new Map(key.other);
  const words = [
    `${printKeyHead(key)} (${parts})`,
    key.method === undefined ? undefined : `USING ${key.method}`,
    key.properties === undefined ? undefined : `(${printPairs(key.properties, ', ')})`,
    other.has('KEY_BLOCK_SIZE') ? `KEY_BLOCK_SIZE=${other.get('KEY_BLOCK_SIZE')}` : undefined,
    key.comment === undefined ? undefined : `COMMENT ${quoteText(key.comment)}`,
    other.has('WITH PARSER')
      ? `/*!50100 WITH PARSER ${quoteName(other.get('WITH PARSER') ?? '')} */ `
      : undefined,
    other.has('INVISIBLE') ? '/*!80000 INVISIBLE */' : undefined,
  ];
  return words.filter((word) => word !== undefined).join(' ');
}

function printKeyHead({ kind, name }: KeyDefinition): string {
  switch (kind) {
    case 'PRIMARY':
      return 'PRIMARY KEY';
    case 'INDEX':
      return `KEY ${quoteName(name)}`;
    case 'UNIQUE':
    case 'FULLTEXT':
    case 'SPATIAL':
      return `${kind} KEY ${quoteName(name)}`;
    case 'BITMAP':
    case 'GIN':
    case 'NGRAMBF':
      return `INDEX ${quoteName(name)}`;
  }
}

function printKeyPart({ column, prefixLength, descending, expression }: KeyPart): string {
  const what = expression === undefined ? quoteName(column) : `(${expression.text})`;
  return `${what}${prefixLength === undefined ? '' : `(${prefixLength})`}${descending ? ' DESC' : ''}`;
}

/** CONSTRAINT …, as SHOW CREATE TABLE and MySQL's errors have it. */
export function printForeignKey(foreignKey: ForeignKeyDefinition): string {
  const { referencedDatabase, onDelete, onUpdate } = foreignKey;
  const table = quoteName(foreignKey.referencedTable);
  const referenced = referencedDatabase === undefined ? table : `${quoteName(referencedDatabase)}.${table}`;
  return (
    `CONSTRAINT ${quoteName(foreignKey.name)} FOREIGN KEY (${nameList(foreignKey.columns)}) ` +
    `REFERENCES ${referenced} (${nameList(foreignKey.referencedColumns)})` +
    (onDelete === undefined ? '' : ` ON DELETE ${onDelete}`) +
    (onUpdate === undefined ? '' : ` ON UPDATE ${onUpdate}`)
  );
}

function nameList(names: readonly string[]): string {
  return names.map((name) => quoteName(name)).join(', ');
}

function printOptions(options: TableOptions): string {
  const { engine, autoIncrement, characterSet, collation, comment } = options;
  const words = [
    engine === undefined ? '' : ` ENGINE=${engine}`,
    autoIncrement === undefined ? '' : ` AUTO_INCREMENT=${autoIncrement}`,
    characterSet === undefined ? '' : ` DEFAULT CHARSET=${characterSet}`,
    collation === undefined ? '' : ` COLLATE=${collation}`,
    ...options.other.map(([name, value]) => ` ${name}${value === '' ? '' : `=${value}`}`),
    comment === undefined ? '' : ` COMMENT=${quoteText(comment)}`,
  ];
  return words.join('');
}

function printPartitions({ partitioning, options }: TableDefinition): readonly string[] {
  if (partitioning === undefined) return [];
  return [printPartitioning(partitioning, { isStarRocks: false, engine: options.engine })];
}
