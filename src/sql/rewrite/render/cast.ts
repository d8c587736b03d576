import { SqlError } from '../../../base/sql-error.ts';
import type { CastTarget, Expression } from '../ast.ts';
import { asDate, asDatetime, asTime } from '../conversions/moments.ts';
import { asBinary, asText } from '../conversions/texts.ts';
import { asDouble, asInteger, asNumber, settled } from '../conversions/numbers.ts';
import { render, type Environment } from '../environment.ts';
import { toJson } from '../functions/json-values.ts';
import { characterSetOf, defaultCollation, findCharacterSet } from '../../ddl/character-sets.ts';
import { type Coercibility, requireValidCollation } from '../coercibility.ts';
import { knownCollation } from '../collations.ts';
import { duckdbText } from '../../duckdb-quote.ts';
import { byteCall, computedOnce, macro } from '../macro-names.ts';
import { notSupported } from '../not-supported.ts';
import { shownExpression } from './shown-expression.ts';
import {
  bigintType,
  binaryType,
  dateType,
  decimalType,
  doubleType,
  floatType,
  collatedOf,
  isCoded,
  textType,
  type TextType,
  textTypeIn,
  unsignedType,
  withDigits,
  yearType,
  type Rendered,
} from '../types.ts';
import { decimalDigitsMax } from '../../duckdb-decimal.ts';

type Node<Kind extends Expression['kind']> = Extract<Expression, { kind: Kind }>;

/** MySQL's DECIMAL without sizes. */
const decimalDefault: readonly [number, number] = [10, 0];

export function renderCast(node: Node<'cast'>, environment: Environment): Rendered {
  const value = render(node.operand, environment);
  const { target } = node;
  const { name } = target;
  if (name !== 'DECIMAL') return castTo(value, { ...target, name }, environment);
  return castToDecimal(value, target, shownExpression(node.operand, environment));
}

function castTo(
  value: Rendered,
  target: CastTarget & Readonly<{ name: Exclude<CastTarget['name'], 'DECIMAL'> }>,
  { collation }: Environment,
): Rendered {
  const [size] = target.arguments;
  switch (target.name) {
    case 'SIGNED':
      return { sql: signed(value), type: bigintType };
    case 'UNSIGNED':
      return { sql: unsigned(value), type: unsignedType };
    case 'CHAR': {
      const { characterSet } = target;
      const own = characterSet === undefined ? collation : defaultCollationOf(characterSet);
      return {
        sql: size === undefined ? charactersOf(value) : macro('cut_text', charactersOf(value), String(size)),
        type: withCollation(value, own, 'implicit'),
      };
    }
    case 'BINARY':
      return {
        sql: size === undefined ? asBinary(value) : macro('binary_of_size', asBinary(value), String(size)),
        type: binaryType,
      };
    case 'DATE':
      return { sql: asDate(value), type: dateType };
    case 'DATETIME':
      return {
        sql: macro('datetime_rounded', asDatetime(value), String(size ?? 0)),
        type: withDigits('datetime', size ?? 0),
      };
    case 'TIME':
      return {
        sql: macro('time_rounded', asTime(value), String(size ?? 0)),
        type: withDigits('time', size ?? 0),
      };
    case 'DOUBLE':
      return { sql: asDouble(value), type: doubleType };
    case 'FLOAT':
      return { sql: `CAST(${asDouble(value)} AS FLOAT)`, type: floatType };
    case 'JSON':
      return toJson(value);
    case 'YEAR':
      return { sql: macro('year_of_number', asInteger(value)), type: yearType };
  }
}

function signed(value: Rendered): string {
  return isPlainText(value) ? macro('signed_of_text', asText(value)) : macro('signed', signedWhole(value));
}

function unsigned(value: Rendered): string {
  return isPlainText(value) ? macro('unsigned_of_text', asText(value)) : macro('bits', wholeNumber(value));
}

function isPlainText({ type }: Rendered): boolean {
  return type.kind === 'text' && !isCoded(type);
}

/** A double beyond the type becomes its end; an integer of UNSIGNED wraps. */
function signedWhole(value: Rendered): string {
  const whole = wholeNumber(value);
  if (value.type.kind !== 'double') return whole;
  return `(CASE WHEN ${whole} > 9223372036854775807 THEN 9223372036854775807 ELSE ${whole} END)`;
}

/** A text gives the integer at its start; a decimal is rounded; a date is its digits. */
function wholeNumber(value: Rendered): string {
  if (['text', 'datetime', 'time'].includes(value.type.kind)) return asInteger(value);
  if (value.type.kind === 'unknown') return macro('integer_of_any', value.sql);
  const number = asNumber(value);
  if (number.type.kind === 'double') return macro('integer_of_double', number.sql);
  return `CAST(${number.sql} AS HUGEINT)`;
}

/** A number beyond the type becomes its end, with a warning; so MySQL does in every mode. */
function castToDecimal(value: Rendered, target: CastTarget, shown: string): Rendered {
  const [precision = decimalDefault[0], scale = decimalDefault[1]] = target.arguments;
  if (precision > 65 || scale > 30 || scale > precision) {
    throw new SqlError(
      'analysis',
      `For float(M,D), double(M,D) or decimal(M,D), M must be >= D and at most 65`,
    );
  }
  const digits = Math.min(precision, decimalDigitsMax);
  const type = decimalType(scale, digits);
  const kept = Math.min(scale, digits);
  const number = isPlainText(value) ? macro('decimal_text', asText(value)) : settled(asNumber(value)).sql;
  const name = `DECIMAL(${digits}, ${kept})`;
  if (precision > decimalDigitsMax) return { sql: `CAST(${number} AS ${name})`, type };
  const end = `${'9'.repeat(digits - kept) || '0'}${kept > 0 ? `.${'9'.repeat(kept)}` : ''}`;
  const column = duckdbText(`cast(${shown} as decimal(${precision},${scale}))`);
  const sql = computedOnce([number], (from = '') => {
    const noted = `CASE WHEN ${from} IS NOT NULL THEN CAST(${macro('noted', "'range'", column)} AS ${name}) END`;
    const nearest = `CASE WHEN CAST(${from} AS DOUBLE) < 0 THEN -${end} WHEN ${from} IS NOT NULL THEN ${end} END`;
    return `coalesce(TRY_CAST(${from} AS ${name}), ${noted}, CAST(${nearest} AS ${name}))`;
  });
  return { sql, type };
}

/** CONVERT(x USING charset): text of the same characters; `binary` gives the bytes. */
export function renderConvertUsing(node: Node<'convertUsing'>, environment: Environment): Rendered {
  const { operand, characterSet } = node;
  if (operand.kind === 'call' && operand.name === 'CHAR' && /^(?:utf16|utf32|ucs2)$/i.test(characterSet))
    return characterOfCode(operand, characterSet, environment);
  const value = render(operand, environment);
  if (characterSet.toLowerCase() === 'binary') return { sql: asBinary(value), type: binaryType };
  const sql = value.type.kind === 'binary' ? textOfBytes(value, characterSet) : asText(value);
  return { sql, type: withCollation(value, defaultCollationOf(characterSet), 'implicit') };
}

/** NULL, with a warning, for bytes that are no text. */
function charactersOf(value: Rendered): string {
  return value.type.kind === 'binary' ? macro('characters_of_blob', value.sql) : asText(value);
}

function textOfBytes(value: Rendered, characterSet: string): string {
  switch (findCharacterSet(characterSet)?.name) {
    case 'latin1':
      return `decode(${byteCall('WESTERN_TEXT', value.sql)})`;
    case 'utf8mb4':
    case 'utf8mb3':
      return charactersOf(value);
    default:
      return notSupported(`CONVERT of bytes USING ${characterSet}`);
  }
}

function defaultCollationOf(characterSet: string): string {
  return findCharacterSet(characterSet)?.defaultCollation ?? defaultCollation;
}

/** CHAR(n USING utf16): the code is the character, but where two halves of UTF-16 make one. */
function characterOfCode(
  { arguments: codes }: Node<'call'>,
  characterSet: string,
  environment: Environment,
): Rendered {
  const [code] = codes;
  if (code === undefined || codes.length > 1) return notSupported(`CHAR of codes USING ${characterSet}`);
  return { sql: macro('character_of_code', asInteger(render(code, environment))), type: textType };
}

export function renderCollate(node: Node<'collate'>, environment: Environment): Rendered {
  const value = render(node.operand, environment);
  const collation = knownCollation(node.collation);
  const { kind } = value.type;
  const own = collatedOf(value.type);
  // The texts of system tables are of utf8mb3 in MySQL: tools put COLLATE utf8_general_ci behind them.
  const isOfSystem = own.coercibility === 'sysconst' && characterSetOf(collation) === 'utf8mb3';
  if (own.coercibility !== 'numeric' && kind !== 'unknown' && !isOfSystem)
    requireValidCollation(collation, characterSetOf(own.collation));
  const type = withCollation(value, collation, 'explicit');
  const literal = value.literal === undefined ? {} : { literal: value.literal };
  return { sql: asText(value), type, ...literal };
}

/** What the text of a value is in another collation. */
function withCollation({ type }: Rendered, collation: string, coercibility: Coercibility): TextType {
  const made = textTypeIn(collation, coercibility);
  return type.kind === 'text' && type.bytes === true ? { ...made, bytes: true } : made;
}
