/** Prints rows as the mysql command line does. Wide values are cut, since a demo is read on a terminal. */
export function printTable(
  columns: readonly string[],
  rows: readonly (readonly unknown[])[],
  widthMax = 40,
): string {
  const texts = rows.map((row) => row.map((value) => shorten(textOf(value), widthMax)));
  const widths = columns.map((name, column) =>
    Math.max(name.length, ...texts.map((row) => (row[column] ?? '').length)),
  );
  const line = `+${widths.map((width) => '-'.repeat(width + 2)).join('+')}+`;
  const print = (cells: readonly string[]): string =>
    `|${cells.map((cell, column) => ` ${cell.padEnd(widths[column] ?? 0)} `).join('|')}|`;
  return [line, print(columns), line, ...texts.map(print), ...(texts.length > 0 ? [line] : [])].join('\n');
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return 'NULL';
  if (value instanceof Uint8Array) return `0x${Buffer.from(value).toString('hex')}`;
  return typeof value === 'string' ? value : String(value as number | bigint | boolean);
}

function shorten(text: string, widthMax: number): string {
  const line = text.replaceAll('\n', ' ');
  return line.length <= widthMax ? line : `${line.slice(0, widthMax - 1)}…`;
}
