import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { SqlError } from '../../../src/base/sql-error.ts';
import { rewritten } from './support.ts';

/** Pieces of statements, put together at random. */
const pieces =
  `SELECT FROM people orders p id name pay born WHERE GROUP BY ORDER HAVING LIMIT WITH x AS ( ) , . * + - / % ^ | & ~ !
  = <=> <> < > AND OR NOT XOR IN BETWEEN LIKE REGEXP IS NULL TRUE CASE WHEN THEN ELSE END JOIN LEFT ON USING UNION ALL DISTINCT
  COUNT SUM AVG CONCAT IF CAST SIGNED CHAR DATE INTERVAL DAY DATE_ADD EXTRACT YEAR TRIM SUBSTRING OVER PARTITION ROWS ? @v @@version
  'a' "b" 1 2.5 1e3 x'41' b'1' COLLATE utf8mb4_bin BINARY EXISTS ANY ROW VALUES ROLLUP -> ->> := || && { } d ;`.split(
    /\s+/,
  );

/** Runs are bounded: enough to walk every rule many times, within a second or two. */
const runs = 3_000;

function check(text: string): void {
  try {
    rewritten(text);
  } catch (error) {
    assert.ok(error instanceof SqlError, `${text}\n${String(error instanceof Error ? error.stack : error)}`);
  }
}

describe('the rewriter never throws anything but SqlError', () => {
  it('for words in any order', () => {
    const statement = fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(statement, (words) => check(`SELECT ${words.join(' ')}`)),
      { numRuns: runs, seed: 1 },
    );
  });

  it('for good statements with a piece cut, doubled or replaced', () => {
    const good = [
      "SELECT p.id, COUNT(*) c, GROUP_CONCAT(DISTINCT name ORDER BY name DESC SEPARATOR ';') FROM people p LEFT JOIN orders o ON o.person = p.id WHERE p.born BETWEEN '1990-01-01' AND NOW() - INTERVAL 1 DAY GROUP BY p.id WITH ROLLUP HAVING c > 1 ORDER BY 2 DESC LIMIT 3, 4",
      "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 5) SELECT CASE n WHEN 1 THEN CAST(n AS CHAR(3)) ELSE SUBSTRING('abc' FROM 2 FOR 1) END, SUM(n) OVER (PARTITION BY n % 2 ORDER BY n ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM t WHERE (n, 1) IN ((1, 1), (2, 1)) AND n > ANY (SELECT id FROM people)",
    ].map((text) => text.split(' '));
    const change = fc.tuple(fc.constantFrom(...good), fc.nat(), fc.nat(2), fc.constantFrom(...pieces));
    fc.assert(
      fc.property(change, ([words, at, kind, piece]) => {
        const index = at % words.length;
        const inserted = kind === 0 ? [] : kind === 1 ? [words[index] ?? '', piece] : [piece];
        check([...words.slice(0, index), ...inserted, ...words.slice(index + 1)].join(' '));
      }),
      { numRuns: runs, seed: 2 },
    );
  });
});
