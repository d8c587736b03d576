import { SqlError } from '../../../base/sql-error.ts';
import { duckdbName } from '../../duckdb-quote.ts';
import type { Call } from '../ast.ts';
import type { FunctionShape } from '../context.ts';
import { settled } from '../conversions/numbers.ts';
import { connectionCollation, render, type Environment } from '../environment.ts';
import { readFunctionBody } from '../parse/function-body.ts';
import { addToScope, openScope } from '../scope.ts';
import { bestOverload, convertedTo } from '../stored-functions.ts';
import { typeOfColumn, type Rendered } from '../types.ts';

/** Functions that call functions: each level is a level of DuckDB's expressions. */
const callDepthMax = 32;
/** Arguments up to this length are repeated wherever the body names them; longer ones are computed once. */
const repeatedLengthMax = 80;

/**
 * A call of a stored function: its body stands in the place of the call. Every argument is converted to its
 * parameter's type and computed once for each row, the result is converted to the declared type.
 */
export function renderStoredCall(node: Call, environment: Environment): Rendered {
  const overloads = environment.context.functions(node.database, node.name);
  if (overloads.length === 0) throw unknownFunction(node, environment);
  if (node.distinct || node.window !== undefined) {
    throw new SqlError('not_supported', `the stored function '${node.name}' is no aggregate`);
  }
  const values = node.arguments.map((argument) => settled(render(argument, environment)));
  const chosen = bestOverload(overloads, values);
  if (chosen.isRunning) {
    throw new SqlError('routine_recursion', 'Recursive stored functions and triggers are not allowed.');
  }
  if (environment.callDepth >= callDepthMax) {
    throw new SqlError('resource_limit', `functions call one another more than ${callDepthMax} deep`);
  }
  return renderFunction(chosen, values, environment);
}

/** The body of a function with the values, one for each parameter. */
export function renderFunction(
  called: FunctionShape,
  values: readonly Rendered[],
  environment: Environment,
): Rendered {
  // A name that no user's table, column or alias has; callers deeper down have another.
  const alias = `__holdfast\u0001call${environment.callDepth}`;
  const { node, hasQuery } = readFunctionBody(called, alias);
  const inside = { ...environment, ...openBody(called, alias), callDepth: environment.callDepth + 1 };
  const body = settled(render(node, inside));
  const result = called.returns === undefined ? body.sql : convertedTo(body, called.returns);
  const type = called.returns === undefined ? body.type : typeOfColumn(called.returns.shape);
  const parameters = called.parameters.map((parameter, index) => ({
    name: duckdbName(parameter.shape.name),
    value: convertedTo(values[index] as Rendered, parameter),
  }));
  const sql = withParameters(result, { alias: duckdbName(alias), parameters, hasQuery });
  return { sql: `(${sql})`, type };
}

function unknownFunction(node: Call, environment: Environment): SqlError {
  const database = node.database ?? environment.context.database;
  const written = node.quoted ?? node.name;
  const name = database === undefined ? written : `${database}.${written}`;
  return new SqlError('does_not_exist', `FUNCTION ${name} does not exist`);
}

/** The body sees its parameters and the tables of its own database, and nothing of the statement around the call. */
function openBody(
  called: FunctionShape,
  alias: string,
): Pick<Environment, 'context' | 'collation' | 'scope' | 'commonTables' | 'insideAggregate'> {
  const scope = openScope(undefined);
  const columns = called.parameters.map(({ shape }) => ({ name: shape.name, type: typeOfColumn(shape) }));
  addToScope(scope, {
    alias,
    sqlName: duckdbName(alias),
    database: undefined,
    name: called.name,
    columns,
    shape: undefined,
  });
  const { context } = called;
  return {
    context,
    collation: connectionCollation(context),
    scope,
    commonTables: new Map(),
    insideAggregate: false,
  };
}

type Bound = Readonly<{
  alias: string;
  parameters: readonly Readonly<{ name: string; value: string }>[];
  hasQuery: boolean;
}>;

/**
 * The body with its parameters bound. Inside a query of the body a column of the statement could be taken for one of
 * the query's own tables, so there the values come from a row beside it; a lambda, which may stand inside aggregates
 * and groups, cannot hold queries.
 */
function withParameters(body: string, { alias, parameters, hasQuery }: Bound): string {
  if (parameters.length === 0) return body;
  if (hasQuery) {
    const row = parameters.map(({ name, value }) => `${value} AS ${name}`).join(', ');
    return `SELECT ${body} FROM (SELECT ${row}) AS ${alias}`;
  }
  const uses = parameters.map(({ name }) => body.split(`${alias}.${name}`).length - 1);
  const isCheap = parameters.every(
    ({ value }, index) => (uses[index] ?? 0) <= 1 || value.length <= repeatedLengthMax,
  );
  const isStable = parameters.every(
    ({ value }, index) => uses[index] === 1 || !/random\(|uuid\(|nextval\(/i.test(value),
  );
  if (isCheap && isStable) {
    return parameters.reduce(
      (text, { name, value }) => text.replaceAll(`${alias}.${name}`, () => `(${value})`),
      body,
    );
  }
  const row = parameters.map(({ name, value }) => `${name} := ${value}`).join(', ');
  return `list_transform([struct_pack(${row})], lambda ${alias} : ${body})[1]`;
}
