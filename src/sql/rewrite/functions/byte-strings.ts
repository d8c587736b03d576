import { asBinary } from '../conversions/texts.ts';
import { asInteger } from '../conversions/numbers.ts';
import type { Environment } from '../environment.ts';
import { byteCall, macro } from '../macro-names.ts';
import {
  bigintType,
  commonString,
  exactTextType,
  isBits,
  type Rendered,
  type TextType,
  type ValueType,
} from '../types.ts';
import type { FunctionDefinition } from './definition.ts';
import { packetLimit } from './packet-limit.ts';

type BytesType = Exclude<ReturnType<typeof commonString>, TextType>;

/** A function of texts in its form for bytes. */
type ByteForm = Readonly<{
  /** The places of the arguments that are strings. */
  strings: (place: number) => boolean;
  /** The first string alone says whether the function is one of bytes. */
  isFirstDecisive?: true;
  /** Absent where the function of texts does the same to texts of one character for each byte. */
  make?: (values: readonly Rendered[], type: BytesType, environment: Environment) => Rendered;
}>;

const first: ByteForm['strings'] = (place) => place === 0;
const firstTwo: ByteForm['strings'] = (place) => place < 2;
const all: ByteForm['strings'] = () => true;

/** Functions that count and cut by bytes where one of their strings is of bytes (manual, "String Functions and Operators"). */
const forms: ReadonlyMap<string, ByteForm> = new Map<string, ByteForm>([
  ...['CHAR_LENGTH', 'CHARACTER_LENGTH'].map((name): [string, ByteForm] => [
    name,
    { strings: first, make: ([text]) => ({ sql: `octet_length(${bytesOf(text)})`, type: bigintType }) },
  ]),
  ...['ASCII', 'ORD'].map((name): [string, ByteForm] => [
    name,
    {
      strings: first,
      make: ([text]) => ({ sql: macro('first_of_bytes', bytesOf(text)), type: bigintType }),
    },
  ]),
  ['LEFT', { strings: first, make: viaMacro('left_bytes') }],
  ['RIGHT', { strings: first, make: viaMacro('right_bytes') }],
  ['SUBSTRING', { strings: first, make: viaMacro('bytes_from') }],
  ['REPEAT', { strings: first, make: bounded('repeated_bytes', "'repeat'") }],
  ['LPAD', { strings: (place) => place !== 1, isFirstDecisive: true, make: bounded('pad_bytes_left') }],
  ['RPAD', { strings: (place) => place !== 1, isFirstDecisive: true, make: bounded('pad_bytes_right') }],
  ['UNHEX', { strings: first }],
  ['FROM_BASE64', { strings: first }],
  ['REVERSE', { strings: first }],
  ['SOUNDEX', { strings: first }],
  ['INSERT', { strings: (place) => place === 0 || place === 3, isFirstDecisive: true }],
  ['REPLACE', { strings: all, isFirstDecisive: true }],
  ['LTRIM', { strings: first }],
  ['RTRIM', { strings: first }],
  ...['TRIM BOTH', 'TRIM LEADING', 'TRIM TRAILING'].map((name): [string, ByteForm] => [
    name,
    { strings: all, isFirstDecisive: true },
  ]),
  ['SUBSTRING_INDEX', { strings: firstTwo, isFirstDecisive: true }],
  ['LOCATE', { strings: firstTwo }],
  ['INSTR', { strings: firstTwo }],
  ['FIND_IN_SET', { strings: firstTwo }],
  ['CONCAT_WS', { strings: all }],
  ['MAKE_SET', { strings: (place) => place > 0 }],
  ['EXPORT_SET', { strings: (place) => place > 0 && place < 4 }],
]);

/** The call where it is one on bytes; undefined for texts, and for functions that are the same for both. */
export function renderOfBytes(
  name: string,
  definition: FunctionDefinition,
  values: readonly Rendered[],
  environment: Environment,
): Rendered | undefined {
  const form = forms.get(name);
  if (form === undefined || !values.some(({ type }) => type.kind === 'binary' || isBits(type)))
    return undefined;
  const strings = values.filter((_, place) => form.strings(place)).map((value) => value.type);
  if (form.isFirstDecisive === true) strings.splice(1);
  const type = commonString(strings, name.split(' ')[0]?.toLowerCase() ?? name);
  if (type.kind !== 'binary') return undefined;
  if (form.make !== undefined) return form.make(values, type, environment);
  const characters = values.map((value, place) => (form.strings(place) ? asCharacters(value) : value));
  const result = definition.render(characters, environment);
  return result.type.kind === 'text' ? { sql: ofCharacters(result.sql), type } : result;
}

/** A text with one character for each byte, U+0000 to U+00FF. */
export function asCharacters(value: Rendered): Rendered {
  return { sql: `decode(${byteCall('CHARACTERS_OF', asBinary(value))})`, type: exactTextType };
}

function ofCharacters(sql: string): string {
  return byteCall('BYTES_OF_CHARACTERS', `encode(${sql})`);
}

function bytesOf(value: Rendered | undefined): string {
  return value === undefined ? 'NULL' : asBinary(value);
}

function viaMacro(name: string): NonNullable<ByteForm['make']> {
  return ([text, ...counts], type) => ({
    sql: macro(name, bytesOf(text), ...counts.map(asInteger)),
    type,
  });
}

/** Longer bytes than max_allowed_packet are NULL, with a warning. */
function bounded(name: string, ...more: readonly string[]): NonNullable<ByteForm['make']> {
  return ([text, count, padding], type: ValueType, environment) => {
    const bytes = [bytesOf(text), count === undefined ? 'NULL' : asInteger(count)];
    const pads = padding === undefined ? [] : [asBinary(padding)];
    return { sql: macro(name, ...bytes, ...pads, packetLimit(environment.context), ...more), type };
  };
}
