import { SqlError } from '../../../base/sql-error.ts';
import type { Call } from '../ast.ts';
import { render, type Environment } from '../environment.ts';
import { aggregates, renderAggregate } from '../functions/aggregates.ts';
import type { FunctionDefinition } from '../functions/definition.ts';
import { functionNamed } from '../functions/table.ts';
import { renderWindowFunction, windowFunctions } from '../functions/windows.ts';
import { commonText, type Rendered } from '../types.ts';
import { renderStoredCall } from './stored-call.ts';

/** A call of one of MySQL's functions, else of a stored one. DuckDB's own functions stay out of reach. */
export function renderCall(node: Call, environment: Environment): Rendered {
  if (node.database !== undefined) return renderStoredCall(node, environment);
  if (aggregates.has(node.name)) return renderAggregate(node, environment);
  if (windowFunctions.has(node.name)) return renderWindowFunction(node, environment);
  const known = node.quoted === undefined ? functionNamed(node.name) : undefined;
  if (known === undefined) return renderStoredCall(node, environment);
  checkArity(node, known);
  const values = node.arguments.map((argument) => render(argument, environment));
  return collated(node.name, values, known.render(values, environment));
}

/** Functions whose text has the collation of their arguments. */
const passingOn: ReadonlySet<string> = new Set(
  (
    'LOWER,LCASE,UPPER,UCASE,REVERSE,REPLACE,LEFT,RIGHT,SUBSTRING,SUBSTRING_INDEX,LPAD,RPAD,REPEAT,INSERT,LTRIM,RTRIM,TRIM BOTH,' +
    'TRIM LEADING,TRIM TRAILING,QUOTE,CONCAT_WS,MAKE_SET,EXPORT_SET,REGEXP_REPLACE,REGEXP_SUBSTR'
  ).split(','),
);

function collated(name: string, values: readonly Rendered[], result: Rendered): Rendered {
  if (result.type.kind !== 'text' || !passingOn.has(name)) return result;
  return { ...result, type: commonText(values.map(({ type }) => type)) };
}

/** Throws SqlError when the call does not have as many arguments as the function takes. */
export function checkArity(node: Call, { arity: [least, most] }: FunctionDefinition): void {
  const count = node.arguments.length;
  const fits = count >= least && count <= most && !node.distinct && node.window === undefined;
  if (fits) return;
  const name = node.name.split(' ')[0] ?? node.name;
  throw new SqlError(
    'wrong_argument_count',
    `Incorrect parameter count in the call to native function '${name}'`,
  );
}
