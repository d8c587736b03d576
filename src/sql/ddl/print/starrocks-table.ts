import type { ColumnDefinition, TableDefinition } from '../definition.ts';
import { quoteDouble, quoteName, unquoteText } from '../../quote.ts';
import { printColumnType } from './column-type.ts';
import { printPartitioning } from './partitioning.ts';

/** Display widths that StarRocks writes, and no reader minds. */
const widths: Readonly<Record<string, number>> = { TINYINT: 4, SMALLINT: 6, INT: 11, BIGINT: 20 };

/** One line of the column list as StarRocks' SHOW CREATE TABLE writes it; what only MySQL has stands in MySQL's words. */
export function printStarRocksColumn(column: ColumnDefinition): string {
  const { type, generated, default: value } = column;
  const words = [
    `${quoteName(column.name)} ${printType(type)}`,
    type.characterSet === undefined ? undefined : `CHARACTER SET ${type.characterSet}`,
    type.collation === undefined ? undefined : `COLLATE ${type.collation}`,
    column.isKey ? 'KEY' : undefined,
    column.aggregate,
    generated &&
      `GENERATED ALWAYS AS (${generated.expression.text}) ${generated.stored ? 'STORED' : 'VIRTUAL'}`,
    column.nullable ? 'NULL' : 'NOT NULL',
    column.srid === undefined ? undefined : `/*!80003 SRID ${column.srid} */`,
    column.invisible ? '/*!80023 INVISIBLE */' : undefined,
    column.autoIncrement ? 'AUTO_INCREMENT' : undefined,
    value === undefined || column.autoIncrement ? undefined : `DEFAULT ${printLiteral(value.text)}`,
    column.onUpdate === undefined ? undefined : `ON UPDATE ${column.onUpdate.text}`,
    `COMMENT ${quoteDouble(column.comment ?? '')}`,
  ];
  return words.filter((word) => word !== undefined).join(' ');
}

function printType(type: ColumnDefinition['type']): string {
  const width = type.arguments.length > 0 || type.unsigned ? undefined : widths[type.name];
  return width === undefined ? printColumnType(type) : `${printColumnType(type)}(${width})`;
}

/** Literals stand in double quotes, numbers too. */
function printLiteral(text: string): string {
  if (/^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i.test(text)) return quoteDouble(text);
  const value = unquoteText(text);
  return value === undefined ? text : quoteDouble(value);
}

/** What follows the engine, one clause per line or more, in StarRocks' order. */
export function printStarRocksClauses(definition: TableDefinition): readonly string[] {
  const { model, options, partitioning, distribution, orderBy, properties } = definition;
  const clauses: string[] = [];
  if (model !== undefined) clauses.push(`${model.kind} KEY(${nameList(model.columns)})`);
  if (options.comment !== undefined) clauses.push(`COMMENT ${quoteDouble(options.comment)}`);
  if (partitioning !== undefined) {
    clauses.push(printPartitioning(partitioning, { isStarRocks: true, engine: options.engine }));
  }
  if (distribution !== undefined) clauses.push(printDistribution(distribution));
  if (orderBy !== undefined) clauses.push(`ORDER BY(${nameList(orderBy)})`);
  if (properties.length > 0) clauses.push(printProperties(properties));
  return clauses;
}

export function printDistribution(distribution: NonNullable<TableDefinition['distribution']>): string {
  const columns = distribution.kind === 'HASH' ? `(${nameList(distribution.columns)})` : '';
  const buckets = distribution.buckets === undefined ? '' : ` BUCKETS ${distribution.buckets}`;
  return `DISTRIBUTED BY ${distribution.kind}${columns}${buckets}`;
}

export function printProperties(properties: TableDefinition['properties']): string {
  return `PROPERTIES (\n${printPairs(properties, ',\n')}\n)`;
}

/** `"key" = "value"` of each. */
export function printPairs(pairs: readonly (readonly [string, string])[], separator: string): string {
  return pairs.map(([key, value]) => `${quoteDouble(key)} = ${quoteDouble(value)}`).join(separator);
}

function nameList(names: readonly string[]): string {
  return names.map((name) => quoteName(name)).join(', ');
}
