import type {
  ColumnDefinition,
  DataType,
  KeyDefinition,
  TableDefinition,
} from '../../../src/sql/ddl/definition.ts';

/** Definitions for tests, with everything left out that a test does not say. */
export function type(name: string, sizes: readonly number[] = [], more: Partial<DataType> = {}): DataType {
  return { name, arguments: sizes, unsigned: false, zerofill: false, values: [], elements: [], ...more };
}

export function column(
  name: string,
  dataType: DataType = type('INT'),
  more: Partial<ColumnDefinition> = {},
): ColumnDefinition {
  return {
    name,
    type: dataType,
    nullable: true,
    autoIncrement: false,
    isKey: false,
    invisible: false,
    ...more,
  };
}

export function key(kind: KeyDefinition['kind'], name: string, ...columns: readonly string[]): KeyDefinition {
  return { kind, name, parts: columns.map((each) => ({ column: each, descending: false })) };
}

export function table(
  name: string,
  columns: readonly ColumnDefinition[],
  more: Partial<TableDefinition> = {},
): TableDefinition {
  return {
    name,
    columns,
    keys: [],
    foreignKeys: [],
    checks: [],
    properties: [],
    options: { other: [] },
    ...more,
  };
}
