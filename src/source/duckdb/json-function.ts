import duckdb from '@duckdb/node-bindings';
import { DuckDBDataChunk, type DuckDBInstance, DuckDBScalarFunction, VARCHAR } from '@duckdb/node-api';
import { decodeText } from '../../base/text.ts';
import { SqlError } from '../../base/sql-error.ts';
import { jsonCaller } from '../../sql/json/functions.ts';
import { jsonFunctionName } from '../../sql/rewrite/macro-names.ts';
import { assignText, assignValidity, dataOf, type NativeVector, validityOf, vectorOf } from './native.ts';
import { bytesVector, isValid } from './string-vector.ts';

/** Bytes of a string in DuckDB's vectors. */
const entryBytes = 16;

/**
 * Lets DuckDB's SQL call MySQL's JSON functions, which DuckDB has no counterpart of (docs/decisions/0106): the first
 * argument is the name. For all connections of the instance, until it is closed; nothing of it is kept in the file.
 */
export async function registerJsonFunction(instance: DuckDBInstance): Promise<void> {
  const connection = await instance.connect();
  const made = DuckDBScalarFunction.create({
    name: jsonFunctionName,
    returnType: VARCHAR,
    varArgsType: VARCHAR,
    // NULLs are passed on to the function.
    specialHandling: true,
    mainFunction: () => undefined,
  });
  duckdb.scalar_function_set_function(made.scalar_function, (_, input, output) =>
    answer(new DuckDBDataChunk(input), output),
  );
  connection.registerScalarFunction(made);
  connection.closeSync();
}

/** One answer for each row of the arguments. */
function answer(input: DuckDBDataChunk, output: NativeVector): void {
  const { rowCount, columnCount } = input;
  const columns = Array.from({ length: columnCount }, (_, column) => textsOf(input, column, rowCount));
  const call = jsonCaller();
  let mask: Uint8Array<ArrayBuffer> | undefined;
  for (let row = 0; row < rowCount; row++) {
    const [name, ...values] = columns.map((text) => text(row));
    const result = answered(() => call(name ?? '', values));
    if (result !== null) {
      assignText(output, row, result);
      continue;
    }
    mask ??= new Uint8Array(Math.ceil(rowCount / 64) * 8).fill(0xff);
    mask[row >> 3] = (mask[row >> 3] as number) & ~(1 << (row & 7));
  }
  if (mask !== undefined) assignValidity(output, mask);
}

function textsOf(input: DuckDBDataChunk, column: number, rowCount: number): (row: number) => string | null {
  const vector = vectorOf(input, column);
  const validity = validityOf(vector, rowCount);
  const texts = bytesVector(dataOf(vector, rowCount * entryBytes), rowCount, validity);
  return (row) => (isValid(validity, row) ? decodeText(texts.bytes(row)) : null);
}

/** DuckDB passes on no more of an error than its text; `errors.ts` reads it again. */
function answered(call: () => string | null): string | null {
  try {
    return call();
  } catch (error) {
    if (error instanceof SqlError) throw new Error(`HF:${error.kind}:${error.message}`, { cause: error });
    throw error;
  }
}
