import { SqlError } from '../../../base/sql-error.ts';
import type { Call } from '../ast.ts';
import { render, type Environment } from '../environment.ts';
import { aggregates, renderAggregate } from '../functions/aggregates.ts';
import type { FunctionDefinition } from '../functions/definition.ts';
import { functionNamed } from '../functions/table.ts';
import { renderWindowFunction, windowFunctions } from '../functions/windows.ts';
import { recollated } from '../conversions.ts';
import { commonText, exactTextType, type Rendered } from '../types.ts';
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

/** Functions whose text has the collation of their first argument. */
const ofFirst: ReadonlySet<string> = new Set(
  (
    'LOWER,LCASE,UPPER,UCASE,REVERSE,REPLACE,LEFT,RIGHT,SUBSTRING,SUBSTRING_INDEX,LPAD,RPAD,REPEAT,INSERT,LTRIM,RTRIM,TRIM BOTH,' +
    'TRIM LEADING,TRIM TRAILING,QUOTE,SOUNDEX,REGEXP_REPLACE,REGEXP_SUBSTR'
  ).split(','),
);

/** Functions whose text has the collation of all of their arguments together. */
const ofAll: ReadonlySet<string> = new Set(['CONCAT_WS', 'MAKE_SET', 'EXPORT_SET']);

function collated(name: string, values: readonly Rendered[], result: Rendered): Rendered {
  if (result.type.kind !== 'text') return result;
  const from = ofFirst.has(name) ? values.slice(0, 1) : ofAll.has(name) ? values : undefined;
  const type = from === undefined ? result.type : commonText(from.map((value) => value.type));
  const isLeft = !type.exact && values.some((value) => value.type.kind === 'text' && value.type.exact);
  // What DuckDB makes of a text that it compares by bytes it compares so, too.
  return isLeft ? { sql: recollated({ ...result, type: exactTextType }), type } : { ...result, type };
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
