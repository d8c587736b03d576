import { asBinary, asText } from '../conversions/texts.ts';
import { asInteger } from '../conversions/numbers.ts';
import { byteCall, computedOnce, noted } from '../macro-names.ts';
import { SqlError } from '../../../base/sql-error.ts';
import { duckdbText } from '../../duckdb-quote.ts';
import { encryptionMode } from '../../byte-functions/encryption.ts';
import type { Environment } from '../environment.ts';
import { notSupported } from '../not-supported.ts';
import {
  bigintType,
  madeBinaryType,
  booleanType,
  nullType,
  textType,
  unsignedType,
  type Rendered,
} from '../types.ts';
import { entry, special, type FunctionEntry } from './definition.ts';

const nothing: Rendered = { sql: 'NULL', type: nullType };

/** Encryption and compression, and addresses (manual, Encryption and Compression Functions, Miscellaneous Functions). */
export const byteFunctions: readonly FunctionEntry[] = [
  special('AES_ENCRYPT', [2, 6], (values, environment) => ciphered('AES_ENCRYPT', values, environment)),
  special('AES_DECRYPT', [2, 6], (values, environment) => ciphered('AES_DECRYPT', values, environment)),
  entry('COMPRESS', 'x', madeBinaryType, (data) => byteCall('COMPRESS', data)),
  entry('UNCOMPRESS', 'x', madeBinaryType, (data) => byteCall('UNCOMPRESS', data)),
  entry(
    'UNCOMPRESSED_LENGTH',
    'x',
    bigintType,
    (data) => `CAST(decode(${byteCall('UNCOMPRESSED_LENGTH', data)}) AS BIGINT)`,
  ),
  // The random number keeps DuckDB from computing it once for all rows.
  entry('RANDOM_BYTES', 'i', madeBinaryType, (count) =>
    byteCall('RANDOM_BYTES', textBytes(count), textBytes('random()')),
  ),
  // As of RANDOM_BYTES.
  entry(
    'UUID_SHORT',
    '',
    unsignedType,
    () => `CAST(decode(${byteCall('UUID_SHORT', textBytes('random()'))}) AS UBIGINT)`,
  ),
  ...['STRING_TO_VECTOR', 'TO_VECTOR'].map((name) =>
    special(name, [1, 1], ([text]) => vectorOf(text ?? nothing)),
  ),
  ...['VECTOR_TO_STRING', 'FROM_VECTOR'].map((name) =>
    entry(name, 'x', textType, (bytes) => `decode(${byteCall('VECTOR_TO_STRING', bytes)})`),
  ),
  entry('VECTOR_DIM', 'x', bigintType, (bytes) => `CAST(decode(${byteCall('VECTOR_DIM', bytes)}) AS BIGINT)`),
  entry('GTID_SUBSET', 'tt', booleanType, (inner, outer) =>
    truth(byteCall('GTID_SUBSET', textBytes(inner), textBytes(outer))),
  ),
  entry(
    'GTID_SUBTRACT',
    'tt',
    textType,
    (from, less) => `decode(${byteCall('GTID_SUBTRACT', textBytes(from), textBytes(less))})`,
  ),
  entry('INET6_ATON', 't', madeBinaryType, (text) => byteCall('INET6_ATON', textBytes(text))),
  entry('INET6_NTOA', 'x', textType, (bytes) => `decode(${byteCall('INET6_NTOA', bytes)})`),
  entry('IS_IPV6', 't', booleanType, (text) => truth(byteCall('IS_IPV6', textBytes(text)))),
  entry('IS_IPV4_COMPAT', 'x', booleanType, (bytes) => truth(byteCall('IS_IPV4_COMPAT', bytes))),
  entry('IS_IPV4_MAPPED', 'x', booleanType, (bytes) => truth(byteCall('IS_IPV4_MAPPED', bytes))),
  // As MySQL answers without its component of passwords.
  entry(
    'VALIDATE_PASSWORD_STRENGTH',
    't',
    bigintType,
    (text) => `(CASE WHEN ${text} IS NOT NULL THEN 0 END)`,
  ),
  special('BENCHMARK', [2, 2], ([count]) => benchmark(count ?? nothing)),
];

/** A number's text as bytes, which is how the functions of bytes take numbers. */
export function numberBytes(value: Rendered): string {
  return textBytes(asInteger(value));
}

export function textBytes(sql: string): string {
  return `encode(CAST(${sql} AS VARCHAR))`;
}

function truth(bytes: string): string {
  return `(decode(${bytes}) = '1')`;
}

/** The session's block_encryption_mode says whether a vector is needed (1582 without). */
function ciphered(name: string, values: readonly Rendered[], { context }: Environment): Rendered {
  if (values.length > 3) notSupported(`${name} with a function that derives the key`);
  const text = String(context.variable('block_encryption_mode') ?? 'aes-128-ecb');
  const mode = encryptionMode(text);
  if (mode === undefined) return notSupported(`the block_encryption_mode '${text}'`);
  if (mode.hasVector && values.length < 3) {
    throw new SqlError(
      'wrong_argument_count',
      `Incorrect parameter count in the call to native function '${name.toLowerCase()}'`,
    );
  }
  const used = mode.hasVector ? values : values.slice(0, 2);
  if (used.some((value) => value.type.kind === 'null')) return nothing;
  const parameters = used.map((value) =>
    value.type.kind === 'binary' ? asBinary(value) : `encode(${asText(value)})`,
  );
  return { sql: byteCall(name, `encode(${duckdbText(text)})`, ...parameters), type: madeBinaryType };
}

function vectorOf(text: Rendered): Rendered {
  if (text.type.kind === 'null') return nothing;
  if (text.type.kind !== 'text' && text.type.kind !== 'unknown')
    throw new SqlError('execute_arguments', 'Incorrect arguments to to_vector');
  return { sql: byteCall('STRING_TO_VECTOR', textBytes(asText(text))), type: madeBinaryType };
}

/** The answer is always 0; nothing is computed for it. */
function benchmark(count: Rendered): Rendered {
  if (count.type.kind === 'null') return nothing;
  const sql = computedOnce(
    [asInteger(count)],
    (times = '') =>
      `(CASE WHEN ${times} >= 0 THEN 0 WHEN ${times} < 0 THEN CAST(${noted('count', `CAST(${times} AS VARCHAR)`)} AS BIGINT) END)`,
  );
  return { sql, type: bigintType };
}
