import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';

const tests = path.join(import.meta.dirname, '..', '..');
const page = readFileSync(path.join(import.meta.dirname, 'README.md'), 'utf8');

/** The cells of the table's rows. */
const rows = page
  .split('\n')
  .filter((line) => /^\| (F?\d+) /.test(line))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );

describe('the table of Kylin’s behaviours', () => {
  it('has each of them', () => {
    const numbers = new Set(rows.map(([number]) => number));
    const expected = [
      ...Array.from({ length: 26 }, (_, at) => `${at + 1}`),
      ...Array.from({ length: 10 }, (_, at) => `F${at + 1}`),
    ];
    assert.deepEqual(
      expected.filter((number) => !numbers.has(number)),
      [],
    );
  });

  for (const [number, behaviour, file, name] of rows) {
    it(`names a test for ${number}: ${behaviour}`, () => {
      const source = readFileSync(path.join(tests, file ?? ''), 'utf8');
      assert.ok(name !== undefined && name !== '' && source.includes(name), `${file} has no test '${name}'`);
    });
  }
});
