import { SqlError } from '../../../base/sql-error.ts';
import type { CastTarget, Expression } from '../ast.ts';
import {
  asBinary,
  asDate,
  asDatetime,
  asDouble,
  asInteger,
  asNumber,
  asText,
  asTime,
} from '../conversions.ts';
import { render, type Environment } from '../environment.ts';
import { toJson } from '../functions/json-values.ts';
import { characterSetOf, defaultCollation, findCharacterSet } from '../../ddl/character-sets.ts';
import { type Coercibility, requireValidCollation } from '../coercibility.ts';
import { knownCollation } from '../collations.ts';
import { macro } from '../macro-names.ts';
import { notSupported } from '../not-supported.ts';
import {
  bigintType,
  binaryType,
  dateType,
  doubleType,
  collatedOf,
  textType,
  type TextType,
  textTypeIn,
  unsignedType,
  withDigits,
  yearType,
  type Rendered,
} from '../types.ts';

type Node<Kind extends Expression['kind']> = Extract<Expression, { kind: Kind }>;

/** MySQL's DECIMAL without sizes, and its limit; DuckDB holds 38 digits. */
const decimalDefault: readonly [number, number] = [10, 0];
const precisionMax = 38;

export function renderCast(node: Node<'cast'>, environment: Environment): Rendered {
  return castTo(render(node.operand, environment), node.target, environment);
}

function castTo(value: Rendered, target: CastTarget, { collation }: Environment): Rendered {
  const [size, scale] = target.arguments;
  switch (target.name) {
    case 'SIGNED':
      return { sql: macro('signed', signedWhole(value)), type: bigintType };
    case 'UNSIGNED':
      return { sql: macro('bits', wholeNumber(value)), type: unsignedType };
    case 'CHAR':
      return {
        sql: size === undefined ? asText(value) : `left(${asText(value)}, ${size})`,
        type: withCollation(value, collation, 'implicit'),
      };
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
    case 'DECIMAL':
      return castToDecimal(value, size ?? decimalDefault[0], scale ?? decimalDefault[1]);
    case 'DOUBLE':
    case 'FLOAT':
      return { sql: asDouble(value), type: doubleType };
    case 'JSON':
      return toJson(value);
    case 'YEAR':
      return { sql: macro('year_of_number', asInteger(value)), type: yearType };
  }
}

/** A text gives the integer at its start; a decimal is rounded; a date is its digits. */
/** A double beyond the type becomes its end; an integer of UNSIGNED wraps. */
function signedWhole(value: Rendered): string {
  const whole = wholeNumber(value);
  if (value.type.kind !== 'double') return whole;
  return `(CASE WHEN ${whole} > 9223372036854775807 THEN 9223372036854775807 ELSE ${whole} END)`;
}

function wholeNumber(value: Rendered): string {
  if (value.type.kind === 'text') return asInteger(value);
  if (value.type.kind === 'unknown') return macro('integer_of_any', value.sql);
  const number = asNumber(value);
  if (number.type.kind === 'double') return macro('integer_of_double', number.sql);
  return `CAST(${number.sql} AS HUGEINT)`;
}

function castToDecimal(value: Rendered, precision: number, scale: number): Rendered {
  if (precision > 65 || scale > 30 || scale > precision) {
    throw new SqlError(
      'analysis',
      `For float(M,D), double(M,D) or decimal(M,D), M must be >= D and at most 65`,
    );
  }
  const type = { kind: 'decimal', scale } as const;
  const digits = Math.min(precision, precisionMax);
  const number = asNumber(value);
  return { sql: `CAST(${number.sql} AS DECIMAL(${digits}, ${Math.min(scale, digits)}))`, type };
}

/** CONVERT(x USING charset): text of the same characters; `binary` gives the bytes. */
export function renderConvertUsing(node: Node<'convertUsing'>, environment: Environment): Rendered {
  const { operand, characterSet } = node;
  if (operand.kind === 'call' && operand.name === 'CHAR' && /^(?:utf16|utf32|ucs2)$/i.test(characterSet))
    return characterOfCode(operand, characterSet, environment);
  const value = render(operand, environment);
  if (characterSet.toLowerCase() === 'binary') return { sql: asBinary(value), type: binaryType };
  const collation = findCharacterSet(characterSet)?.defaultCollation ?? defaultCollation;
  return { sql: asText(value), type: withCollation(value, collation, 'implicit') };
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
  if (own.coercibility !== 'numeric' && kind !== 'unknown')
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
