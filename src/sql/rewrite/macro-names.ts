/** The schema of the macros that rewritten SQL calls; `source/duckdb/macros` installs them. */
export const macroSchema = '__holdfast_mysql';

/** A call of one of our macros. */
export function macro(name: string, ...parameters: readonly string[]): string {
  return `${macroSchema}.${name}(${parameters.join(', ')})`;
}

/** The function of ours that DuckDB calls for MySQL's JSON functions; `source/duckdb/json-function.ts` registers it. */
export const jsonFunctionName = '__holdfast_json';

/** The same for MySQL's functions of bytes. */
export const byteFunctionName = '__holdfast_bytes';

/** A call of one of MySQL's functions of bytes (`sql/byte-functions/functions.ts`), which gives bytes. */
export function byteCall(name: string, ...parameters: readonly string[]): string {
  return `${byteFunctionName}(${[`'${name}'::BLOB`, ...parameters].join(', ')})`;
}

/** A call of one of MySQL's JSON functions (`sql/json/functions.ts`), which gives a text. */
export function jsonCall(name: string, ...parameters: readonly string[]): string {
  return `${jsonFunctionName}(${[`'${name}'`, ...parameters].join(', ')})`;
}
