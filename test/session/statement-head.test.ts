import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { headOf, headsOf, isBulk } from '../../src/session/statement-head.ts';
import { mysqlLexing } from '../../src/sql/token.ts';

describe('the head of a long text', () => {
  const cases: readonly (readonly [name: string, text: string, head: RegExp])[] = [
    ['a statement without strings', `SELECT ${'1 + '.repeat(1_000)}1`, /^SELECT 1/],
    [
      'a string that begins early',
      `INSERT INTO t VALUES ('${'x'.repeat(5_000)}')`,
      /^INSERT INTO t VALUES \($/,
    ],
    ['a quoted name', `BACKUP SNAPSHOT \`${'x'.repeat(5_000)}\` TO r`, /^BACKUP SNAPSHOT $/],
    ['a comment', `INSERT /* ${'x'.repeat(5_000)} */ INTO t`, /^INSERT $/],
    [
      'strings with quotes of others',
      `REPLACE INTO t VALUES ('"\`', "${"'".repeat(5_000)}")`,
      /^REPLACE INTO t VALUES \(/,
    ],
    ['nothing but a string', `'${'x'.repeat(5_000)}'`, /^$/],
  ];
  for (const [name, text, head] of cases) {
    it(`ends before ${name} is cut`, () => assert.match(headOf(text, mysqlLexing), head));
  }

  const long = 'x'.repeat(70_000);
  const texts: readonly (readonly [name: string, text: string, later: readonly string[]])[] = [
    ['one statement', `INSERT INTO t VALUES ('${long}');\n `, []],
    ['one behind', `INSERT INTO t VALUES ('${long}'); SHOW BACKUP`, ['SHOW BACKUP']],
    ['semicolons in strings', `INSERT INTO t VALUES ('a;b''c;', "d;\\";", '\\\\'); A`, ['A']],
    ['semicolons in names and comments', 'SELECT `a;b` /* c;d */ -- e;f\n # g;h\n; B; C', ['B; C', 'C']],
    ['a string that does not end', `SELECT 'a; BACKUP`, []],
  ];
  for (const [name, text, later] of texts) {
    it(`is found of each statement in a text with ${name}`, () =>
      assert.deepEqual(headsOf(text, mysqlLexing).slice(1), later));
  }

  it('knows that a backslash may be a letter', () => {
    const lexing = { ...mysqlLexing, noBackslashEscapes: true };
    assert.deepEqual(headsOf(`SELECT 'a\\'; B`, lexing).slice(1), ['B']);
  });

  it('is read of bulk data alone', () => {
    assert.equal(isBulk('x'.repeat(64 * 1_024)), false);
    assert.equal(isBulk('x'.repeat(64 * 1_024 + 1)), true);
  });
});
