import type { TableDefinition } from '../../../../sql/ddl/definition.ts';
import { defaultCollation } from '../../../../sql/ddl/character-sets.ts';
import { collationKey } from '../../../../sql/rewrite/collations.ts';
import { type ForeignKey, parentKey } from '../../dictionary/foreign-key.ts';
import { digestsMax } from '../../engine/key-uses.ts';
import { comparedSql, keyOver } from '../../physical/keys.ts';
import { nameKey } from '../../physical/names.ts';
import { classOf } from '../../physical/types.ts';
import type { StatementScope } from '../../statement/scope.ts';

/** Notes that the rows refer to their parents. `rows` is what stands behind FROM, with the alias `x`. */
export async function noteRelied(scope: StatementScope, key: ForeignKey, rows: string): Promise<void> {
  const { keyUse, engine } = scope;
  if (keyUse === undefined) return;
  // Nobody is there whom it could concern but who begins before this one has ended.
  const isBrief = !scope.inTransaction && engine.keyUses.isAlone(keyUse);
  const { columns } = key.definition;
  keyUse.rely(
    useOf(key),
    isBrief ? 'all' : await digestsOf(scope, { definition: key.child.definition, columns, rows }),
  );
}

/** Notes that the rows of the parent go, or get another key. `rows` is what stands behind FROM, with the alias `x`. */
export async function noteRemoved(
  scope: StatementScope,
  key: ForeignKey,
  parent: TableDefinition,
  rows: string,
): Promise<void> {
  const columns = key.definition.referencedColumns;
  scope.keyUse?.remove(useOf(key), await digestsOf(scope, { definition: parent, columns, rows }));
}

/** The parent's key, by its table and columns. */
function useOf({ parent, definition }: ForeignKey): string {
  return [parentKey(parent), ...definition.referencedColumns.map((column) => nameKey(column))].join('\0');
}

type KeyValues = Readonly<{ definition: TableDefinition; columns: readonly string[]; rows: string }>;

async function digestsOf(
  { connection }: StatementScope,
  { definition, columns, rows }: KeyValues,
): Promise<readonly string[] | 'all'> {
  const key = keyOver(definition, columns);
  const parts = comparedSql(key, 'x').map((sql, index) => {
    const part = key.parts[index];
    const kind = part === undefined ? 'text' : classOf(part.column.type);
    // Equal values of the types that a parent and a child may have are one text.
    if (kind === 'decimal' || kind === 'float') return `CAST(CAST(${sql} AS DOUBLE) AS VARCHAR)`;
    const isDefault = kind === 'text' && part?.collation === undefined;
    return `CAST(${isDefault ? collationKey(sql, defaultCollation) : sql} AS VARCHAR)`;
  });
  const found = await connection.facts(
    `SELECT DISTINCT CAST(hash(${parts.join(', ')}) AS VARCHAR) FROM ${rows} LIMIT ${digestsMax + 1}`,
  );
  return found.length > digestsMax ? 'all' : found.map(([digest]) => String(digest));
}
