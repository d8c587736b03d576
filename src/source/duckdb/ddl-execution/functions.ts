import { SqlError } from '../../../base/sql-error.ts';
import type { FunctionStatement } from '../../../sql/ddl/statement.ts';
import { signatureOf } from '../../../sql/ddl/function-definition.ts';
import type { FunctionDefinition } from '../../../sql/ddl/function-definition.ts';
import { quoteName } from '../../../sql/quote.ts';
import type { StoredFunction, StoredOverload } from '../dictionary/stored-object.ts';
import { loadTables } from '../dml/evaluate.ts';
import { functionNames, readsItself } from '../translation/dependencies.ts';
import { dataTypeOf } from '../physical/duckdb-to-mysql.ts';
import { signatureOfOverload } from '../translation/function-text.ts';
import { checkName, sameName } from '../physical/names.ts';
import type { StatementScope } from '../statement/scope.ts';
import { translateFunction } from '../translation/translator.ts';
import { classOf } from '../physical/types.ts';
import { chosenCollation, databaseNamed, defining } from './definition-scope.ts';
import { checkFunctionBody } from './function-body.ts';

type CreateFunction = Extract<FunctionStatement, { kind: 'create_function' }>;
type DropFunction = Extract<FunctionStatement, { kind: 'drop_function' }>;

/** Runs CREATE FUNCTION. The body must work now; later it may lose what it reads, as in MySQL. */
export async function createFunction(scope: StatementScope, statement: CreateFunction): Promise<number> {
  const database = databaseNamed(scope, statement.name);
  const { name } = statement.name;
  checkName(name, 'bad_table_name');
  checkParameters(statement);
  const known = scope.engine.dictionary.function(database, name);
  const signature = signatureOf(statement.parameters.map((parameter) => parameter.type));
  const same = known?.overloads.find((overload) => signatureOfOverload(overload) === signature);
  if (same !== undefined && !statement.orReplace) {
    const message = `FUNCTION ${name} already exists`;
    if (!statement.ifNotExists) throw new SqlError('routine_exists', message);
    scope.warnings.push({ level: 'Note', number: 1304, message });
    return 0;
  }
  const overload = await overloadOf(scope, { database, name, known, same }, statement);
  refuseCircle(scope, { database, name, known, same }, overload);
  await defining(scope, (change) =>
    change.putFunction(withOverload({ database, name, known, same }, overload)),
  );
  return 0;
}

/** Runs DROP FUNCTION. Without types the name must have one overload. */
export async function dropFunction(scope: StatementScope, statement: DropFunction): Promise<number> {
  const database = databaseNamed(scope, statement.name);
  const { name } = statement.name;
  const known = scope.engine.dictionary.function(database, name);
  const dropped = known === undefined ? undefined : droppedOverload(known, statement);
  if (known === undefined || dropped === undefined) {
    const message = `FUNCTION ${database}.${name} does not exist`;
    if (!statement.ifExists) throw new SqlError('does_not_exist', message);
    scope.warnings.push({ level: 'Note', number: 1305, message });
    return 0;
  }
  const overloads = known.overloads.filter((overload) => overload !== dropped);
  await defining(scope, async (change) => {
    if (overloads.length === 0) await change.dropFunction(database, known.name);
    else await change.putFunction({ ...known, overloads });
  });
  return 0;
}

function droppedOverload(known: StoredFunction, { types, name }: DropFunction): StoredOverload | undefined {
  if (types !== undefined) {
    return known.overloads.find((overload) => signatureOfOverload(overload) === signatureOf(types));
  }
  const [first, second] = known.overloads;
  if (second === undefined) return first;
  const choices = known.overloads.map((overload) => `${known.name}(${signatureOfOverload(overload)})`);
  throw new SqlError('analysis', `there are several functions named '${name.name}': ${choices.join(', ')}`, {
    hint: 'Name the types of its parameters.',
  });
}

function checkParameters({ parameters, returns }: CreateFunction): void {
  for (const [index, { name, type }] of parameters.entries()) {
    checkName(name, 'unknown_column');
    classOf(type);
    const isDouble = parameters.findIndex((each) => sameName(each.name, name)) < index;
    if (isDouble) throw new SqlError('syntax', `Duplicate parameter: ${name}`);
  }
  if (returns !== undefined) classOf(returns);
}

type Place = Readonly<{
  database: string;
  name: string;
  known: StoredFunction | undefined;
  /** The overload that the new one replaces. */
  same: StoredOverload | undefined;
}>;

function withOverload({ database, name, known, same }: Place, overload: StoredOverload): StoredFunction {
  const before = known?.overloads ?? [];
  const overloads =
    same === undefined ? [...before, overload] : before.map((each) => (each === same ? overload : each));
  return { database, name: known?.name ?? name, overloads };
}

/** One that replaces another may come to call itself by way of a view, which a call of it now would not show. */
function refuseCircle(
  scope: StatementScope,
  { database, name, same }: Place,
  overload: StoredOverload,
): void {
  const reader = { database, names: functionNames(overload).filter((read) => read.isCall !== true) };
  if (same === undefined || !readsItself(scope.engine.dictionary, name, 'function', reader)) return;
  throw new SqlError('routine_recursion', 'Recursive stored functions and triggers are not allowed.');
}

/** The overload with its result's type, which StarRocks' form leaves to the expression. */
async function overloadOf(
  scope: StatementScope,
  place: Place,
  statement: CreateFunction,
): Promise<StoredOverload> {
  checkFunctionBody(scope, statement.body);
  const now = scope.engine.clock.now();
  const candidate: StoredOverload = {
    parameters: statement.parameters,
    returns: statement.returns ?? nothing,
    declaresResult: statement.returns !== undefined,
    characteristics: statement.characteristics,
    body: statement.body.text,
    sqlMode: String(scope.context.variable('sql_mode') ?? ''),
    ...chosenCollation(scope.context),
    definer: definerOf(scope, statement.definer),
    createdAt: place.same?.createdAt ?? now,
    updatedAt: now,
  };
  const translated = translateFunction(
    scope.engine,
    scope.context,
    withOverload(place, candidate),
    candidate,
  );
  await loadTables(scope, translated);
  const prepared = await scope.connection.prepare(translated.sql);
  try {
    return candidate.declaresResult
      ? candidate
      : { ...candidate, returns: dataTypeOf(prepared.columnType(0)) };
  } finally {
    prepared.destroySync();
  }
}

/** Stands where the type is not known yet. */
const nothing: FunctionDefinition['returns'] = {
  name: 'VARCHAR',
  arguments: [],
  unsigned: false,
  zerofill: false,
  values: [],
  elements: [],
};

/** As written, or the session's account: MySQL shows it as name and host in quotes. */
function definerOf(scope: StatementScope, written: string | undefined): string {
  if (written !== undefined && !/^CURRENT_USER/i.test(written)) return written;
  const { user } = scope.context;
  const at = user.lastIndexOf('@');
  return at < 0 ? quoteName(user) : `${quoteName(user.slice(0, at))}@${quoteName(user.slice(at + 1))}`;
}
