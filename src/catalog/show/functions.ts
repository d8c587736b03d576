import type { Cell } from '../../base/rows.ts';
import { SqlError } from '../../base/sql-error.ts';
import { timeText } from '../../base/time-text.ts';
import type { DataType } from '../../sql/ddl/definition.ts';
import { printCreateFunction } from '../../sql/ddl/print/function.ts';
import { printColumnType } from '../../sql/ddl/print/column-type.ts';
import { systemDatabases } from '../system-databases.ts';
import type { CatalogView, FunctionFacts } from '../view.ts';
import { routineStatusNames } from './server-facts.ts';
import { type ShownTable, shownTable } from './shown-table.ts';

const fullNames = ['Signature', 'Return Type', 'Function Type', 'Intermediate Type', 'Properties'];

/**
 * StarRocks' SHOW [FULL] FUNCTIONS [IN d]: the names, or in full each overload with its types. LIKE is about the name
 * in both, so `isWanted` chooses here.
 */
export function showFunctions(
  view: CatalogView,
  of: Readonly<{ database: string; full: boolean; isWanted: (name: string) => boolean }>,
): ShownTable {
  const functions = functionsOf(view, of.database).filter(({ name }) => of.isWanted(name));
  if (of.full) return shownTable(fullNames, functions.map(fullRow));
  const names = [...new Set(functions.map(({ name }) => name))];
  return shownTable(
    ['Function Name'],
    names.map((name) => [name]),
  );
}

/** MySQL's SHOW FUNCTION STATUS: the functions of all databases, each overload by itself. */
export function showFunctionStatus(view: CatalogView): ShownTable {
  const functions = view.listDatabases().flatMap(({ name }) => view.listFunctions(name) ?? []);
  return shownTable(routineStatusNames, functions.map(statusRow), 'Name');
}

/** MySQL's SHOW CREATE FUNCTION f: a row for each overload. */
export function showCreateFunction(view: CatalogView, database: string, name: string): ShownTable {
  const found = functionsOf(view, database).filter((each) => each.name.toLowerCase() === name.toLowerCase());
  if (found.length === 0) throw new SqlError('does_not_exist', `FUNCTION ${name} does not exist`);
  const names = ['Function', 'sql_mode', 'Create Function', 'character_set_client', 'collation_connection'];
  return shownTable(
    [...names, 'Database Collation'],
    found.map((each) => [
      each.name,
      each.definition.sqlMode,
      printCreateFunction(each.name, each.definition),
      ...characters,
    ]),
  );
}

const characters: readonly Cell[] = ['utf8mb4', 'utf8mb4_0900_ai_ci', 'utf8mb4_0900_ai_ci'];

function functionsOf(view: CatalogView, database: string): readonly FunctionFacts[] {
  if (systemDatabases.includes(database.toLowerCase())) return [];
  const functions = view.listFunctions(database);
  if (functions === undefined) throw new SqlError('unknown_database', `Unknown database '${database}'`);
  return functions;
}

function fullRow({ name, definition }: FunctionFacts): Cell[] {
  const types = definition.parameters.map(({ type }) => typeWord(type)).join(', ');
  const properties = JSON.stringify({ sql: definition.body });
  return [`${name}(${types})`, typeWord(definition.returns), 'Scalar', 'NULL', properties];
}

function typeWord(type: DataType): string {
  return printColumnType(type).toUpperCase();
}

function statusRow({ database, name, definition, createdAt, updatedAt }: FunctionFacts): Cell[] {
  const { definer, characteristics } = definition;
  const times = [timeText(updatedAt), timeText(createdAt)];
  const said = [characteristics.security, characteristics.comment ?? ''];
  return [database, name, 'FUNCTION', definer.replaceAll('`', ''), ...times, ...said, ...characters];
}
