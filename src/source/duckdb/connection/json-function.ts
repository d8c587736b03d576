import duckdb from '@duckdb/node-bindings';
import {
  BLOB,
  DuckDBDataChunk,
  type DuckDBInstance,
  DuckDBScalarFunction,
  type DuckDBType,
  VARCHAR,
} from '@duckdb/node-api';
import { bytesAt } from '../../../base/span.ts';
import { decodeText } from '../../../base/text.ts';
import { SqlError } from '../../../base/sql-error.ts';
import { byteCaller, shortIdsOf } from '../../../sql/byte-functions/functions.ts';
import { jsonCaller } from '../../../sql/json/functions.ts';
import { regexpCaller } from '../../../sql/regular-expressions/functions.ts';
import { byteFunctionName, jsonFunctionName, regexpFunctionName } from '../../../sql/rewrite/macro-names.ts';
import {
  assignBytes,
  assignText,
  assignValidity,
  dataOf,
  type NativeVector,
  validityOf,
  vectorOf,
} from './native.ts';
import { bytesVector, entryBytes, isValid } from './string-vector.ts';

/**
 * Lets DuckDB's SQL call MySQL's functions of JSON, of bytes and of regular expressions, which DuckDB has no counterpart of (docs/decisions/0106): the
 * first argument is the name. `startedAtMs`: of the server, by which UUID_SHORT counts. For all connections of the instance, until it is closed; nothing of it is kept in the file.
 */
export async function registerJsonFunction(instance: DuckDBInstance, startedAtMs: number): Promise<void> {
  const shortIds = shortIdsOf(serverId, startedAtMs);
  await register(instance, {
    name: jsonFunctionName,
    type: VARCHAR,
    read: decodeText,
    caller: () => {
      const call = jsonCaller();
      return (name, values) => call(name ?? '', values);
    },
  });
  await register(instance, {
    name: regexpFunctionName,
    type: VARCHAR,
    read: decodeText,
    caller: () => {
      const call = regexpCaller();
      return (name, values) => call(name ?? '', values);
    },
  });
  await register(instance, {
    name: byteFunctionName,
    type: BLOB,
    read: (bytes) => bytes,
    caller: () => {
      const call = byteCaller(shortIds);
      return (name, values) => call(decodeText(name ?? new Uint8Array()), values);
    },
  });
}

/** @@server_id. */
const serverId = 1;

/** One function for all of a kind. `read` makes a value of an argument's bytes. */
type OwnFunction<Value> = Readonly<{
  name: string;
  /** Of the arguments and the result. */
  type: DuckDBType;
  read: (bytes: Uint8Array) => Value;
  /** For the rows of one chunk, in their order. */
  caller: () => (name: Value | null, values: readonly (Value | null)[]) => Uint8Array | string | null;
}>;

async function register<Value>(instance: DuckDBInstance, own: OwnFunction<Value>): Promise<void> {
  const connection = await instance.connect();
  const made = DuckDBScalarFunction.create({
    name: own.name,
    returnType: own.type,
    varArgsType: own.type,
    // NULLs are passed on to the function.
    specialHandling: true,
    mainFunction: () => undefined,
  });
  duckdb.scalar_function_set_function(made.scalar_function, (_, input, output) =>
    answer(own, new DuckDBDataChunk(input), output),
  );
  connection.registerScalarFunction(made);
  connection.closeSync();
}

/** One answer for each row of the arguments. */
function answer<Value>(own: OwnFunction<Value>, input: DuckDBDataChunk, output: NativeVector): void {
  const { rowCount, columnCount } = input;
  const columns = Array.from({ length: columnCount }, (_, column) => valuesOf(own, input, column));
  const call = own.caller();
  let mask: Uint8Array<ArrayBuffer> | undefined;
  for (let row = 0; row < rowCount; row++) {
    const [name = null, ...values] = columns.map((value) => value(row));
    const result = answered(() => call(name, values));
    if (result !== null) {
      if (typeof result === 'string') assignText(output, row, result);
      else assignBytes(output, row, result);
      continue;
    }
    mask ??= new Uint8Array(Math.ceil(rowCount / 64) * 8).fill(0xff);
    mask[row >> 3] = (mask[row >> 3] as number) & ~(1 << (row & 7));
  }
  if (mask !== undefined) assignValidity(output, mask);
}

function valuesOf<Value>(
  { read }: OwnFunction<Value>,
  input: DuckDBDataChunk,
  column: number,
): (row: number) => Value | null {
  const { rowCount } = input;
  const vector = vectorOf(input, column);
  const validity = validityOf(vector, rowCount);
  const texts = bytesVector(dataOf(vector, rowCount * entryBytes), rowCount, validity);
  return (row) => (isValid(validity, row) ? read(bytesAt(texts.locate, row)) : null);
}

/** DuckDB passes on no more of an error than its text; `errors.ts` reads it again. */
function answered<Result>(call: () => Result): Result {
  try {
    return call();
  } catch (error) {
    if (error instanceof SqlError) throw new Error(`HF:${error.kind}:${error.message}`, { cause: error });
    throw error;
  }
}
