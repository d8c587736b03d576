import duckdb from '@duckdb/node-bindings';
import {
  BOOLEAN,
  DuckDBDataChunk,
  type DuckDBInstance,
  DuckDBScalarFunction,
  VARCHAR,
} from '@duckdb/node-api';
import { SqlError, type SqlErrorKind } from '../../../base/sql-error.ts';
import { bytesAt } from '../../../base/span.ts';
import { decodeText } from '../../../base/text.ts';
import { noteFunctionName, noteVariable } from '../../../sql/rewrite/macro-names.ts';
import type { Warning } from '../../query.ts';
import { addUnkept, addWarning, roomFor, type WarningList } from '../../warnings.ts';
import type { Connection } from './connection.ts';
import { assignValidity, dataOf, type NativeVector, validityOf, vectorOf } from './native.ts';
import { bytesVector, entryBytes, isValid } from './string-vector.ts';

/** What a value of a running statement may be noted for: MySQL's warning, and the error that a strict change of rows makes of it. */
type NoteKind = Readonly<{
  number: number;
  /** Absent where it stays a warning. */
  error?: SqlErrorKind;
  message: (value: string) => string;
}>;

/** MySQL's ER_TRUNCATED_WRONG_VALUE. */
const truncatedNumber = 1292;

/** MySQL shows no more bytes of a value in a message. */
const shownBytesMax = 128;

function truncated(type: string): NoteKind {
  const message = (value: string): string => `Truncated incorrect ${type} value: '${value}'`;
  return { number: truncatedNumber, error: 'truncated_value', message };
}

/** The value is the number of bytes that are left, a colon, and what there was. */
function cut(type: string): NoteKind {
  const message = (value: string): string => {
    const colon = value.indexOf(':');
    return `Truncated incorrect ${type}(${value.slice(0, colon)}) value: '${value.slice(colon + 1)}'`;
  };
  return { number: truncatedNumber, error: 'truncated_value', message };
}

/** The value is max_allowed_packet. */
function tooLong(name: string): NoteKind {
  const message = (most: string): string =>
    `Result of ${name}() was larger than max_allowed_packet (${most}) - truncated`;
  return { number: 1301, error: 'packet_overflow', message };
}

/** What a function cannot read; MySQL shows a text with its quotes. */
function unread(name: string): NoteKind {
  const message = (value: string): string => `Incorrect string value: ''${value}'' for function ${name}`;
  return { number: 1411, error: 'wrong_function_value', message };
}

const noteKinds: ReadonlyMap<string, NoteKind> = new Map<string, NoteKind>([
  ...['DOUBLE', 'INTEGER', 'DECIMAL', 'date', 'time'].map((type) => [type, truncated(type)] as const),
  [
    'datetime',
    { number: 1292, error: 'truncated_value', message: (value) => `Incorrect datetime value: '${value}'` },
  ],
  ...['repeat', 'space', 'lpad', 'rpad'].map((name) => [name, tooLong(name)] as const),
  ...['unhex', 'inet_aton'].map((name) => [name, unread(name)] as const),
  ...['CHAR', 'BINARY'].map((type) => [type, cut(type)] as const),
  ...['date', 'time', 'datetime'].map((type) => [`longer ${type}`, truncated(type)] as const),
  [
    'str_to_date',
    {
      number: 1411,
      error: 'wrong_function_value',
      message: (value) => `Incorrect datetime value: '${value}' for function str_to_date`,
    },
  ],
  [
    'range',
    {
      number: 1264,
      error: 'out_of_range',
      message: (shown) => `Out of range value for column '${shown}' at row 1`,
    },
  ],
  [
    'signed',
    {
      number: 1105,
      error: 'internal',
      message: () => 'Cast to signed converted positive out-of-range integer to its negative complement',
    },
  ],
  [
    'unsigned',
    {
      number: 1105,
      error: 'internal',
      message: () => 'Cast to unsigned converted negative integer to its positive complement',
    },
  ],
  [
    'count',
    {
      number: 1411,
      error: 'wrong_function_value',
      message: (value) => `Incorrect count value: '${value}' for function benchmark`,
    },
  ],
  [
    'characters',
    {
      number: 1300,
      error: 'invalid_character_string',
      message: (digits) => `Invalid utf8mb4 character string: '${digits}'`,
    },
  ],
  // The value is the text of the error.
  ['json', { number: 3141, message: (text) => text }],
  ['zero', { number: 1365, error: 'division_by_zero', message: () => 'Division by 0' }],
  [
    'time range',
    { number: 1441, error: 'datetime_overflow', message: () => 'Datetime function: datetime field overflow' },
  ],
  [
    'logarithm',
    { number: 3020, error: 'invalid_logarithm', message: () => 'Invalid argument for logarithm' },
  ],
]);

/** How the notes of one statement are taken. */
export type NoteTaking = {
  readonly warnings: WarningList;
  /** A change of rows in strict mode: the first note is an error, kept in `failure` until the statement may fail. */
  isStrict: boolean;
  failure: SqlError | undefined;
  /** sql_mode has ERROR_FOR_DIVISION_BY_ZERO. */
  readonly notesZero: boolean;
};

export function notesOf(warnings: WarningList, sqlMode: ReadonlySet<string>): NoteTaking {
  const notesZero = sqlMode.has('ERROR_FOR_DIVISION_BY_ZERO') || sqlMode.has('TRADITIONAL');
  return { warnings, isStrict: false, failure: undefined, notesZero };
}

/** A warning of the statement's text; a value that is none of its type is refused by a strict change of rows. */
export function noteText(taking: NoteTaking, warning: Warning): void {
  if (!taking.isStrict || warning.number !== truncatedNumber) addWarning(taking.warnings, warning);
  else taking.failure ??= new SqlError('truncated_value', warning.message);
}

/**
 * Fails for what a strict change of rows has noted. To be called before it changes any: a failure inside of DuckDB would end
 * an open transaction.
 */
export function refuseNoted({ failure }: NoteTaking): void {
  if (failure !== undefined) throw failure;
}

/** Where the notes of the statement that runs on one connection go; nowhere while `taking` is undefined. */
export type NoteChannel = { readonly key: string; taking: NoteTaking | undefined };

/** The channels of all connections of an engine: DuckDB's threads know a connection by its key alone. */
export class Notes {
  readonly #channels = new Map<string, NoteChannel>();
  #last = 0;

  /** Lets the connection's statements note. Close with `close`. */
  async open(connection: Connection): Promise<NoteChannel> {
    this.#last += 1;
    const channel = { key: String(this.#last), taking: undefined };
    await connection.run(`SET VARIABLE ${noteVariable} = '${channel.key}'`);
    this.#channels.set(channel.key, channel);
    return channel;
  }

  close(channel: NoteChannel): void {
    channel.taking = undefined;
    this.#channels.delete(channel.key);
  }

  /** The function that DuckDB calls for values that are noted; its result is always NULL. */
  async register(instance: DuckDBInstance): Promise<void> {
    const made = DuckDBScalarFunction.create({
      name: noteFunctionName,
      returnType: BOOLEAN,
      parameterTypes: [VARCHAR, VARCHAR, VARCHAR],
      specialHandling: true,
      // Called for each row, also with a literal.
      volatile: true,
      mainFunction: () => undefined,
    });
    duckdb.scalar_function_set_function(made.scalar_function, (_, input, output) => {
      this.#note(new DuckDBDataChunk(input));
      nothing(output, input);
    });
    const connection = await instance.connect();
    connection.registerScalarFunction(made);
    connection.closeSync();
  }

  /** One chunk comes of one place in the statement: its rows have one key and one kind. */
  #note(chunk: DuckDBDataChunk): void {
    const { rowCount } = chunk;
    const [key] = texts(chunk, 0, 1);
    const taking = key === undefined ? undefined : this.#channels.get(key)?.taking;
    if (taking === undefined) return;
    const [name = ''] = texts(chunk, 1, 1);
    const kind = noteKinds.get(name);
    if (kind === undefined) throw new Error(`HF:internal:no note '${name}'`);
    if (name === 'zero' && !taking.notesZero) return;
    if (taking.failure !== undefined) return;
    const failsBy = taking.isStrict ? kind.error : undefined;
    const values = texts(chunk, 2, failsBy !== undefined ? 1 : Math.min(rowCount, roomFor(taking.warnings)));
    const messages = values.map((value) => kind.message(shown(value)));
    if (failsBy !== undefined) {
      taking.failure = new SqlError(failsBy, messages[0] ?? '');
      return;
    }
    for (const message of messages) {
      addWarning(taking.warnings, { level: 'Warning', number: kind.number, message });
    }
    addUnkept(taking.warnings, rowCount - values.length);
  }
}

function nothing(output: NativeVector, input: duckdb.DataChunk): void {
  const rows = duckdb.data_chunk_get_size(input);
  assignValidity(output, new Uint8Array(Math.ceil(rows / 64) * 8));
}

/** The first `count` values of a column, '' for NULL. */
function texts(chunk: DuckDBDataChunk, column: number, count: number): readonly string[] {
  if (count === 0) return [];
  const vector = vectorOf(chunk, column);
  const validity = validityOf(vector, count);
  const values = bytesVector(dataOf(vector, count * entryBytes), count, validity);
  return Array.from({ length: count }, (_, row) =>
    isValid(validity, row) ? decodeText(bytesAt(values.locate, row)) : '',
  );
}

/** As MySQL shows a value: up to its first zero byte, and not all of a long one. */
function shown(value: string): string {
  const [text = ''] = value.split('\0');
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length <= shownBytesMax) return text;
  return bytes.subarray(0, shownBytesMax).toString('utf8').replace(/�+$/, '');
}
