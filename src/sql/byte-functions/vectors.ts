import { SqlError } from '../../base/sql-error.ts';

/** Bytes of one number of a VECTOR: a FLOAT, its low byte first. */
const numberBytes = 4;
/** MySQL's bound (manual, "The VECTOR Type"). */
const dimensionsMax = 16_383;

const number = String.raw`[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?`;
const listPattern = new RegExp(String.raw`^\s*\[\s*(${number}(?:\s*,\s*${number})*)\s*\]\s*$`);

/** STRING_TO_VECTOR: `[1, 2.5]` as bytes. Throws MySQL's 6138 for what is no such list. */
export function vectorBytes(text: string): Uint8Array {
  const numbers = listPattern.exec(text)?.[1]?.split(',').map(Number) ?? [];
  const floats = Float32Array.from(numbers);
  const isWhole = floats.length > 0 && floats.length <= dimensionsMax && floats.every(Number.isFinite);
  if (!isWhole) {
    throw new SqlError('invalid_vector', `Data cannot be converted to a valid vector: '${text}'`);
  }
  const bytes = Buffer.alloc(floats.length * numberBytes);
  for (const [index, value] of floats.entries()) bytes.writeFloatLE(value, index * numberBytes);
  return bytes;
}

/** VECTOR_TO_STRING: six digits of each number. */
export function vectorText(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes);
  const numbers = Array.from({ length: vectorDimensions(bytes, 'from_vector') }, (_, index) =>
    exponential(buffer.readFloatLE(index * numberBytes)),
  );
  return `[${numbers.join(',')}]`;
}

/** VECTOR_DIM. `name` is that of the function in the error for bytes that are no vector. */
export function vectorDimensions(bytes: Uint8Array, name = 'vector_dim'): number {
  const count = bytes.length / numberBytes;
  if (Number.isInteger(count) && count > 0 && count <= dimensionsMax) return count;
  throw new SqlError('execute_arguments', `Incorrect arguments to ${name}`);
}

/** As C's `%.5e`: the exponent has two digits at least. */
function exponential(value: number): string {
  return value.toExponential(5).replace(/e([+-])(\d)$/, 'e$10$2');
}
