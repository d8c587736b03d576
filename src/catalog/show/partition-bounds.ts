import type { PartitionRange } from '../../sql/ddl/check/ranges.ts';
import type { PartitionDefinition, PartitionValue, TableDefinition } from '../../sql/ddl/definition.ts';
import { boundColumns } from '../../sql/ddl/settle-bounds.ts';
import { unquoteText } from '../../sql/quote.ts';

/** A partition key's column: its type as StarRocks names it and the least value it shows. */
export type BoundType = Readonly<{ name: string; least: string }>;

/** The types that the bounds of a table's partitions are of; one of a whole number for a partition function. */
export function boundTypes(definition: TableDefinition): readonly BoundType[] {
  const { partitioning } = definition;
  if (partitioning === undefined) return [];
  const names = boundColumns(partitioning);
  if (names.length === 0) return [typeNamed('BIGINT')];
  return names.map((name) => {
    const column = definition.columns.find((each) => each.name.toLowerCase() === name.toLowerCase());
    return typeNamed(column?.type.name ?? 'BIGINT');
  });
}

function typeNamed(name: string): BoundType {
  const type = name === 'TIMESTAMP' ? 'DATETIME' : name === 'MEDIUMINT' ? 'INT' : name;
  return { name: type, least: leastValues[type] ?? '' };
}

const leastValues: Readonly<Record<string, string | undefined>> = {
  DATE: '0000-01-01',
  DATETIME: '0000-01-01 00:00:00',
  TINYINT: '-128',
  SMALLINT: '-32768',
  INT: '-2147483648',
  BIGINT: '-9223372036854775808',
  LARGEINT: '-170141183460469231731687303715884105728',
};

/** `[types: [DATE]; keys: [2024-01-01]; ..types: [DATE]; keys: [2024-02-01]; )` as StarRocks shows a range. */
export function rangeText({ lower, upper }: PartitionRange, types: readonly BoundType[]): string {
  if (upper === undefined) return '';
  return `[${endText(lower ?? [], types)}..${endText(upper, types)})`;
}

function endText(values: readonly PartitionValue[], types: readonly BoundType[]): string {
  const keys = types.map((type, index) => {
    const value = values[index];
    if (value === undefined || value.kind === 'null') return type.least;
    return value.kind === 'max' ? 'MAXVALUE' : (unquoteText(value.text) ?? value.text);
  });
  return `types: [${types.map(({ name }) => name).join(', ')}]; keys: [${keys.join(', ')}]; `;
}

/** `('a', 'b')`, or `(('a', '2024-01-01'), …)` of several columns. */
export function listText({ bounds }: PartitionDefinition): string {
  if (bounds.kind !== 'in') return '';
  const rows = bounds.rows.map((row) => {
    const values = row.map(listValue).join(', ');
    return row.length > 1 ? `(${values})` : values;
  });
  return `(${rows.join(', ')})`;
}

function listValue(value: PartitionValue): string {
  if (value.kind !== 'literal') return 'NULL';
  return `'${unquoteText(value.text) ?? value.text}'`;
}
