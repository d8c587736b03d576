import { SqlError } from '../../../base/sql-error.ts';
import { syntaxErrorNear } from '../../position.ts';
import type { Call, Expression } from '../ast.ts';
import { equalityKey, sortKey, textKey } from '../conversions/keys.ts';
import { asText, throughDouble } from '../conversions/texts.ts';
import { asBits, asNumber, scaleMax, settled } from '../conversions/numbers.ts';
import { render, type Environment } from '../environment.ts';
import { notSupported } from '../not-supported.ts';
import { divisionIncrement } from '../render/decimal-digits.ts';
import { exactQuotient } from '../render/division.ts';
import { renderWindow } from '../render/window.ts';
import { findColumn, type Scope } from '../scope.ts';
import { columnsIn, contains, isQuery } from '../walk.ts';
import { jsonCall, macro } from '../macro-names.ts';
import { manyArguments } from './definition.ts';
import { asJson, jsonOf } from './json-values.ts';
import { groupConcat } from './group-concat.ts';
import {
  bigintType,
  binaryType,
  decimalType,
  doubleType,
  scaleOf,
  unsignedType,
  type Rendered,
  type ValueType,
} from '../types.ts';
import { decimalDigitsMax } from '../../duckdb-decimal.ts';

/** What an aggregate makes of its arguments. `distinct` is the word or empty. */
type Aggregate = (
  values: readonly Rendered[],
  distinct: string,
  node: Call,
  environment: Environment,
) => Rendered;

/** Aggregate functions (manual, Aggregate Function Descriptions). */
export const aggregates: ReadonlyMap<string, Aggregate> = new Map<string, Aggregate>([
  ['COUNT', count],
  ['SUM', sum],
  ['AVG', (values, distinct, _, environment) => average(values, distinct, environment)],
  ['MIN', (values) => extreme('min', values)],
  ['MAX', (values) => extreme('max', values)],
  ['GROUP_CONCAT', (values, _, node, environment) => groupConcat(values, node, environment)],
  ['STD', (values) => deviation('stddev_pop', values)],
  ['STDDEV', (values) => deviation('stddev_pop', values)],
  ['STDDEV_POP', (values) => deviation('stddev_pop', values)],
  ['STDDEV_SAMP', (values) => deviation('stddev_samp', values)],
  ['VARIANCE', (values) => deviation('var_pop', values)],
  ['VAR_POP', (values) => deviation('var_pop', values)],
  ['VAR_SAMP', (values) => deviation('var_samp', values)],
  ['BIT_AND', (values) => bits('bit_and', values, '18446744073709551615')],
  ['BIT_OR', (values) => bits('bit_or', values, '0')],
  ['BIT_XOR', (values) => bits('bit_xor', values, '0')],
  ['ANY_VALUE', ([value]) => ({ sql: `first(${required(value).sql})`, type: required(value).type })],
  ['JSON_ARRAYAGG', ([value]) => asJson(jsonList('[', jsonOf(required(value)), ']'))],
  ['GROUPING', (values) => ({ sql: `grouping(${values.map(equalityKey).join(', ')})`, type: bigintType })],
  [
    'JSON_OBJECTAGG',
    ([key, value]) => {
      const name = `CAST(to_json(${asText(required(key))}) AS VARCHAR)`;
      return asJson(
        jsonCall('DOCUMENT', jsonList('{', `${name} || ': ' || ${jsonOf(required(value))}`, '}')),
      );
    },
  ],
]);

/** Aggregates of other than one argument: least and most. COUNT takes several with DISTINCT alone. */
const arities: ReadonlyMap<string, readonly [number, number]> = new Map([
  ['COUNT', [1, manyArguments]],
  ['GROUP_CONCAT', [1, manyArguments]],
  ['GROUPING', [1, manyArguments]],
  ['JSON_OBJECTAGG', [2, 2]],
]);

/** Renders an aggregate over its group, or over its window. */
export function renderAggregate(node: Call, environment: Environment): Rendered {
  const aggregate = aggregates.get(node.name);
  if (aggregate === undefined) return notSupported(`the aggregate '${node.name}'`);
  const isWindow = node.window !== undefined;
  const [least, most] = arities.get(node.name) ?? [1, 1];
  // The grammar itself knows how many they take.
  if (node.arguments.length < least || node.arguments.length > most) throw syntaxErrorNear(')');
  const [argument] = node.arguments;
  if (node.name === 'ANY_VALUE' && argument !== undefined && !isWindow && isPlainValue(argument, environment))
    return render(argument, environment);
  if (environment.insideAggregate && !isWindow)
    throw new SqlError('invalid_group_function', 'Invalid use of group function');
  if (isWindow && node.name === 'GROUP_CONCAT') notSupported('GROUP_CONCAT as a window function');
  if (isWindow && node.name === 'ANY_VALUE') throw syntaxErrorNear('OVER');
  if (isWindow && node.distinct) notSupported('DISTINCT in a window function');
  const make = (inside: Environment): Rendered => {
    const values = node.arguments.map((argument) => argumentOf(argument, node, inside));
    return aggregate(values, node.distinct ? 'DISTINCT ' : '', node, inside);
  };
  if (node.window !== undefined)
    return throughDouble(overWindow(make(environment), node.window, environment));
  const value = insideGroup(scopeOfAggregate(node, environment.scope), environment, make);
  return throughDouble({ ...value, sql: value.sql.replaceAll(overMark, '') });
}

/** ANY_VALUE of a row, and of what an aggregate makes of a group, is the value itself. */
function isPlainValue(argument: Expression, { scope }: Environment): boolean {
  return scope.grouping === undefined || contains(argument, isAggregateCall);
}

/** A call over a group, not over a window. */
export function isAggregateCall(node: Expression): boolean {
  return node.kind === 'call' && node.window === undefined && aggregates.has(node.name);
}

/**
 * The level whose rows an aggregate gathers: the innermost that its columns are of, if it is one that has groups (manual,
 * SELECT Statement; SQL:2016, 6.9). Throws SqlError for an ambiguous column.
 */
export function scopeOfAggregate(node: Call, scope: Scope): Scope {
  const columns = node.arguments.flatMap(columnsIn);
  if (columns.length === 0 || node.arguments.some((argument) => contains(argument, isQuery))) return scope;
  for (let level: Scope | undefined = scope; level !== undefined; level = level.outer) {
    const here = level;
    if (!columns.some((column) => findColumn(here, column) !== undefined)) continue;
    return level.grouping === undefined ? scope : level;
  }
  return scope;
}

/** An aggregate's arguments see the rows: columns as they are, and no names of the select list. */
function insideGroup(
  scope: Scope,
  environment: Environment,
  make: (inside: Environment) => Rendered,
): Rendered {
  const { grouping, aliases } = scope;
  scope.grouping = undefined;
  scope.aliases = undefined;
  try {
    return make({ ...environment, insideAggregate: true });
  } finally {
    scope.grouping = grouping;
    scope.aliases = aliases;
  }
}

/** The OVER clause belongs to the function inside of a conversion such as AVG's CAST. */
function overWindow(
  value: Rendered,
  window: NonNullable<Call['window']>,
  environment: Environment,
): Rendered {
  const over = ` OVER ${renderWindow(window, environment)}`;
  if (value.sql.includes(overMark)) return { ...value, sql: value.sql.replaceAll(overMark, over) };
  return { ...value, sql: value.sql + over };
}

/** Where OVER goes when the aggregate is not the whole text. Not a character of any rendered SQL. */
const overMark = '\u0001';

function argumentOf(argument: Expression, node: Call, environment: Environment): Rendered {
  if (argument.kind !== 'star') return render(argument, environment);
  if (node.name !== 'COUNT' || node.arguments.length > 1) throw syntaxErrorNear('*');
  return { sql: '*', type: bigintType };
}

function required(value: Rendered | undefined): Rendered {
  if (value === undefined)
    throw new SqlError('wrong_argument_count', 'Incorrect number of arguments of an aggregate function');
  return value;
}

/** COUNT(DISTINCT) counts texts by the collation and skips rows with a NULL in any argument. */
function count(values: readonly Rendered[], distinct: string): Rendered {
  if (distinct === '') return { sql: `count(${required(values[0]).sql})`, type: bigintType };
  const keys = values.map((value) => distinctKey(value));
  if (keys.length === 1) return { sql: `count(DISTINCT ${keys[0]})`, type: bigintType };
  const noneNull = values.map((value) => `${value.sql} IS NOT NULL`).join(' AND ');
  return { sql: `count(DISTINCT CASE WHEN ${noneNull} THEN (${keys.join(', ')}) END)`, type: bigintType };
}

/** Rows of one key are equal for the collation; DISTINCT inside of aggregates would compare the bytes. */
function distinctKey(value: Rendered): string {
  if (value.type.kind === 'unknown') return macro('distinct_key_of_any', value.sql);
  return value.type.kind === 'text' && value.type.enumeration !== true ? textKey(value) : value.sql;
}

function sum([value]: readonly Rendered[], distinct: string): Rendered {
  const number = asNumber(required(value));
  return { sql: `sum(${distinct}${narrow(required(value), number)})`, type: typeOfSum(number.type) };
}

/** DuckDB's sum of a DECIMAL has 38 digits, and so has that of integers. */
function typeOfSum(type: ValueType): ValueType {
  if (type.kind === 'integer') return decimalType(0, decimalDigitsMax);
  return type.kind === 'decimal' ? { ...type, precision: decimalDigitsMax } : type;
}

/** Integer columns add up as they are: DuckDB's sum is wide by itself. */
function narrow(value: Rendered, number: Rendered): string {
  return value.type.kind === 'integer' ? value.sql : number.sql;
}

/** One more than are shown, for rounding; MySQL computes in groups of nine, and cuts where those are what is shown. */
function averageDigits(scale: number): number {
  return scale % 9 === 0 ? scale : Math.max(scale + 1, 9);
}

function average([value]: readonly Rendered[], distinct: string, { context }: Environment): Rendered {
  const number = asNumber(required(value));
  const values = `${distinct}${narrow(required(value), number)}`;
  if (number.type.kind === 'double' || number.type.kind === 'unknown') {
    return { sql: `avg(${values})`, type: number.type };
  }
  const increment = divisionIncrement(context);
  const scale = Math.min(scaleOf(number.type) + increment, scaleMax);
  const digits = averageDigits(scale);
  const sum: Rendered = {
    sql: `sum(${values})${overMark}`,
    type: number.type.kind === 'decimal' ? typeOfSum(number.type) : decimalType(0, decimalDigitsMax),
  };
  const count: Rendered = { sql: `count(${values})${overMark}`, type: bigintType };
  return {
    sql: exactQuotient(sum, count, digits),
    type: { kind: 'decimal', scale, precision: decimalDigitsMax, loose: true },
  };
}

/** The least or greatest value by the collation; DuckDB's own min and max would take another order. */
function extreme(name: 'min' | 'max', [value]: readonly Rendered[]): Rendered {
  const shown = settled(required(value));
  if (shown.type.kind === 'json') {
    return { sql: `arg_${name}(${shown.sql}, ${sortKey(shown)})`, type: shown.type };
  }
  if (shown.type.kind !== 'text') return { sql: `${name}(${shown.sql})`, type: shown.type };
  return { sql: `arg_${name}(${shown.sql}, ${textKey(shown)})`, type: shown.type };
}

/** The pieces of all rows between brackets. */
function jsonList(open: string, piece: string, close: string): string {
  return `('${open}' || string_agg(${piece}, ', ')${overMark} || '${close}')`;
}

function deviation(name: string, [value]: readonly Rendered[]): Rendered {
  const number = asNumber(required(value));
  return { sql: `${name}(${number.sql})`, type: doubleType };
}

function bits(name: string, [value]: readonly Rendered[], empty: string): Rendered {
  const { type, literal, sql } = required(value);
  if (type.kind === 'binary' && literal === undefined) return bitsOfBytes(name, sql);
  return {
    sql: `coalesce(${name}(${asBits(required(value))})${overMark}, CAST(${empty} AS UBIGINT))`,
    type: unsignedType,
  };
}

/** Bytes, all of one length. MySQL makes as many of none as the column may have, which is not known here. */
function bitsOfBytes(name: string, bytes: string): Rendered {
  const lengths = ['min', 'max'].map((each) => `${each}(octet_length(${bytes}))${overMark}`);
  const areEqual = `${lengths.join(' = ')}`;
  const sizes = "error('HF:bitwise_size:Binary operands of bitwise operators must be of equal length')";
  const none = `error('HF:not_supported:${name.toUpperCase()} of no bytes is not supported')`;
  const joined = `CAST(${name}(${macro('bits_of_bytes', bytes)})${overMark} AS BLOB)`;
  const sql = `CASE WHEN ${areEqual} THEN coalesce(${joined}, CAST('' AS BLOB)) WHEN ${lengths[1]} IS NULL THEN CAST(${none} AS BLOB) ELSE CAST(${sizes} AS BLOB) END`;
  return { sql: `(${sql})`, type: binaryType };
}
