import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

/** One row of a page's table of cases. Code stands in backquotes, in the order written. */
export type CaseRow = Readonly<{ line: number; heading: string; cells: ReadonlyMap<string, Cell> }>;
export type Cell = Readonly<{ text: string; code: readonly string[] }>;

/** The rows of all tables of a Markdown page whose columns are these. */
export function caseRows(file: string, columns: readonly string[]): readonly CaseRow[] {
  const rows: CaseRow[] = [];
  let heading = '';
  let isOurs = false;
  for (const [index, text] of readFileSync(file, 'utf8').split('\n').entries()) {
    if (text.startsWith('#')) heading = text.replace(/^#+ /, '');
    if (!text.startsWith('|')) {
      isOurs = false;
      continue;
    }
    const cells = cellsOf(text);
    if (columns.every((name, column) => cells[column]?.text === name)) isOurs = true;
    else if (isOurs && !/^\|[\s:|-]+$/.test(text)) {
      assert.equal(cells.length, columns.length, `${file}:${index + 1}: columns`);
      rows.push({
        line: index + 1,
        heading,
        cells: new Map(columns.map((name, at) => [name, cells[at] as Cell])),
      });
    }
  }
  return rows;
}

function cellsOf(line: string): readonly Cell[] {
  return line
    .slice(1, line.lastIndexOf('|'))
    .split('|')
    .map((text) => ({
      text: text.trim(),
      code: [...text.matchAll(/`([^`]*)`/g)].map((match) => match[1] as string),
    }));
}
