import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Engine } from '../support.ts';

/** Expressions and the texts that a MariaDB 10.11 server gave for them. */
const cases: readonly (readonly [expression: string, expected: string])[] = [
  ["IF(1>0,'yes','no')", 'yes'],
  ['IF(NULL,1,2)', '2'],
  ["IFNULL(NULL,'x')", 'x'],
  ["NULLIF('a','b')", 'a'],
  ['COALESCE(NULL,NULL,3)', '3'],
  ["IF(1, 1, 'a')", '1'],
  ["IF('a', 1, 2)", '2'],
  ["FIELD('b','a','b','c')", '2'],
  ['FIELD(2, 1, 2)', '2'],
  ["FIELD('x','a')", '0'],
  ["FIELD(NULL, 'a')", '0'],
  ["ELT(2,'a','b')", 'b'],
  ["ELT(5,'a')", 'NULL'],
  ['GREATEST(2,0)', '2'],
  ['GREATEST(34.0,3.0,5.0)', '34.0'],
  ["GREATEST('B','A','C')", 'C'],
  ["LEAST('b','A','C')", 'A'],
  ['GREATEST(1,NULL)', 'NULL'],
  ['LEAST(1, 2.5)', '1.0'],
  ["GREATEST('a','B')", 'B'],
  ['INTERVAL(23, 1, 15, 17, 30, 44, 200)', '3'],
  ['INTERVAL(10, 1, 10, 100, 1000)', '2'],
  ['INTERVAL(22, 23, 30)', '0'],
  ["COALESCE(NULL, 'a')", 'a'],
];

describe('flow control functions answer as MySQL', () => {
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
