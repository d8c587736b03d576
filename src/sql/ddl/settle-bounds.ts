import { quoteText, unquoteText } from '../quote.ts';
import { automaticItems, automaticSlice } from './automatic.ts';
import type {
  ColumnDefinition,
  PartitionDefinition,
  Partitioning,
  PartitionValue,
  TableDefinition,
} from './definition.ts';
import { boundText, instantOf } from './partition-calendar.ts';

/**
 * The definition with the dates in its partitions' bounds written in one way ('2024-1-5' and '20240105' are
 * '2024-01-05', those of a DATETIME show the time of day), so that bounds compare as texts.
 */
export function settleBounds(definition: TableDefinition): TableDefinition {
  const { partitioning } = definition;
  if (partitioning === undefined || partitioning.partitions.length === 0) return definition;
  const columns = boundColumns(partitioning).map((name) => columnNamed(definition, name));
  const withTime = columns.map((column) => (column === undefined ? undefined : hasTime(column)));
  if (withTime.every((each) => each === undefined)) return definition;
  const partitions = partitioning.partitions.map((partition) => settled(partition, withTime));
  const { temporary } = partitioning;
  const settledTemporary = temporary?.map((partition) => settled(partition, withTime));
  return {
    ...definition,
    partitioning: {
      ...partitioning,
      partitions,
      ...(settledTemporary === undefined ? {} : { temporary: settledTemporary }),
    },
  };
}

/** The columns that bounds are values of; empty when they are values of a function. */
export function boundColumns(partitioning: Partitioning): readonly string[] {
  const { kind, columns, expression } = partitioning;
  if (kind === 'EXPRESSION') {
    const slice = automaticSlice(partitioning);
    return slice === undefined ? automaticItems(partitioning).map(({ column }) => column) : [slice.column];
  }
  if (columns.length > 0 || expression === undefined) return columns;
  const name = /^\s*(?:`((?:[^`]|``)+)`|([\w$\u0080-\uffff]+))\s*$/.exec(expression.text);
  return name === null ? [] : [name[1]?.replaceAll('``', '`') ?? name[2] ?? ''];
}

function columnNamed({ columns }: TableDefinition, name: string): ColumnDefinition | undefined {
  return columns.find((column) => column.name.toLowerCase() === name.toLowerCase());
}

/** Undefined for a column that holds no dates. */
function hasTime({ type }: ColumnDefinition): boolean | undefined {
  if (type.name === 'DATE') return false;
  return type.name === 'DATETIME' || type.name === 'TIMESTAMP' ? true : undefined;
}

type WithTime = readonly (boolean | undefined)[];

function settled(partition: PartitionDefinition, withTime: WithTime): PartitionDefinition {
  const { bounds } = partition;
  const tuple = (values: readonly PartitionValue[]): readonly PartitionValue[] =>
    values.map((value, index) => settledValue(value, withTime[index]));
  switch (bounds.kind) {
    case 'less_than':
      return { ...partition, bounds: { ...bounds, values: tuple(bounds.values) } };
    case 'fixed':
      return { ...partition, bounds: { ...bounds, lower: tuple(bounds.lower), upper: tuple(bounds.upper) } };
    case 'in':
      return { ...partition, bounds: { ...bounds, rows: bounds.rows.map((row) => tuple(row)) } };
    case 'none':
      return partition;
  }
}

function settledValue(value: PartitionValue, withTime: boolean | undefined): PartitionValue {
  if (value.kind !== 'literal' || withTime === undefined) return value;
  const instant = instantOf(unquoteText(value.text) ?? '');
  if (instant === undefined) return value;
  return { kind: 'literal', text: quoteText(boundText(instant, withTime)) };
}
