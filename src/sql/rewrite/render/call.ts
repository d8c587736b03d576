import { SqlError } from '../../../base/sql-error.ts';
import type { Call } from '../ast.ts';
import { render, type Environment } from '../environment.ts';
import { aggregates, renderAggregate } from '../functions/aggregates.ts';
import { functionNamed } from '../functions/table.ts';
import { renderWindowFunction, windowFunctions } from '../functions/windows.ts';
import type { Rendered } from '../types.ts';
import { renderStoredCall } from './stored-call.ts';

/** A call of one of MySQL's functions, else of a stored one. DuckDB's own functions stay out of reach. */
export function renderCall(node: Call, environment: Environment): Rendered {
  if (node.database !== undefined) return renderStoredCall(node, environment);
  if (aggregates.has(node.name)) return renderAggregate(node, environment);
  if (windowFunctions.has(node.name)) return renderWindowFunction(node, environment);
  const known = node.quoted === undefined ? functionNamed(node.name) : undefined;
  if (known === undefined) return renderStoredCall(node, environment);
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
