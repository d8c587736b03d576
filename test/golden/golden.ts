import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Table } from '../../src/dispatch/answer.ts';
import { printTable } from '../../src/demo/table.ts';

// Golden files are of one zone, whatever that of the machine is.
process.env['TZ'] = 'UTC';

/** Wider tables are printed with one line for each column, as the mysql client does for `\G`. */
const widthMax = 160;

/** A fixed moment in golden files, ms: 2026-01-02 03:04:05 UTC. */
export const goldenNow: number = Date.UTC(2026, 0, 2, 3, 4, 5, 678);

/** Compares with a file of this folder; with UPDATE=1 in the environment writes it instead, to be read as a diff. */
export function assertGolden(name: string, text: string): void {
  const file = path.join(import.meta.dirname, name);
  const isUpdate = process.env['UPDATE'] === '1';
  if (isUpdate) writeFileSync(file, text);
  assert.ok(existsSync(file), `no golden file ${name}: run the test with UPDATE=1 and read what it wrote`);
  assert.equal(text, readFileSync(file, 'utf8'), `${name} differs; UPDATE=1 writes it anew`);
}

/** An answer as the mysql client prints it. */
export function printShown({ columns, rows }: Table): string {
  const names = columns.map(({ name }) => name);
  const table = printTable(names, rows, Number.POSITIVE_INFINITY);
  const isWide = table.indexOf('\n') > widthMax;
  const hasLines = rows.some((row) => row.some((cell) => typeof cell === 'string' && cell.includes('\n')));
  return isWide || hasLines ? printVertically(names, rows) : `${table}\n`;
}

function printVertically(names: readonly string[], rows: Table['rows']): string {
  const width = Math.max(...names.map((name) => name.length));
  const stars = '*'.repeat(27);
  return rows
    .map((row, index) => {
      const cells = names.map((name, column) => `${name.padStart(width)}: ${cellText(row[column])}`);
      return `${stars} ${index + 1}. row ${stars}\n${cells.join('\n')}\n`;
    })
    .join('');
}

function cellText(value: unknown): string {
  return value === null || value === undefined ? 'NULL' : String(value as string);
}
