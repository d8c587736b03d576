import { createHash, randomBytes } from 'node:crypto';
import { SqlError } from '../../base/sql-error.ts';
import { decodeText } from '../../base/text.ts';
import { parseTimeZone } from '../rewrite/time-zone.ts';
import { addressBytes, addressText, isCompatible, isLongAddress, isMapped } from './addresses.ts';
import { compressed, uncompressed, uncompressedLength } from './compression.ts';
import { formattedDate, formattedTime } from './date-format.ts';
import { decrypted, encrypted, encryptionMode, vectorBytes as initialVectorBytes } from './encryption.ts';
import { gtidDifference, isGtidSubset } from './gtid-sets.ts';
import { parsedDate } from './parsed-date.ts';
import { quotient } from './quotient.ts';
import { SeededRandom } from './random.ts';
import { vectorBytes, vectorDimensions, vectorText } from './vectors.ts';

/** Bytes of the arguments as DuckDB has them; numbers come as their text. */
export type ByteArguments = readonly (Uint8Array | null)[];

/** Gives bytes, or a text, or NULL. */
type ByteFunction = (values: readonly Uint8Array[], state: CallState) => Uint8Array | string | undefined;

type CallState = {
  readonly shortIds: ShortIds;
  /** What has been asked for: V8 takes its time to find a zone. */
  readonly zones: Map<string, string | undefined>;
  random: Readonly<{ seed: bigint; numbers: SeededRandom }> | undefined;
};

/** The next number of UUID_SHORT. */
export type ShortIds = () => bigint;

/** MySQL's numbers of UUID_SHORT: the server's number, the second of its start, and a count (manual, UUID_SHORT). */
export function shortIdsOf(serverId: number, startedAtMs: number): ShortIds {
  let next = (BigInt(serverId & 0xff) << 56n) + (BigInt(Math.floor(startedAtMs / 1_000)) << 24n);
  return () => next++;
}

/** MySQL's bound of RANDOM_BYTES. */
const randomBytesMax = 1_024;

/**
 * MySQL's functions of bytes that DuckDB has not: encryption, compression, hashes, addresses. One caller for the rows of one
 * chunk, since RAND goes on from row to row. An argument that is NULL makes the answer NULL.
 */
export function byteCaller(
  shortIds: ShortIds,
): (name: string, values: ByteArguments) => Uint8Array | string | null {
  const state: CallState = { shortIds, zones: new Map(), random: undefined };
  return (name, values) => {
    const called = functions.get(name);
    if (called === undefined) throw new SqlError('internal', `no function of bytes '${name}'`);
    const known = values.filter((value) => value !== null);
    if (known.length < values.length) return null;
    return called(known, state) ?? null;
  };
}

const functions: ReadonlyMap<string, ByteFunction> = new Map<string, ByteFunction>([
  ['SHA2', ([data, bits]) => sha2(data, textOf(bits))],
  ['AES_ENCRYPT', (values) => ciphered(encrypted, values)],
  ['AES_DECRYPT', (values) => ciphered(decrypted, values)],
  ['COMPRESS', ([data = nothing]) => compressed(data)],
  ['UNCOMPRESS', ([data = nothing]) => uncompressed(data)],
  ['UNCOMPRESSED_LENGTH', ([data = nothing]) => String(uncompressedLength(data))],
  ['INET6_ATON', ([text]) => addressBytes(textOf(text))],
  ['INET6_NTOA', ([bytes = nothing]) => addressText(bytes)],
  ['IS_IPV6', ([text]) => truth(isLongAddress(textOf(text)))],
  ['IS_IPV4_COMPAT', ([bytes = nothing]) => truth(isCompatible(bytes))],
  ['IS_IPV4_MAPPED', ([bytes = nothing]) => truth(isMapped(bytes))],
  ['STRING_TO_VECTOR', ([text]) => vectorBytes(textOf(text))],
  ['VECTOR_TO_STRING', ([bytes = nothing]) => vectorText(bytes)],
  ['VECTOR_DIM', ([bytes = nothing]) => String(vectorDimensions(bytes))],
  ['GTID_SUBSET', ([inner, outer]) => truth(isGtidSubset(textOf(inner), textOf(outer)))],
  ['GTID_SUBTRACT', ([from, less]) => gtidDifference(textOf(from), textOf(less))],
  ['CHARACTERS_OF', ([bytes = nothing]) => Buffer.from(bytes).toString('latin1')],
  ['BYTES_OF_CHARACTERS', ([text]) => Buffer.from(textOf(text), 'latin1')],
  ['DAMAGE_OF', ([bytes = nothing]) => damageOf(bytes)],
  ['WESTERN_TEXT', ([bytes = nothing]) => westernText(bytes)],
  ['DATE_FORMAT', ([moment, format]) => formattedDate(textOf(moment), textOf(format))],
  [
    'TIME_FORMAT',
    ([time, format, dated]) => formattedTime(textOf(time), textOf(format), textOf(dated) === '1'),
  ],
  ['STR_TO_DATE', ([text, format, zeros]) => dateOf(textOf(text), textOf(format), textOf(zeros))],
  ['IS_LONGER', ([text, format]) => truth(parsedDate(textOf(text), textOf(format))?.isWhole === false)],
  ['TIME_ZONE', ([text], state) => zoneOf(textOf(text), state)],
  ['QUOTIENT', ([left, right, digits]) => quotient(textOf(left), textOf(right), Number(textOf(digits)))],
  ['UUID_SHORT', (_, { shortIds }) => String(shortIds())],
  ['RANDOM_BYTES', ([count]) => randomOf(Number(textOf(count)))],
  ['RAND', ([seed, place], state) => String(seeded(state, BigInt(textOf(seed))).at(Number(textOf(place))))],
]);

const nothing = new Uint8Array();

/** The first bytes that are no text, in hexadecimal digits, as MySQL shows them. */
function damageOf(bytes: Uint8Array): string {
  const text = decodeText(bytes);
  const start = Buffer.byteLength(text.slice(0, text.search(/\p{Surrogate}/u)));
  return Buffer.from(bytes.subarray(start, start + damageBytesMax))
    .toString('hex')
    .toUpperCase();
}

const damageBytesMax = 3;

/** MySQL's latin1 is Windows-1252, with control characters where that has none. */
function westernText(bytes: Uint8Array): string {
  return western.decode(bytes);
}

const western = new TextDecoder('windows-1252');

function textOf(bytes: Uint8Array | undefined): string {
  return decodeText(bytes ?? nothing);
}

function truth(value: boolean): string {
  return value ? '1' : '0';
}

/**
 * `zeros` says whether sql_mode lets a date have parts that are zero, which the engine cannot keep: `refused` or `kept`; `time` of
 * a format without a date.
 */
function dateOf(text: string, format: string, zeros: string): string | undefined {
  const parsed = parsedDate(text, format);
  if (parsed === undefined || parsed.hasDate) return parsed?.text;
  if (zeros === 'time') return parsed.text.replace(/^\S+/, anyDay);
  if (zeros === 'refused') return undefined;
  throw new SqlError('not_supported', 'a date without its year, month or day is not supported');
}

const anyDay = '2000-01-01';

/** Of 0 bits it is that of 256; of another number of bits NULL. */
function sha2(data: Uint8Array | undefined, bits: string): string | undefined {
  const size = bits === '0' ? '256' : bits;
  if (!['224', '256', '384', '512'].includes(size)) return undefined;
  return createHash(`sha${size}`)
    .update(data ?? nothing)
    .digest('hex');
}

/** The mode, the data, the key, and the vector where the mode wants one. */
function ciphered(
  cipher: typeof encrypted,
  [name, data = nothing, key = nothing, vector]: readonly Uint8Array[],
): Uint8Array | undefined {
  const mode = encryptionMode(textOf(name));
  if (mode === undefined || !mode.hasVector || (vector?.length ?? 0) >= initialVectorBytes) {
    return mode && cipher(mode, [data, key, vector]);
  }
  const called = cipher === encrypted ? 'aes_encrypt' : 'aes_decrypt';
  throw new SqlError(
    'short_vector',
    `The initialization vector supplied to ${called} is too short. Must be at least ${initialVectorBytes} bytes long`,
  );
}

/** Minutes from UTC, or the zone's name; undefined for no zone. */
function zoneOf(text: string, { zones }: CallState): string | undefined {
  if (!zones.has(text)) {
    const zone = parseTimeZone(text);
    zones.set(text, zone?.kind === 'offset' ? String(zone.minutes) : zone?.name);
  }
  return zones.get(text);
}

function randomOf(count: number): Uint8Array {
  if (count >= 1 && count <= randomBytesMax) return randomBytes(count);
  throw new SqlError('value_out_of_range', "length value is out of range in 'random_bytes'");
}

function seeded(state: CallState, seed: bigint): SeededRandom {
  if (state.random?.seed !== seed) state.random = { seed, numbers: new SeededRandom(seed) };
  return state.random.numbers;
}
