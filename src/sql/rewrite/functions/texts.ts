import { asBinary, asText } from '../conversions/texts.ts';
import { asBits, asInteger } from '../conversions/numbers.ts';
import { byteCall, macro } from '../macro-names.ts';
import { numberBytes } from './bytes.ts';
import {
  bigintType,
  madeBinaryType,
  booleanType,
  commonString,
  isBits,
  nullType,
  textType,
  textTypeIn,
  unsignedType,
  type Rendered,
} from '../types.ts';
import { formatNumber } from './format-number.ts';
import { entry, manyArguments, plain, special, viaMacro, type FunctionEntry } from './definition.ts';
import { packetLimit } from './packet-limit.ts';

const nothing: Rendered = { sql: 'NULL', type: nullType };
const uuidType = textTypeIn('utf8mb3_general_ci', 'coercible');

/** String functions (manual, String Functions and Operators). Positions count from 1, in characters. */
export const textFunctions: readonly FunctionEntry[] = [
  special('CONCAT', [1, manyArguments], concat),
  special('CONCAT_WS', [2, manyArguments], concatWithSeparator),
  special('LENGTH', [1, 1], ([value]) => byteLength(value)),
  special('OCTET_LENGTH', [1, 1], ([value]) => byteLength(value)),
  special('BIT_LENGTH', [1, 1], ([value]) => ({ sql: `(${byteLength(value).sql} * 8)`, type: bigintType })),
  special('HEX', [1, 1], ([value]) => hex(value)),
  special('CHAR', [1, manyArguments], charOfCodes),
  plain('CHAR_LENGTH', 't', bigintType, 'length'),
  plain('CHARACTER_LENGTH', 't', bigintType, 'length'),
  special('LOWER', [1, 1], ([value]) => changeCase('lower', value)),
  special('LCASE', [1, 1], ([value]) => changeCase('lower', value)),
  special('UPPER', [1, 1], ([value]) => changeCase('upper', value)),
  special('UCASE', [1, 1], ([value]) => changeCase('upper', value)),
  plain('REVERSE', 't', textType),
  plain('MD5', 'x', textType),
  plain('SHA', 'x', textType, 'sha1'),
  plain('SHA1', 'x', textType),
  special('SHA2', [2, 2], ([text, bits]) => sha2(text ?? nothing, bits ?? nothing)),
  viaMacro('CRC32', 'x', unsignedType),
  viaMacro('SOUNDEX', 't', textType),
  entry('REPLACE', 'ttt', textType, (text, from, to) => `replace(${text}, ${from}, ${to})`),
  viaMacro('LEFT', 'ti', textType, 'left_part'),
  viaMacro('RIGHT', 'ti', textType, 'right_part'),
  viaMacro('SUBSTRING', 'ti/i', textType, 'substring_of'),
  viaMacro('SUBSTRING_INDEX', 'tti', textType),
  bounded('LPAD', 'tit', (most, ...values) => macro('pad_left', ...values, most)),
  bounded('RPAD', 'tit', (most, ...values) => macro('pad_right', ...values, most)),
  bounded('REPEAT', 'ti', (most, text, count) =>
    macro('repeated', text ?? '', count ?? '', most, "'repeat'"),
  ),
  bounded('SPACE', 'i', (most, count) => macro('repeated', "' '", count ?? '', most, "'space'")),
  viaMacro('INSERT', 'tiit', textType, 'insert_into'),
  viaMacro('ASCII', 't', bigintType, 'first_byte'),
  viaMacro('ORD', 't', bigintType, 'first_character'),
  special('QUOTE', [1, 1], ([value]) => ({ sql: macro('quote', asText(value ?? nothing)), type: textType })),
  plain('TO_BASE64', 'x', textType, 'to_base64'),
  viaMacro('FROM_BASE64', 't', madeBinaryType),
  viaMacro('UNHEX', 't', madeBinaryType),
  special('FORMAT', [2, 3], formatNumber),
  entry('LTRIM', 't', textType, (text) => `ltrim(${text}, ' ')`),
  entry('RTRIM', 't', textType, (text) => `rtrim(${text}, ' ')`),
  entry('TRIM BOTH', 't/t', textType, (text, what) => trim(text, what, 'trim_both')),
  entry('TRIM LEADING', 't/t', textType, (text, what) => trim(text, what, 'trim_leading')),
  entry('TRIM TRAILING', 't/t', textType, (text, what) => trim(text, what, 'trim_trailing')),
  entry('UUID', '', uuidType, () => 'CAST(uuid() AS VARCHAR)'),
  entry('UUID_TO_BIN', 't/i', madeBinaryType, (text, swaps) => macro('bytes_of_uuid', text, swaps ?? '0')),
  entry('BIN_TO_UUID', 'x/i', textType, (bytes, swaps) => macro('uuid_of_bytes', bytes, swaps ?? '0')),
  viaMacro('IS_UUID', 't', booleanType),
  viaMacro('IS_IPV4', 't', booleanType),
  special('MAKE_SET', [2, manyArguments], makeSet),
  entry('EXPORT_SET', 'btt/ti', textType, (bits, on, off, separator, count) =>
    macro('export_set', bits, on, off, separator ?? "','", count ?? '64'),
  ),
  // What MySQL answers who may read no files.
  entry('LOAD_FILE', 't', madeBinaryType, () => 'CAST(NULL AS BLOB)'),
];

/** A function whose text is NULL, with a warning, where it is longer than max_allowed_packet. */
function bounded(
  name: string,
  signature: string,
  make: (most: string, ...values: string[]) => string,
): FunctionEntry {
  const arity = signature.length;
  return special(name, [arity, arity], (values, environment) => {
    const most = packetLimit(environment.context);
    const [, definition] = entry(name, signature, textType, (...converted) => make(most, ...converted));
    return definition.render(values, environment);
  });
}

/** The texts whose bits are set, with commas between them; the first has the lowest bit. */
function makeSet([bits, ...texts]: readonly Rendered[]): Rendered {
  if (bits === undefined || bits.type.kind === 'null') return nothing;
  const set = asBits(bits);
  const chosen = texts.map(
    (text, bit) => `CASE WHEN (${set} & ${1n << BigInt(bit)}) <> 0 THEN ${asText(text)} END`,
  );
  return {
    sql: `(CASE WHEN ${set} IS NOT NULL THEN concat_ws(',', ${chosen.join(', ')}) END)`,
    type: textType,
  };
}

/** DuckDB has the one of 256 bits. */
function sha2(text: Rendered, bits: Rendered): Rendered {
  if (text.type.kind === 'null' || bits.type.kind === 'null') return nothing;
  const isOwn = bits.literal === '256' || bits.literal === '0';
  const sql = isOwn
    ? `sha256(${asBinary(text)})`
    : `decode(${byteCall('SHA2', asBinary(text), numberBytes(bits))})`;
  return { sql, type: textType };
}

/** Bytes have no case. */
function changeCase(name: 'lower' | 'upper', value: Rendered | undefined): Rendered {
  if (value === undefined || value.type.kind === 'null') return nothing;
  if (value.type.kind === 'binary') return value;
  const text = asText(value);
  return { sql: name === 'upper' ? macro('upper_text', text) : `lower(${text})`, type: textType };
}

/** NULL in any part makes the whole NULL, where DuckDB's own function skips it. */
function concat(values: readonly Rendered[]): Rendered {
  if (values.some((value) => value.type.kind === 'null')) return nothing;
  const type = commonString(
    values.map((value) => value.type),
    'concat',
  );
  const parts = values.map(type.kind === 'binary' ? asBinary : asText);
  return { sql: `(${parts.join(' || ')})`, type };
}

/** Skips NULL parts; a NULL separator gives NULL. */
function concatWithSeparator([separator, ...values]: readonly Rendered[]): Rendered {
  if (separator === undefined || separator.type.kind === 'null') return nothing;
  return { sql: `concat_ws(${[separator, ...values].map(asText).join(', ')})`, type: textType };
}

function byteLength(value: Rendered | undefined): Rendered {
  if (value === undefined) return nothing;
  const isBytes = value.type.kind === 'binary' || isBits(value.type);
  const sql = isBytes ? `octet_length(${asBinary(value)})` : `strlen(${asText(value)})`;
  return { sql, type: bigintType };
}

/** Of a number the hexadecimal digits, of a text those of its bytes. */
function hex(value: Rendered | undefined): Rendered {
  if (value === undefined) return nothing;
  const isNumber =
    value.type.kind === 'integer' ||
    value.type.kind === 'decimal' ||
    value.type.kind === 'double' ||
    value.type.kind === 'boolean';
  const sql = isNumber
    ? `to_hex(${asBits(value)})`
    : value.type.kind === 'unknown'
      ? macro('hex_of_any', value.sql)
      : `hex(${asBinary(value)})`;
  return { sql, type: textType };
}

function charOfCodes(values: readonly Rendered[]): Rendered {
  return {
    sql: `(${values.map((value) => `coalesce(${macro('bytes_of_code', asInteger(value))}, ''::BLOB)`).join(' || ')})`,
    type: madeBinaryType,
  };
}

function trim(text: string, what: string | undefined, name: string): string {
  return macro(name, text, what ?? "' '");
}
