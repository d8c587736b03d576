import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import { regexpCaller } from '../../../src/sql/regular-expressions/functions.ts';
import { duckdbText } from '../../../src/sql/duckdb-quote.ts';
import { plainPattern } from '../../../src/sql/rewrite/plain-pattern.ts';

const patterns: readonly string[] = [
  'abc',
  '^ab.*c$',
  'a.c',
  '[a-c]+x?',
  '[^a]b',
  'SS',
  'st',
  'ffi',
  'first',
  '(a|b)c',
  '(?:ab){2,3}$',
  String.raw`\.com$`,
  'k',
  's+',
  '1-2',
  'x{0,2}y',
  '^$',
];

const texts: readonly string[] = [
  '',
  'abc',
  'ABC',
  'ab\nc',
  'abc\n',
  'abc\r\n',
  'ab\u2028c',
  'ß',
  'ſſ',
  'ﬆ',
  'ﬁrst',
  'ﬃ',
  'K',
  'xbc',
  'ababab',
  'a.com',
  'acom',
  'xxy',
  'b1-2',
  'First',
  'ss',
];

describe('plain patterns', () => {
  it('find with RE2 what ours finds', async () => {
    const instance = await DuckDBInstance.create();
    const connection = await instance.connect();
    let compared = 0;
    for (const pattern of patterns) {
      for (const option of ['c', 'i'] as const) {
        const plain = plainPattern(pattern, option === 'c');
        if (plain === undefined) continue;
        const calls = texts.map(
          (text) => `regexp_matches(${duckdbText(text)}, ${duckdbText(plain)}, '${option}')`,
        );
        const found = await connection.runAndReadAll(`SELECT [${calls.join(', ')}]::VARCHAR`);
        const ours = texts.map((text) => regexpCaller()('REGEXP_LIKE', [text, pattern, option]) === '1');
        assert.equal(found.getRows()[0]?.[0], `[${ours.join(', ')}]`, `${pattern} ${option}`);
        compared += 1;
      }
    }
    connection.closeSync();
    assert.ok(compared >= patterns.length * 2 - 2);
  });

  for (const pattern of [
    '',
    'a**',
    '(a',
    'a)',
    '*a',
    'a$b',
    String.raw`\w`,
    '[[:alpha:]]',
    '[z-a]',
    'a{2,1}',
    '(?=a)',
    'a{x}',
    'a|*',
    '[a',
    'é',
    'a++',
  ]) {
    it(`leave '${pattern}' to ours`, () => {
      assert.equal(plainPattern(pattern, true), undefined);
    });
  }
});
