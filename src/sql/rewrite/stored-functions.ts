import { SqlError } from '../../base/sql-error.ts';
import { macro } from './macro-names.ts';
import { asCondition } from './conversions/wanted-types.ts';
import { asDate, asDatetime, asTime } from './conversions/moments.ts';
import { asBinary, asText } from './conversions/texts.ts';
import { asDouble, asInteger, asNumber } from './conversions/numbers.ts';
import type { FunctionParameterShape, FunctionShape } from './context.ts';
import { isNumeric, isTemporal, typeOfColumn, type Rendered, type ValueType } from './types.ts';

/** The overload whose parameters are nearest to the arguments; the older one of two that are equally near. */
export function bestOverload(
  overloads: readonly FunctionShape[],
  values: readonly Rendered[],
): FunctionShape {
  const fitting = overloads.filter(({ parameters }) => parameters.length === values.length);
  const [first, ...others] = fitting;
  if (first === undefined) throw wrongCount(overloads, values.length);
  return others.reduce(
    (best, each) => (distance(each, values) < distance(best, values) ? each : best),
    first,
  );
}

function wrongCount(overloads: readonly FunctionShape[], got: number): SqlError {
  const [called] = overloads;
  const counts = [...new Set(overloads.map(({ parameters }) => parameters.length))].join(' or ');
  return new SqlError(
    'routine_arguments',
    `Incorrect number of arguments for FUNCTION ${called?.database}.${called?.name}; expected ${counts}, got ${got}`,
  );
}

function distance({ parameters }: FunctionShape, values: readonly Rendered[]): number {
  return parameters.reduce(
    (sum, { shape }, index) => sum + conversionCost((values[index] as Rendered).type, typeOfColumn(shape)),
    0,
  );
}

/** 0 for the type itself, then what loses nothing, then a number or date read from a text, then the rest. */
function conversionCost(from: ValueType, to: ValueType): number {
  if (from.kind === to.kind) {
    return from.kind === 'integer' && to.kind === 'integer' && from.wide !== to.wide ? 1 : 0;
  }
  if (from.kind === 'null' || from.kind === 'unknown') return 1;
  if (isNumeric(from) && isNumeric(to)) return numericCost(from, to);
  if (isTemporal(from) && isTemporal(to)) return 2;
  return to.kind === 'text' ? 5 : 6;
}

const numericRanks = ['boolean', 'integer', 'decimal', 'double'];

function numericCost(from: ValueType, to: ValueType): number {
  const step = numericRanks.indexOf(to.kind) - numericRanks.indexOf(from.kind);
  return step > 0 ? 1 + step : 4 - step;
}

/** DuckDB's text of the value converted to a parameter's or result's type, as MySQL converts on assignment. */
export function convertedTo(value: Rendered, to: FunctionParameterShape): string {
  const { sqlType, lengthMax, shape } = to;
  if (value.type.kind === 'null') return `CAST(NULL AS ${sqlType})`;
  const converted = `CAST(${assigned(value, typeOfColumn(shape))} AS ${sqlType})`;
  return lengthMax === undefined
    ? converted
    : macro('bounded_text', converted, String(lengthMax), quoted(shape.name));
}

function quoted(name: string): string {
  return `'${name.replaceAll("'", "''")}'`;
}

function assigned(value: Rendered, type: ValueType): string {
  switch (type.kind) {
    case 'integer':
      // A detour over BIGINT would not hold unsigned numbers of 64 bits.
      return value.type.kind === 'integer' ? value.sql : asInteger(value);
    case 'decimal':
      return asNumber(value).sql;
    case 'double':
      return asDouble(value);
    case 'boolean':
      return asCondition(value);
    case 'date':
      return asDate(value);
    case 'datetime':
      return asDatetime(value);
    case 'time':
      return asTime(value);
    case 'binary':
      return asBinary(value);
    case 'text':
    case 'json':
      return asText(value);
    case 'null':
    case 'unknown':
      return value.sql;
  }
}
