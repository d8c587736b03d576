/** A name as DuckDB reads it. */
export function duckdbName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Characters that would end or garble a literal for DuckDB: NUL, and halves of a character. */
const isUnprintable = (value: string): boolean => value.includes('\0') || !value.isWellFormed();

/** A text literal. NUL and bytes outside UTF-8 go through a blob, since DuckDB's parser stops at them. */
export function duckdbText(value: string): string {
  if (!isUnprintable(value)) return `'${value.replaceAll("'", "''")}'`;
  return `decode(${duckdbBytes(Buffer.from(value.toWellFormed(), 'utf8'))})`;
}

/** A blob literal. */
export function duckdbBytes(bytes: Uint8Array): string {
  return `from_hex('${Buffer.from(bytes).toString('hex')}')`;
}
