import { SqlError } from '../../../base/sql-error.ts';
import type { Call } from '../ast.ts';
import { render, type Environment } from '../environment.ts';
import { aggregates, renderAggregate } from '../functions/aggregates.ts';
import { functionNamed } from '../functions/table.ts';
import { renderWindowFunction, windowFunctions } from '../functions/windows.ts';
import type { Rendered } from '../types.ts';

/** A call of one of MySQL's functions. A name that is none of them is refused: DuckDB's own stay out of reach. */
export function renderCall(node: Call, environment: Environment): Rendered {
  if (aggregates.has(node.name)) return renderAggregate(node, environment);
  if (windowFunctions.has(node.name)) return renderWindowFunction(node, environment);
  const known = functionNamed(node.name);
  if (known === undefined) {
    const database = environment.context.database;
    const name = database === undefined ? node.name : `${database}.${node.name}`;
    throw new SqlError('does_not_exist', `FUNCTION ${name} does not exist`);
  }
  const [least, most] = known.arity;
  if (
    node.arguments.length < least ||
    node.arguments.length > most ||
    node.distinct ||
    node.window !== undefined
  ) {
    const name = node.name.split(' ')[0] ?? node.name;
    throw new SqlError(
      'wrong_argument_count',
      `Incorrect parameter count in the call to native function '${name}'`,
    );
  }
  const values = node.arguments.map((argument) => render(argument, environment));
  return known.render(values, environment);
}
