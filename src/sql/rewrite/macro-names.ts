/** The schema of the macros that rewritten SQL calls; `source/duckdb/macros` installs them. */
export const macroSchema = '__holdfast_mysql';

/** A call of one of our macros. */
export function macro(name: string, ...parameters: readonly string[]): string {
  return `${macroSchema}.${name}(${parameters.join(', ')})`;
}
