/** Digits of DuckDB's DECIMAL; MySQL's has up to 65. */
export const decimalDigitsMax = 38;
