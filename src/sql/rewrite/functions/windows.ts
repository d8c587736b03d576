import { SqlError } from '../../../base/sql-error.ts';
import { syntaxErrorNear } from '../../position.ts';
import type { Call } from '../ast.ts';
import { asType } from '../conversions/wanted-types.ts';
import { asInteger, settled } from '../conversions/numbers.ts';
import { render, type Environment } from '../environment.ts';
import { notSupported } from '../not-supported.ts';
import { renderWindow } from '../render/window.ts';
import { commonType } from '../common-type.ts';
import { doubleType, unsignedType, type Rendered } from '../types.ts';

type WindowFunction = (values: readonly Rendered[]) => Rendered;

/** Functions that exist only over a window (manual, Window Function Descriptions). */
export const windowFunctions: ReadonlyMap<string, WindowFunction> = new Map<string, WindowFunction>([
  ['ROW_NUMBER', () => ({ sql: 'row_number()', type: unsignedType })],
  ['RANK', () => ({ sql: 'rank()', type: unsignedType })],
  ['DENSE_RANK', () => ({ sql: 'dense_rank()', type: unsignedType })],
  ['PERCENT_RANK', () => ({ sql: 'percent_rank()', type: doubleType })],
  ['CUME_DIST', () => ({ sql: 'cume_dist()', type: doubleType })],
  [
    'NTILE',
    ([count]) => ({ sql: `ntile(${count === undefined ? '1' : asInteger(count)})`, type: unsignedType }),
  ],
  ['LAG', (values) => shifted('lag', values)],
  ['LEAD', (values) => shifted('lead', values)],
  ['FIRST_VALUE', (values) => valueOf('first_value', values)],
  ['LAST_VALUE', (values) => valueOf('last_value', values)],
  ['NTH_VALUE', ([value, place]) => nthValue(value, place)],
]);

const nothing: Rendered = { sql: 'NULL', type: { kind: 'null' } };

export function renderWindowFunction(node: Call, environment: Environment): Rendered {
  const make = windowFunctions.get(node.name);
  if (make === undefined || node.window === undefined) return notSupported(`${node.name} without OVER`);
  requireCount(node);
  const value = make(node.arguments.map((argument) => render(argument, environment)));
  return { sql: `${value.sql} OVER ${renderWindow(node.window, environment)}`, type: value.type };
}

/** The argument that counts rows. */
const countPlaces: ReadonlyMap<string, number> = new Map([
  ['NTILE', 0],
  ['LAG', 1],
  ['LEAD', 1],
  ['NTH_VALUE', 1],
]);

/** Throws SqlError for a count that is no whole number as the grammar has it, or none at all where one has to be. */
function requireCount({ name, arguments: given }: Call): void {
  const count = given[countPlaces.get(name) ?? -1];
  if (count === undefined || count.kind === 'parameter' || count.kind === 'userVariable') return;
  if (count.kind === 'null' && name === 'NTH_VALUE') throw wrongArguments(name);
  if (count.kind !== 'number' || !/^\d+$/.test(count.text)) throw syntaxErrorNear('OVER');
  if (Number(count.text) === 0 && (name === 'NTILE' || name === 'NTH_VALUE')) throw wrongArguments(name);
}

function wrongArguments(name: string): SqlError {
  return new SqlError('execute_arguments', `Incorrect arguments to ${name.toLowerCase()}`);
}

/** LAG and LEAD: the offset is 1 unless given, the default NULL. */
function shifted(name: string, [value, offset, otherwise]: readonly Rendered[]): Rendered {
  const shown = settled(value ?? nothing);
  if (offset === undefined) return { sql: `${name}(${shown.sql})`, type: shown.type };
  if (otherwise === undefined)
    return { sql: `${name}(${shown.sql}, ${asInteger(offset)})`, type: shown.type };
  const type = commonType([shown.type, otherwise.type], 'lag');
  // DuckDB makes the default what the value is.
  const form = (each: Rendered): string =>
    type.kind === 'decimal' ? `CAST(${each.sql} AS DECIMAL(38, ${type.scale}))` : asType(each, type);
  return { sql: `${name}(${form(shown)}, ${asInteger(offset)}, ${form(otherwise)})`, type };
}

function valueOf(name: string, [value]: readonly Rendered[]): Rendered {
  const shown = settled(value ?? nothing);
  return { sql: `${name}(${shown.sql})`, type: shown.type };
}

function nthValue(value: Rendered | undefined, place: Rendered | undefined): Rendered {
  const shown = settled(value ?? nothing);
  return { sql: `nth_value(${shown.sql}, ${asInteger(place ?? nothing)})`, type: shown.type };
}
