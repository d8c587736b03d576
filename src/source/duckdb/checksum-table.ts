import { integerColumn, resultOfRows } from '../../base/rows.ts';
import { notYet } from '../../sql/not-yet.ts';
import type { TokenReader } from '../../sql/token-reader.ts';
import type { QueryAnswer } from '../query.ts';
import { openRead } from './statement/consistent-read.ts';
import { readObjectReference } from './dml/read-name.ts';
import { type ObjectReference, physicalName } from './physical/names.ts';
import { viewNamed } from './dml/change-target.ts';
import { SqlError } from '../../base/sql-error.ts';
import { requireObject } from './translation/access.ts';
import { parquetColumns } from './files/parquet-columns.ts';
import { rowChecksum } from './files/row-checksum.ts';
import type { StoredTable } from './dictionary/stored-object.ts';
import { databaseOf, type StatementScope, writableTable } from './statement/scope.ts';

const bits = 64;

/**
 * CHECKSUM TABLE name [QUICK]: the checksum that a snapshot keeps of the same rows, as far as it fits a BIGINT UNSIGNED. It does
 * not depend on their order. With QUICK it is NULL, as MySQL has it of an engine that keeps none.
 */
export async function checksumTable(scope: StatementScope, reader: TokenReader): Promise<QueryAnswer> {
  reader.expect('CHECKSUM', 'TABLE');
  const name = readObjectReference(reader);
  const isQuick = reader.accept('QUICK');
  reader.expectEnd();
  const resolve = (): Readonly<{ table: StoredTable; reads: readonly StoredTable[] }> => {
    const table = tableNamed(scope, name);
    return { table, reads: [table] };
  };
  const { opened } = await openRead(scope.engine.swaps, {
    snapshot: scope.snapshot,
    translate: resolve,
    open: async ({ table }) => {
      if (isQuick) return null;
      const from = physicalName(table.database, table.name);
      const { value } = await rowChecksum(scope.connection, parquetColumns(table.definition), from);
      return BigInt.asUintN(bits, BigInt(value));
    },
  });
  const columns = [integerColumn('Checksum', true)];
  return { kind: 'rows', result: resultOfRows(columns, [[opened]]), warnings: scope.warnings };
}

/** Throws MySQL's 1347 for a view. */
function tableNamed(scope: StatementScope, name: ObjectReference): StoredTable {
  if (scope.engine.systemTables?.hasSchema(databaseOf(scope, name)) === true)
    throw notYet('CHECKSUM TABLE of a table of the server');
  const view = viewNamed(scope, name);
  if (view === undefined) return writableTable(scope, name, ['SELECT']);
  requireObject(scope, view, ['SELECT']);
  throw new SqlError('wrong_object', `'${view.database}.${view.name}' is not BASE TABLE`);
}
