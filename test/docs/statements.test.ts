import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { blocksOf } from './page.ts';
import { pageSkipReason, runPage } from './run-page.ts';

const statementPages = globSync('docs/statements/*.md').sort();
const otherPages = globSync('{README.md,docs/*.md}').sort();
const pages = [...statementPages, ...otherPages].filter((page) => blocksOf(page).length > 0);

describe('the pages of the documentation', () => {
  for (const page of pages) {
    it(`${page} does what it says`, { skip: pageSkipReason(page) }, () => runPage(page));
  }

  it('name no statement without a page', () => {
    const index = readFileSync('docs/statements/README.md', 'utf8');
    const linked = [...index.matchAll(/\]\(([\w-]+\.md)\)/g)].map((match) => match[1] as string);
    const missing = linked.filter((name) => !existsSync(path.join('docs/statements', name)));
    assert.deepEqual(missing, []);
    const unlisted = statementPages.map((page) => path.basename(page)).filter((name) => name !== 'README.md');
    assert.deepEqual(
      unlisted.filter((name) => !linked.includes(name)),
      [],
    );
  });
});
