import type { DuckDBType } from '@duckdb/node-api';
import { SqlError } from '../../../base/sql-error.ts';
import type { DataType } from '../../../sql/ddl/definition.ts';
import type { ViewStatement } from '../../../sql/ddl/statement.ts';
import { changedView } from '../dml/changed-view.ts';
import { loadTables } from '../dml/evaluate.ts';
import { readsItself, viewNames } from '../translation/dependencies.ts';
import { readsFractions } from '../select/fractions.ts';
import { checkName, sameName } from '../physical/names.ts';
import type { StatementScope } from '../statement/scope.ts';
import { lexingOf } from '../translation/sql-mode.ts';
import { type Translated, translateSelect } from '../translation/translator.ts';
import { tokenize } from '../../../sql/lexer.ts';
import { characterSetOf } from '../../../sql/ddl/character-sets.ts';
import type { ValueType } from '../../../sql/rewrite/types.ts';
import type { StoredView, ViewColumn, ViewDefinition } from '../dictionary/stored-object.ts';
import { derivedColumns } from '../select/derived-columns.ts';
import { dataTypeOf } from '../physical/duckdb-to-mysql.ts';
import { classOf, decimalShape } from '../physical/types.ts';
import { shownView } from '../translation/view-text.ts';
import { chosenCollation, databaseNamed, defining } from './definition-scope.ts';
import { refuseTemporary } from '../dictionary/temporary-tables.ts';

type CreateView = Extract<ViewStatement, { kind: 'create_view' }>;

/** Runs CREATE VIEW and ALTER VIEW. The SELECT must work now; later it may lose its tables, as in MySQL. */
export async function createView(scope: StatementScope, statement: CreateView): Promise<number> {
  const database = databaseNamed(scope, statement.name);
  const { name } = statement.name;
  checkName(name, 'bad_table_name');
  const found = scope.engine.dictionary.object(database, name);
  if (statement.alter && found === undefined) {
    throw new SqlError('unknown_table', `Table '${database}.${name}' doesn't exist`);
  }
  if (found !== undefined) {
    if (statement.ifNotExists) return 0;
    const isReplaced = statement.alter || statement.orReplace;
    if (!isReplaced) throw new SqlError('table_exists', `Table '${name}' already exists`);
    if (found.kind !== 'VIEW') throw new SqlError('wrong_object', `'${database}.${name}' is not VIEW`);
  }
  const definition = await viewDefinition(scope, statement, database);
  // Only one that replaces another can be among what it reads.
  const reader = { database, names: viewNames(definition) };
  if (found !== undefined && readsItself(scope.engine.dictionary, name, 'view', reader)) {
    throw new SqlError('view_recursion', `'${database}.${found.name}' contains view recursion`);
  }
  if (definition.checkOption !== undefined) requireCheckable(scope, { database, name, definition });
  await defining(scope, (change) =>
    change.putObject({
      kind: 'VIEW',
      database,
      name: found?.name ?? name,
      definition,
      ...(found === undefined ? {} : { createdAt: found.createdAt }),
    }),
  );
  return 0;
}

/** MySQL's 1368. */
function requireCheckable(
  { engine }: StatementScope,
  view: Pick<StoredView, 'database' | 'name' | 'definition'>,
): void {
  const { kind } = changedView(engine, { ...view, kind: 'VIEW', createdAt: 0, updatedAt: 0 });
  if (kind !== 'fixed') return;
  const text = `CHECK OPTION on non-updatable view '${view.database}.${view.name}'`;
  throw new SqlError('check_option_of_fixed_view', text);
}

/** The name before the address that a login came from. */
function accountOf(user: string): string {
  const at = user.lastIndexOf('@');
  return at < 0 ? user : user.slice(0, at);
}

async function viewDefinition(
  scope: StatementScope,
  statement: CreateView,
  database: string,
): Promise<ViewDefinition> {
  const { context } = scope;
  const select = statement.select.text;
  const translated = translateSelect(scope.engine, context, select);
  refuseTemporary(translated.reads);
  await loadTables(scope, translated);
  const fractions = readsFractions(translated.objects, tokenize(select, lexingOf(scope.sqlMode)));
  return {
    select,
    columns: await viewColumns(scope, statement, translated, fractions),
    database: context.database ?? database,
    fractions,
    statement: shownView(statement.name.name, statement),
    ...(statement.sqlSecurity === 'INVOKER' && { invoker: true }),
    definer: accountOf(context.user),
    ...(statement.checkOption === undefined ? {} : { checkOption: statement.checkOption }),
    ...(statement.algorithm === 'TEMPTABLE' && { temptable: true }),
    ...chosenCollation(context),
  };
}

/** Named by the view's list where it has one. Throws SqlError for a list that does not fit, and for a name that comes twice. */
async function viewColumns(
  scope: StatementScope,
  statement: CreateView,
  translated: Translated,
  fractions: boolean,
): Promise<readonly ViewColumn[]> {
  const listed = statement.columns.map((column) => column.name);
  const prepared = await scope.connection.prepare(translated.sql);
  try {
    const derived = derivedColumns(scope, statement.select.text);
    const columns = Array.from({ length: prepared.columnCount }, (_, index): ViewColumn => {
      const own = translated.columnNames?.[index] ?? prepared.columnName(index);
      const type = collated(
        shownType(prepared.columnType(index), fractions),
        translated.columnTypes?.[index],
      );
      const known = derived?.length === prepared.columnCount ? derived[index] : undefined;
      return {
        name: listed[index] ?? own,
        type: known === undefined ? type : declaredType(type, known.type),
        nullable: true,
        ...(known?.comment === undefined ? {} : { comment: known.comment }),
      };
    });
    if (listed.length > 0 && listed.length !== columns.length) {
      throw new SqlError(
        'column_names_mismatch',
        'In definition of view, derived table or common table expression, SELECT list and column names list have different column counts',
      );
    }
    refuseDoubleNames(columns.map((column) => column.name));
    return columns;
  } finally {
    prepared.destroySync();
  }
}

/** DuckDB's dates with time all have six digits; those of a view over whole seconds are shown with none. */
function shownType(type: DuckDBType, fractions: boolean): DataType {
  const made = dataTypeOf(type);
  const isTime = made.name === 'DATETIME' || made.name === 'TIME';
  return isTime && !fractions ? { ...made, arguments: [] } : made;
}

/** What MySQL declares, such as VARCHAR(20) and YEAR, where a value of DuckDB's type is one of it. */
function declaredType(type: DataType, declared: DataType): DataType {
  const [held, wanted] = [classOf(type), classOf(declared)];
  switch (wanted) {
    case 'text':
      return held === 'text' ? { ...declared, ...charactersOf(type) } : type;
    case 'set':
      return held === 'text' ? declared : type;
    case 'decimal':
      return held === 'decimal' && decimalShape(type).scale === decimalShape(declared).scale
        ? declared
        : type;
    case 'integer':
    case 'bit':
      return held === 'integer' && type.unsigned === (declared.unsigned || wanted === 'bit')
        ? declared
        : type;
    case 'year':
      return held === 'integer' ? declared : type;
    default:
      return held === wanted && type.name !== 'ENUM' ? declared : type;
  }
}

function charactersOf({ characterSet, collation }: DataType): Partial<DataType> {
  return {
    ...(characterSet === undefined ? {} : { characterSet }),
    ...(collation === undefined ? {} : { collation }),
  };
}

/** A text of the view has the collation that it has in the SELECT. */
function collated(type: DataType, value: ValueType | undefined): DataType {
  const isText = value?.kind === 'text' && value.collation !== undefined;
  return isText
    ? { ...type, characterSet: characterSetOf(value.collation), collation: value.collation }
    : type;
}

function refuseDoubleNames(names: readonly string[]): void {
  for (const [index, name] of names.entries()) {
    const isDouble = names.findIndex((each) => sameName(each, name)) < index;
    if (isDouble) throw new SqlError('duplicate_column', `Duplicate column name '${name}'`);
  }
}
