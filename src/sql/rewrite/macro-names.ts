/** The schema of the macros that rewritten SQL calls; `source/duckdb/macros` installs them. */
export const macroSchema = '__holdfast_mysql';

/** A call of one of our macros. Its body may name a parameter more than once: one that notes is computed before. */
export function macro(name: string, ...parameters: readonly string[]): string {
  const called = `${macroSchema}.${name}`;
  if (onceMacros.has(name) || !parameters.some(mayNote)) return `${called}(${parameters.join(', ')})`;
  return computedOnce(parameters, (...values) => `${called}(${values.join(', ')})`);
}

/**
 * An expression that names values more than once: those that may note are computed before. The others stay where they are, since
 * DuckDB wants some of them to be constants.
 */
export function computedOnce(
  values: readonly string[],
  make: (...values: readonly string[]) => string,
): string {
  if (!values.some(mayNote)) return make(...values);
  // What is computed around this has the same name, which means another value inside.
  const isBefore = values.map((value) => mayNote(value) || value.includes(computedName));
  const before = values.filter((_, index) => isBefore[index]);
  const isOne = before.length === 1;
  let count = 0;
  const names = values.map((value, index) => {
    if (isBefore[index] !== true) return value;
    count += 1;
    return isOne ? computedName : `${computedName}[${count}]`;
  });
  const list = isOne ? before[0] : `row(${before.join(', ')})`;
  return `list_transform([${list}], lambda ${computedName}: ${make(...names)})[1]`;
}

const computedName = '__v';

/** Macros that compute each parameter once. */
const onceMacros: ReadonlySet<string> = new Set([
  'noted',
  'finite',
  'divisor_once',
  'in_calendar',
  'day_in_calendar',
  'in_clock',
]);

/** The function of ours that DuckDB calls for MySQL's JSON functions; `source/duckdb/connection/json-function.ts` registers it. */
export const jsonFunctionName = '__holdfast_json';

/** The same for MySQL's functions of bytes. */
export const byteFunctionName = '__holdfast_bytes';

/** The same for MySQL's functions of regular expressions. */
export const regexpFunctionName = '__holdfast_regexp';

/** The function of ours that DuckDB calls for a value that MySQL warns of; `source/duckdb/connection/notes.ts` registers it. */
export const noteFunctionName = '__holdfast_note';

/** A variable of a DuckDB connection: where its notes go. */
export const noteVariable = '__holdfast_notes';

/** Macros that may note a value whenever they are evaluated: an expression with one must not be computed twice. */
const notingMacros: readonly string[] = [
  'noted',
  'characters_of_blob',
  'unhex',
  'inet_aton',
  'number_of_text',
  'number_of_any',
  'integer_of_text',
  'signed_of_text',
  'bits_of_text',
  'in_calendar',
  'day_in_calendar',
  'repeated',
  'repeated_bytes',
  'pad_bytes_left',
  'pad_bytes_right',
  'pad_left',
  'pad_right',
  'integer_of_any',
  'decimal_of_text',
  'decimal_text',
  'unsigned_of_text',
  'cut_text',
  'binary_of_size',
  'date_of_text',
  'datetime_of_text',
  'datetime_of_any',
  'time_of_text',
  'divisor',
  'divisor_once',
  'natural_log',
  'log_of',
  'log_two',
  'log_ten',
  'number_plus_time',
  'text_plus_time',
  'text_minus_time',
];

const noting = new RegExp(`${macroSchema}\\.(?:${notingMacros.join('|')})\\(`);

/** Whether the expression may note something. A text in it that looks so is taken for it, which costs time only. */
export function mayNote(sql: string): boolean {
  return noting.test(sql);
}

/** Always NULL; MySQL's warning of the `kind` (`source/duckdb/connection/notes.ts`) with the value. */
export function noted(kind: string, value = "''"): string {
  return macro('noted', `'${kind}'`, value);
}

/** A call of one of MySQL's functions of bytes (`sql/byte-functions/functions.ts`), which gives bytes. */
export function byteCall(name: string, ...parameters: readonly string[]): string {
  return `${byteFunctionName}(${[`'${name}'::BLOB`, ...parameters].join(', ')})`;
}

/** A call of one of MySQL's JSON functions (`sql/json/functions.ts`), which gives a text. */
export function jsonCall(name: string, ...parameters: readonly string[]): string {
  return `${jsonFunctionName}(${[`'${name}'`, ...parameters].join(', ')})`;
}

/** A call of one of MySQL's functions of regular expressions (`sql/regular-expressions/functions.ts`), which gives a text. */
export function regexpCall(name: string, ...parameters: readonly string[]): string {
  return `${regexpFunctionName}(${[`'${name}'`, ...parameters].join(', ')})`;
}
