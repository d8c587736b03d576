import { MetadataError } from '../metadata-error.ts';
import type { Generation } from '../resource.ts';
import type { KylinConnection } from './connection.ts';

/** The tables of one metastore, by their names' endings behind the identifier, with their columns in lower case. */
export type KylinTables = Readonly<{
  generation: Generation;
  /** The full name of a table, by its ending, as it stands in statements. */
  nameOf: (ending: string) => string;
  columns: ReadonlyMap<string, ReadonlySet<string>>;
}>;

/** Looks which generation's tables begin with the identifier. Throws MetadataError `not_found` for none. */
export async function findTables(
  connection: KylinConnection,
  written: string,
  signal: AbortSignal,
): Promise<KylinTables> {
  const { columnsByPrefix, spell, quote } = connection.dialect;
  const identifier = spell(written);
  const rows = await connection.rows(columnsByPrefix, [identifier, identifier], signal);
  const columns = new Map<string, Set<string>>();
  for (const row of rows) {
    const ending = String(row['name']).slice(identifier.length);
    const known = columns.get(ending) ?? new Set<string>();
    columns.set(ending, known.add(String(row['col']).toLowerCase()));
  }
  const generation = generationOf(columns);
  const nameOf = (ending: string): string => quote(`${identifier}${ending}`);
  if (generation === 'C') requireWhole(columns, connection.place);
  if (generation !== undefined) return { generation, nameOf, columns };
  throw new MetadataError(
    'not_found',
    `there is no Kylin metastore '${identifier}' in '${connection.place}'`,
    {
      hint: `Its tables would be '${identifier}' (Kylin 4 and 5 alpha) or '${identifier}_project' (Kylin 5), where the account has a right to them.`,
    },
  );
}

function generationOf(columns: KylinTables['columns']): Generation | undefined {
  if (columns.has('_project') && columns.has('_audit_log_v2')) return 'C';
  const single = columns.get('');
  if (single?.has('meta_table_key') !== true) return undefined;
  return single.has('meta_table_mvcc') ? 'B' : 'A';
}

/** Tables that every Kylin 5.0 has: MySQL shows an account no others than those it has a right to. */
const tablesOfEveryC = [
  '_model',
  '_index_plan',
  '_dataflow',
  '_segment',
  '_layout',
  '_table_info',
  '_system',
];

function requireWhole(columns: KylinTables['columns'], place: string): void {
  const missing = tablesOfEveryC.filter((ending) => !columns.has(ending));
  if (missing.length === 0) return;
  throw new MetadataError(
    'unavailable',
    `metadata store '${place}' shows no tables that end with ${missing.join(', ')}: nothing was done`,
    { hint: 'Give the account a right to all tables of the metastore.' },
  );
}

/** The audit log's ending. */
export function auditEnding(generation: Generation): string {
  return generation === 'C' ? '_audit_log_v2' : '_audit_log';
}
