import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { documentedRecords } from '../../src/snapshot/manifest.ts';
import { repositoryInfoSchema } from '../../src/snapshot/repo-info.ts';

const document = readFileSync('docs/format.md', 'utf8');
/** The seal is the codec's, not a field of the record: it is described in the text. */
const records = [...documentedRecords, repositoryInfoSchema];

describe('docs/format.md', () => {
  for (const { name, fields } of records) {
    it(`has the fields of ${name} as the code reads them`, () => {
      const expected = fields.map(({ name, type, optional }) => [
        name,
        `${type}${optional ? ', optional' : ''}`,
      ]);
      assert.deepEqual(tableUnder(`### ${name}`), expected);
    });
  }

  it('has no table that the code does not know', () => {
    const titles = [...document.matchAll(/^### (.+)$/gm)].map((match) => match[1]);
    assert.deepEqual(
      titles,
      records.map((record) => record.name),
    );
  });
});

/** First two cells of each row of the table below a heading. */
function tableUnder(heading: string): readonly (readonly string[])[] {
  const from = document.indexOf(`${heading}\n`);
  assert.ok(from >= 0, `no heading '${heading}'`);
  const [, , ...rows] = document
    .slice(from + heading.length)
    .trimStart()
    .split('\n\n', 1)[0]
    ?.split('\n') ?? [''];
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, 3)
      .map((cell) => cell.trim()),
  );
}
