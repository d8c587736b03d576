import { SqlError } from '../../../base/sql-error.ts';
import type { Call } from '../ast.ts';
import { render, type Environment } from '../environment.ts';
import { aggregates, renderAggregate } from '../functions/aggregates.ts';
import { renderOfBytes } from '../functions/byte-strings.ts';
import type { FunctionDefinition } from '../functions/definition.ts';
import { functionNamed } from '../functions/table.ts';
import { renderWindowFunction, windowFunctions } from '../functions/windows.ts';
import { textBeside } from '../conversions/texts.ts';
import { commonString, type Rendered } from '../types.ts';
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
  const ofBytes = renderOfBytes(node.name, known, values, environment);
  if (ofBytes !== undefined) return ofBytes;
  return withBytes(values, collated(node.name, values, known.render(values, environment)));
}

/** What DuckDB makes of a text that it compares by bytes it compares so, too. */
function withBytes(values: readonly Rendered[], result: Rendered): Rendered {
  const isBytes = values.some(({ type }) => type.kind === 'text' && type.bytes === true);
  return isBytes && result.type.kind === 'text'
    ? { ...result, type: { ...result.type, bytes: true } }
    : result;
}

/** Functions whose text has the collation of some of their arguments together, by the places of these. */
const combined: ReadonlyMap<string, Places> = new Map([
  ...entries(
    'LOWER LCASE UPPER UCASE REVERSE LEFT RIGHT SUBSTRING REPEAT LTRIM RTRIM QUOTE SOUNDEX SUBSTRING_INDEX INSERT ' +
      'REPLACE LPAD RPAD TRIM_BOTH TRIM_LEADING TRIM_TRAILING',
    (place) => place === 0,
  ),
  ...entries('REGEXP_SUBSTR', (place) => place < 2),
  ...entries('CONCAT CONCAT_WS', () => true),
  ...entries('REGEXP_REPLACE', (place) => place < 3),
  ...entries('MAKE_SET', (place) => place > 0),
  ...entries('EXPORT_SET', (place) => place > 0 && place < 4),
]);

type Places = (place: number) => boolean;

function entries(names: string, value: Places): readonly (readonly [string, Places])[] {
  return names.split(' ').map((name) => [name.replace(/^TRIM_/, 'TRIM '), value]);
}

function collated(name: string, values: readonly Rendered[], result: Rendered): Rendered {
  const isCombined = combined.get(name);
  if (result.type.kind !== 'text' || isCombined === undefined) return result;
  const texts = values.filter((_, place) => isCombined(place));
  const type = commonString(
    texts.map((value) => value.type),
    name.split(' ')[0]?.toLowerCase() ?? name,
  );
  if (type.kind === 'text') for (const text of texts) textBeside(text, type);
  return type.kind === 'text' ? { ...result, type } : { sql: `encode(${result.sql})`, type };
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
