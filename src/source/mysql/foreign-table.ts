import type { ColumnDefinition, DataType, TableDefinition } from '../../sql/ddl/definition.ts';
import { printCreateTable } from '../../sql/ddl/print.ts';
import { isStarRocksTable } from '../../sql/ddl/settle.ts';
import type { RestorePlan, RestoreTable } from '../restoring.ts';
import { SourceError } from '../source-error.ts';

/** MySQL's types for those that it does not have. LARGEINT has 39 digits. */
const types: Readonly<Record<string, Readonly<Partial<DataType> & { name: string }>>> = {
  STRING: { name: 'LONGTEXT', arguments: [] },
  LARGEINT: { name: 'DECIMAL', arguments: [39, 0] },
  BOOLEAN: { name: 'TINYINT', arguments: [1] },
  DECIMAL32: { name: 'DECIMAL' },
  DECIMAL64: { name: 'DECIMAL' },
  DECIMAL128: { name: 'DECIMAL' },
};

/** Types of StarRocks that no MySQL server has anything for. */
const unknownTypes = new Set(['ARRAY', 'MAP', 'STRUCT', 'BITMAP', 'HLL', 'PERCENTILE']);

/** CREATE TABLE for a server, of a table that another engine keeps: what only StarRocks says is left out. */
export function foreignTableText(table: RestoreTable): string {
  const { definition } = table;
  if (definition === undefined) return table.ddl;
  return printCreateTable(isStarRocksTable(definition) ? mysqlTable(definition) : withTypes(definition));
}

/** Names all tables that the server cannot take of another engine's snapshot, before anything is written. */
export function refuseForeign(plan: RestorePlan): void {
  if (plan.origin.kind === 'mysql') return;
  const all = plan.tables.flatMap((table) => foreignName(plan, table) ?? []);
  if (all.length === 0) return;
  const text = `the server cannot take ${all.join(', ')}: leave them out with EXCLUDE, or name the others in ON`;
  throw new SourceError('failed', text);
}

/** What a table of another engine's snapshot is called that the server cannot take; undefined for one that it can. */
export function foreignName(
  { origin }: Pick<RestorePlan, 'origin'>,
  { name, definition }: RestoreTable,
): string | undefined {
  if (origin.kind === 'mysql') return undefined;
  const column = definition?.columns.find(({ type }) => unknownTypes.has(type.name));
  return column && `table '${name}' (column '${column.name}' is ${column.type.name})`;
}

function mysqlTable(definition: TableDefinition): TableDefinition {
  const {
    model,
    distribution: _buckets,
    orderBy: _order,
    partitioning: _parts,
    ...rest
  } = withTypes(definition);
  const isUnique = model?.kind === 'PRIMARY' || model?.kind === 'UNIQUE';
  const { comment } = definition.options;
  return {
    ...rest,
    columns: rest.columns.map(({ aggregate: _aggregate, ...column }) => ({ ...column, isKey: false })),
    ...(isUnique && { primaryKey: primaryKey(model.columns) }),
    keys: rest.keys.filter(({ kind }) => !['BITMAP', 'GIN', 'NGRAMBF'].includes(kind)),
    properties: [],
    options: { ...(comment !== undefined && { comment }), other: [] },
  };
}

function primaryKey(columns: readonly string[]): NonNullable<TableDefinition['primaryKey']> {
  const parts = columns.map((column) => ({ column, descending: false }));
  return { kind: 'PRIMARY', name: 'PRIMARY', parts };
}

function withTypes(definition: TableDefinition): TableDefinition {
  return { ...definition, columns: definition.columns.map(withType) };
}

function withType(column: ColumnDefinition): ColumnDefinition {
  const other = types[column.type.name];
  return other === undefined ? column : { ...column, type: { ...column.type, ...other } };
}
