import { SqlError } from '../../../base/sql-error.ts';
import { physicalName, sameName } from '../physical/names.ts';
import { refuseNoted } from '../connection/notes.ts';
import type { StatementScope } from '../statement/scope.ts';
import { isStrict } from '../translation/sql-mode.ts';
import { requireChange } from './change-target.ts';
import { loadTables } from './evaluate.ts';
import { checkDelete } from './model-rules.ts';
import type { Changed } from './changed.ts';
import type { Explained } from './explained.ts';
import { type DeleteStatement, parseDelete } from './parse-update.ts';
import { namedTables, type NamedTable, translateRows } from './table-references.ts';
import type { TokenReader } from '../../../sql/token-reader.ts';
import { quoteName } from '../../../sql/quote.ts';
import { requireObject } from '../translation/access.ts';
import { readWithin } from '../statement/consistent-read.ts';
import type { Translated } from '../translation/translator.ts';
import { beginWrite } from './begin-write.ts';
import { requireSafeChoice } from './safe-updates.ts';
import { removeRows } from './foreign-keys/children.ts';
import { locksOfFollowing, mayFailLate } from '../statement/foreign-keys.ts';
import { readingInOneTransaction, undoneByFailure } from './transaction.ts';

/** The rows to be deleted, chosen before any is: a later target's condition still sees all of them. */
const victimsTable = '__holdfast_victims';

/** Runs DELETE, from one table or from several joined ones. */
export async function runDelete(scope: StatementScope, reader: TokenReader): Promise<Changed> {
  const statement = parseDelete(reader);
  scope.notes.isStrict = isStrict(scope.sqlMode) && !statement.ignore;
  const { count: resolvedAt } = scope.engine.swaps;
  const named = namedTables(scope, statement.from, 'DELETE');
  const targets = targetsOf(scope, statement, named);
  requireSafeChoice(scope, targets, `${statement.from} ${statement.tail}`);
  const tables = targets.map(({ table }) => table);
  const locks = locksOfFollowing(scope, tables);
  using _lock = scope.inTransaction ? undefined : await scope.engine.locks.acquire(locks, scope.signal);
  beginWrite(scope, targets, resolvedAt);
  const isOrdered = /\bORDER\b/i.test(statement.tail);
  const place = isOrdered ? ', row_number() OVER () AS place' : '';
  const deleted = await readingInOneTransaction(scope, async (within) => {
    for (const [index, target] of targets.entries()) {
      const translate = (): Translated => translateVictims(within, statement, named, target);
      await readWithin(within, translate, async (translated) => {
        await loadTables(within, translated);
        await within.connection.run(
          `CREATE OR REPLACE TEMP TABLE ${victimsTable}_${index} AS ` +
            `SELECT id${place} FROM (${translated.sql}) AS q(id)`,
        );
      });
    }
    refuseNoted(scope.notes);
    const remove = async (): Promise<number> => {
      let count = 0;
      for (const [index, { table }] of targets.entries()) {
        const victims = `${victimsTable}_${index}`;
        count += await removeRows(within, table, {
          from: `${physicalName(table.database, table.name)} AS t WHERE t.rowid IN (SELECT id FROM ${victims})`,
          order: isOrdered ? `(SELECT min(place) FROM ${victims} v WHERE v.id = t.rowid)` : undefined,
          ignore: statement.ignore,
        });
      }
      return count;
    };
    return mayFailLate(within, tables, 'delete') ? undoneByFailure(within, remove) : remove();
  });
  return { affectedRows: BigInt(deleted), lastInsertId: 0n, info: '' };
}

/** EXPLAIN of a DELETE: of several tables the rows of the first one. */
export function planDelete(scope: StatementScope, reader: TokenReader): Explained {
  const statement = parseDelete(reader);
  const named = namedTables(scope, statement.from, 'DELETE');
  const targets = targetsOf(scope, statement, named);
  const [first] = targets;
  return {
    root: { verb: 'Delete from', tables: targets.map(({ table }) => table.name) },
    translate: first && (() => translateVictims(scope, statement, named, first)),
  };
}

function targetsOf(
  scope: StatementScope,
  statement: DeleteStatement,
  named: readonly NamedTable[],
): readonly NamedTable[] {
  const targets =
    statement.targets.length === 0 ? named.slice(0, 1) : statement.targets.map((name) => find(named, name));
  for (const target of targets) requireDelete(scope, target);
  for (const target of targets) checkDelete(scope, target, statement.tail);
  return targets;
}

/** The numbers of the rows that go. */
function translateVictims(
  scope: StatementScope,
  { prefix, from, tail }: DeleteStatement,
  named: readonly NamedTable[],
  target: NamedTable,
): Translated {
  const select = `${prefix} SELECT ${quoteName(target.alias)}.\`rowid\` FROM ${from} ${tail}`;
  return translateRows(scope, select, named);
}

/** The rows to be deleted are looked for, too. */
function requireDelete(scope: StatementScope, target: NamedTable): void {
  requireChange(scope, target, 'DELETE');
  if (target.view !== undefined) requireObject(scope, target.view.levels[0].view, ['SELECT']);
}

function find(named: readonly NamedTable[], name: string): NamedTable {
  const found =
    named.find((each) => sameName(each.alias, name)) ?? named.find((each) => sameName(ownName(each), name));
  if (found === undefined) throw new SqlError('unknown_table', `Unknown table '${name}' in MULTI DELETE`);
  return found;
}

function ownName({ table, view }: NamedTable): string {
  return (view?.levels[0].view ?? table).name;
}
