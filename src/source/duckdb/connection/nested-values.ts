import {
  DuckDBArrayValue,
  DuckDBDecimalValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
} from '@duckdb/node-api';

/** The JSON text of a list, struct or map; the own text of any other value that DuckDB wraps in an object. */
export function jsonTextOf(value: object): string {
  return isNested(value) ? jsonOf(value) : String(value);
}

function isNested(value: unknown): boolean {
  return (
    value instanceof DuckDBListValue ||
    value instanceof DuckDBArrayValue ||
    value instanceof DuckDBStructValue ||
    value instanceof DuckDBMapValue
  );
}

function jsonOf(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (value instanceof DuckDBListValue || value instanceof DuckDBArrayValue) {
    return `[${value.items.map((item) => jsonOf(item)).join(',')}]`;
  }
  if (value instanceof DuckDBStructValue) {
    const fields = Object.entries(value.entries);
    return `{${fields.map(([name, field]) => `${JSON.stringify(name)}:${jsonOf(field)}`).join(',')}}`;
  }
  if (value instanceof DuckDBMapValue) {
    return `{${value.entries.map((entry) => `${keyOf(entry.key)}:${jsonOf(entry.value)}`).join(',')}}`;
  }
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : 'null';
  if (typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  if (value instanceof DuckDBDecimalValue) return String(value);
  return JSON.stringify(String(value as string | object));
}

function keyOf(key: unknown): string {
  return JSON.stringify(isNested(key) ? jsonOf(key) : String(key as string | object));
}
