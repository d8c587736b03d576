import type { RollupDefinition } from '../../../sql/ddl/definition.ts';
import type { Dictionary } from '../dictionary/dictionary.ts';
import type { StoredTable, StoredView } from '../dictionary/stored-object.ts';

/** A synchronous materialized view as a view of its table, which its SELECT calls `named`. */
export type RollupView = Readonly<{ view: StoredView; table: StoredTable; named: string }>;

/** Undefined where the database has no synchronous materialized view of this name. */
export function rollupView(
  dictionary: Pick<Dictionary, 'rollup'>,
  database: string,
  name: string,
): RollupView | undefined {
  const found = dictionary.rollup(database, name);
  if (found === undefined) return undefined;
  const { table, rollup } = found;
  const { createdAt, updatedAt } = table;
  const view: StoredView = {
    kind: 'VIEW',
    database: table.database,
    name: rollup.name,
    definition: {
      select: rollup.select,
      database: table.database,
      columns: rollup.columns.map((column) => ({ ...column, nullable: true })),
      fractions: rollup.columns.some((column) => hasFraction(column)),
      statement: '',
    },
    createdAt,
    updatedAt,
  };
  return { view, table, named: rollup.table };
}

function hasFraction({ type }: RollupDefinition['columns'][number]): boolean {
  return (type.arguments[0] ?? 0) > 0 && ['DATETIME', 'TIMESTAMP', 'TIME'].includes(type.name);
}
