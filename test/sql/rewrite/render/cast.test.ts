import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Engine } from '../support.ts';

/** Expressions and the texts that a MariaDB 10.11 server gave for them. */
const cases: readonly (readonly [expression: string, expected: string])[] = [
  ["CAST('123abc' AS SIGNED)", '123'],
  ["CAST('abc' AS SIGNED)", '0'],
  ['CAST(-1 AS UNSIGNED)', '18446744073709551615'],
  ['CAST(1.5 AS SIGNED)', '2'],
  ['CAST(2.5 AS UNSIGNED)', '3'],
  ["CAST('1.9' AS SIGNED)", '1'],
  ['CAST(123 AS CHAR)', '123'],
  ["CAST('abc' AS CHAR(2))", 'ab'],
  ["CAST('2024-03-05' AS DATE)", '2024-03-05'],
  ["CAST('2024-03-05 10:11:12' AS DATETIME)", '2024-03-05 10:11:12'],
  ["CAST('10:11:12' AS TIME)", '10:11:12'],
  ['CAST(1.256 AS DECIMAL(10,2))', '1.26'],
  ["CAST('12.345' AS DECIMAL(5,1))", '12.3'],
  ["CAST('abc' AS DECIMAL)", '0'],
  ['CAST(20240305 AS DATE)', '2024-03-05'],
  ['CAST(NULL AS SIGNED)', 'NULL'],
  ["CONVERT('123', SIGNED)", '123'],
  ["CONVERT('abc' USING utf8mb4)", 'abc'],
  ["CAST('a' AS BINARY)", 'a'],
  ['CAST(1e3 AS CHAR)', '1000'],
  ['CAST(1/3 AS CHAR)', '0.3333'],
  ['CAST(TRUE AS CHAR)', '1'],
  ["CAST('5' AS DOUBLE)", '5'],
  ["CAST('x' AS CHAR CHARACTER SET utf8mb4)", 'x'],
];

describe('casts answer as MySQL', () => {
  let engine: Engine;
  before(async () => {
    engine = await Engine.open();
  });
  after(async () => {
    await engine[Symbol.asyncDispose]();
  });

  for (const [expression, expected] of cases) {
    it(expression, async () => {
      assert.deepEqual(await engine.ask(`SELECT ${expression}`), [[expected]]);
    });
  }
});
