import assert from 'node:assert/strict';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, it } from 'node:test';

const folder = 'docs/decisions/';
const index = `${folder}README.md`;
const pages = globSync(`${folder}[0-9]*.md`).sort();

describe('the pages of decisions', () => {
  it('begin with their number and what was decided', () => {
    const wrong = pages.filter((page) => !new RegExp(`^# ${numberOf(page)}\\. [\\S]`).test(firstLine(page)));
    assert.deepEqual(wrong, [], 'the first line is `# number. Title`');
  });

  it('are all in the index; UPDATE=1 writes it', () => {
    const [head = ''] = readFileSync(index, 'utf8').split(/^- /m, 1);
    const lines = pages.map((page) => `- [${firstLine(page).slice(2)}](${page.slice(folder.length)})\n`);
    const expected = `${head.trimEnd()}\n\n${lines.join('')}`;
    if (process.env['UPDATE'] === '1') writeFileSync(index, expected);
    assert.equal(readFileSync(index, 'utf8'), expected);
  });
});

function numberOf(page: string): number {
  return Number(page.slice(folder.length, folder.length + 4));
}

function firstLine(page: string): string {
  return readFileSync(page, 'utf8').split('\n', 1)[0] ?? '';
}
