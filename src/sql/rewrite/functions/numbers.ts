import { asText } from '../conversions/texts.ts';
import { asBits, asDouble, asInteger, asNumber, charactersOf } from '../conversions/numbers.ts';
import type { Environment } from '../environment.ts';
import { byteCall, macro } from '../macro-names.ts';
import { textBytes } from './bytes.ts';
import { notSupported } from '../not-supported.ts';
import { carriedScale } from '../render/decimal-digits.ts';
import { scaledDown, scaledUp } from '../render/division.ts';
import { arithmetic } from '../render/operator.ts';
import {
  bigintType,
  doubleType,
  isBits,
  isNumeric,
  isUnsigned,
  nullType,
  textType,
  unsignedType,
  type Rendered,
} from '../types.ts';
import { entry, plain, special, viaMacro, type FunctionEntry } from './definition.ts';

const nothing: Rendered = { sql: 'NULL', type: nullType };

/** Numeric functions (manual, Mathematical Functions). Outside of its domain a function gives NULL. */
export const numberFunctions: readonly FunctionEntry[] = [
  special('ABS', [1, 1], ([value]) => sameType('abs', value)),
  special('CEIL', [1, 1], ([value]) => wholeType('ceil', value)),
  special('CEILING', [1, 1], ([value]) => wholeType('ceil', value)),
  special('FLOOR', [1, 1], ([value]) => wholeType('floor', value)),
  special('ROUND', [1, 2], ([value, digits]) => round('round', value, digits)),
  special('TRUNCATE', [2, 2], ([value, digits]) => round('trunc', value, digits)),
  special('MOD', [2, 2], ([left, right]) =>
    left === undefined || right === undefined ? nothing : arithmetic('%', left, right),
  ),
  entry('SIGN', 'n', bigintType, (value) => `CAST(sign(${value}) AS BIGINT)`),
  viaMacro('POW', 'dd', doubleType, 'power_of'),
  viaMacro('POWER', 'dd', doubleType, 'power_of'),
  viaMacro('SQRT', 'd', doubleType, 'square_root'),
  viaMacro('EXP', 'd', doubleType, 'exponential'),
  viaMacro('LN', 'd', doubleType, 'natural_log'),
  viaMacro('LOG', 'd/d', doubleType, 'log_of'),
  viaMacro('LOG2', 'd', doubleType, 'log_two'),
  viaMacro('LOG10', 'd', doubleType, 'log_ten'),
  plain('SIN', 'd', doubleType),
  plain('COS', 'd', doubleType),
  plain('TAN', 'd', doubleType),
  plain('COT', 'd', doubleType),
  viaMacro('ASIN', 'd', doubleType, 'arc_sine'),
  viaMacro('ACOS', 'd', doubleType, 'arc_cosine'),
  entry('ATAN', 'd/d', doubleType, (y, x) => (x === undefined ? `atan(${y})` : `atan2(${y}, ${x})`)),
  entry('ATAN2', 'd/d', doubleType, (y, x) => (x === undefined ? `atan(${y})` : `atan2(${y}, ${x})`)),
  viaMacro('FORMAT_BYTES', 'd', textType),
  viaMacro('FORMAT_PICO_TIME', 'd', textType),
  plain('DEGREES', 'd', doubleType),
  plain('RADIANS', 'd', doubleType),
  entry('PI', '', { kind: 'double', decimals: 6 }, () => 'pi()'),
  special('RAND', [0, 1], ([seed], environment) =>
    seed === undefined ? { sql: 'random()', type: doubleType } : seededRandom(seed, environment),
  ),
  special('CONV', [3, 3], ([value, from, to]) => ofBase(value ?? nothing, from ?? nothing, to ?? nothing)),
  special('BIN', [1, 1], ([value]) => digitsOf(value ?? nothing, 2, (bits) => `bin(${bits})`)),
  special('OCT', [1, 1], ([value]) => digitsOf(value ?? nothing, 8, (bits) => macro('octal', bits))),
  special('BIT_COUNT', [1, 1], ([value]) => bitCount(value ?? nothing)),
  viaMacro('INET_ATON', 't', unsignedType),
  viaMacro('INET_NTOA', 'i', textType),
];

/** CONV reads a text up to its first character that is no digit. A BIT is its number there, and bytes are their characters. */
function ofBase(value: Rendered, from: Rendered, to: Rendered): Rendered {
  if ([value, from, to].some(({ type }) => type.kind === 'null')) return nothing;
  const sql = macro('convert_base', digitsText(value), asInteger(from), asInteger(to));
  return { sql, type: textType };
}

function digitsText(value: Rendered): string {
  if (value.type.kind === 'binary' && value.literal === undefined) return charactersOf(value.sql);
  return isBits(value.type) ? `CAST(${value.sql} AS VARCHAR)` : asText(value);
}

/** BIN and OCT are CONV of the value's text; `ofBits` makes the same of a number, with less work. */
function digitsOf(value: Rendered, base: number, ofBits: (bits: string) => string): Rendered {
  const { type } = value;
  if (type.kind === 'null') return nothing;
  const isBytes = type.kind === 'binary' && value.literal === undefined;
  if (isNumeric(type) || type.kind === 'unknown' || (type.kind === 'binary' && !isBytes))
    return { sql: ofBits(wholeBits(value)), type: textType };
  return { sql: macro('convert_base', digitsText(value), '10', String(base)), type: textType };
}

/** The number without what stands behind its point. */
function wholeBits(value: Rendered): string {
  const hasPoint = value.type.kind === 'decimal' || value.type.kind === 'double';
  return asBits(hasPoint ? { sql: `trunc(${value.sql})`, type: value.type } : value);
}

/** Of bytes as many as they are. */
function bitCount(value: Rendered): Rendered {
  const isBytes = value.type.kind === 'binary' && value.literal === undefined;
  const sql = isBytes
    ? `(CASE WHEN octet_length(${value.sql}) = 0 THEN 0 ELSE bit_count(CAST(${value.sql} AS BIT)) END)`
    : `bit_count(CAST(${asBits(value)} AS HUGEINT))`;
  return { sql, type: bigintType };
}

/**
 * A seed that is a literal begins once for the statement, and each row takes the next number; any other seed begins anew in
 * each row (manual, RAND).
 */
function seededRandom(seed: Rendered, { scope, insideAggregate }: Environment): Rendered {
  const begin = seed.type.kind === 'null' ? '0' : `coalesce(${asInteger(seed)}, 0)`;
  const isOnce = (seed.literal !== undefined || seed.type.kind === 'null') && scope.relations.length > 0;
  const isCounted = ['field list', 'order clause'].includes(scope.clause) && !insideAggregate;
  if (isOnce && !isCounted) notSupported(`RAND with a seed in the ${scope.clause}`);
  const place = isOnce ? 'row_number() OVER ()' : '1';
  const sql = `CAST(decode(${byteCall('RAND', textBytes(begin), textBytes(place))}) AS DOUBLE)`;
  return { sql, type: doubleType };
}

function sameType(name: string, value: Rendered | undefined): Rendered {
  if (value === undefined) return nothing;
  const number = asNumber(value);
  const sql = number.type.kind === 'double' ? `CAST(${number.sql} AS DOUBLE)` : number.sql;
  return { sql: `${name}(${sql})`, type: number.type };
}

/** Integers stay, decimals become whole numbers, doubles stay doubles. */
function wholeType(name: string, value: Rendered | undefined): Rendered {
  if (value === undefined) return nothing;
  // Of a quotient the digits that it carries count, not those that it shows.
  const number = asNumber(value);
  if (number.type.kind === 'integer' || number.type.kind === 'null') return number;
  const sql = `${name}(${number.sql})`;
  return number.type.kind === 'decimal'
    ? { sql: `CAST(${sql} AS DECIMAL(38, 0))`, type: { kind: 'decimal', scale: 0 } }
    : { sql, type: number.type };
}

/** ROUND and TRUNCATE: a literal number of digits gives a decimal its scale. */
function round(name: 'round' | 'trunc', value: Rendered | undefined, digits: Rendered | undefined): Rendered {
  if (value === undefined) return nothing;
  if (value.type.kind === 'null' || digits?.type.kind === 'null') return nothing;
  const number = asNumber(value);
  const count = digits === undefined ? 0 : literalInteger(digits);
  const verb = name === 'round' ? 'round_' : 'truncate_';
  if (number.type.kind === 'decimal' && count !== undefined) {
    const scale = Math.max(0, Math.min(number.type.scale, count));
    const sql = macro(`${verb}decimal`, number.sql, String(count));
    return { sql: `CAST(${sql} AS DECIMAL(38, ${scale}))`, type: { kind: 'decimal', scale } };
  }
  if (number.type.kind === 'decimal' && digits !== undefined) {
    const { scale } = number.type;
    const carried = carriedScale(number);
    const whole = macro(
      `${verb}integer`,
      scaledUp(number, carried),
      macro('at_most', asInteger(digits), String(scale)) + ` - ${carried}`,
    );
    const sql = scaledDown(whole, carried);
    return { sql: `CAST(${sql} AS DECIMAL(38, ${scale}))`, type: { kind: 'decimal', scale } };
  }
  if (number.type.kind === 'integer') {
    if (count !== undefined && count >= 0) return number;
    const whole = macro(`${verb}integer`, number.sql, digits === undefined ? '0' : asInteger(digits));
    const isPositive = isUnsigned(number.type);
    return {
      sql: `CAST(${whole} AS ${isPositive ? 'UBIGINT' : 'BIGINT'})`,
      type: isPositive ? unsignedType : bigintType,
    };
  }
  const sql = macro(`${verb}double`, asDouble(number), digits === undefined ? '0' : asInteger(digits));
  return { sql, type: doubleType };
}

function literalInteger(value: Rendered): number | undefined {
  return value.literal !== undefined && /^-?\d{1,3}$/.test(value.literal) ? Number(value.literal) : undefined;
}
