import { asCondition } from '../conversions/wanted-types.ts';
import { asDate, asDatetime, asTime } from '../conversions/moments.ts';
import { asBinary, asText } from '../conversions/texts.ts';
import { asBits, asDouble, asInteger, asNumber } from '../conversions/numbers.ts';
import type { Environment } from '../environment.ts';
import { macro } from '../macro-names.ts';
import { assert } from '../../../base/assert.ts';
import { nullType, type Rendered, type ValueType } from '../types.ts';

/** How one of MySQL's functions becomes DuckDB's. */
export type FunctionDefinition = Readonly<{
  /** Least and greatest number of arguments. */
  arity: readonly [number, number];
  render: (values: readonly Rendered[], environment: Environment) => Rendered;
}>;

export type FunctionEntry = readonly [name: string, definition: FunctionDefinition];

/** More arguments than any call may have. */
export const manyArguments = 10_000;

/**
 * What a function wants of one argument: t text, i integer, d double, n number, D date, S datetime, C a date with its time, T time,
 * c condition, x bytes, b unsigned bits, a anything.
 */
const wanted = 'tidnDSCTcxba';

function convert(value: Rendered, want: string): string {
  switch (want) {
    case 't':
      return asText(value);
    case 'i':
      return asInteger(value);
    case 'd':
      return asDouble(value);
    case 'n':
      return asNumber(value).sql;
    case 'D':
      return asDate(value);
    case 'S':
      return asDatetime(value);
    case 'C':
      return asDatetime(value, 'date');
    case 'T':
      return asTime(value);
    case 'c':
      return asCondition(value);
    case 'x':
      return asBinary(value);
    case 'b':
      return asBits(value);
    default:
      return value.sql;
  }
}

/**
 * A function with fixed conversions. `signature` has a letter for each argument, those behind `/` may be left
 * out; `make` gives DuckDB's text from the converted arguments.
 */
export function entry(
  name: string,
  signature: string,
  type: ValueType,
  make: (...parameters: string[]) => string,
): FunctionEntry {
  const letters = signature.replace('/', '');
  for (const letter of letters) assert(wanted.includes(letter), `'${letter}' of ${name} says no conversion`);
  const least = signature.includes('/') ? signature.indexOf('/') : letters.length;
  return [
    name,
    {
      arity: [least, letters.length],
      render: (values) => {
        if (values.some((value) => value.type.kind === 'null')) return { sql: 'NULL', type: nullType };
        return { sql: make(...values.map((value, index) => convert(value, letters[index] ?? 'a'))), type };
      },
    },
  ];
}

/** As `entry`, where DuckDB's side is one call of a function. */
export function plain(
  name: string,
  signature: string,
  type: ValueType,
  target: string = name.toLowerCase(),
): FunctionEntry {
  return entry(name, signature, type, (...parameters) => `${target}(${parameters.join(', ')})`);
}

/** As `entry`, where DuckDB's side is one of our macros; an overload for each number of arguments. */
export function viaMacro(
  name: string,
  signature: string,
  type: ValueType,
  target: string = name.toLowerCase(),
): FunctionEntry {
  return entry(name, signature, type, (...parameters) => macro(target, ...parameters));
}

/** A function that needs more than fixed conversions. */
export function special(
  name: string,
  arity: readonly [number, number],
  render: FunctionDefinition['render'],
): FunctionEntry {
  return [name, { arity, render }];
}
