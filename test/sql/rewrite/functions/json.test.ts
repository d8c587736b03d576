import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Engine } from '../support.ts';

/** Expressions and the texts that a MariaDB 10.11 server gave for them. */
const cases: readonly (readonly [expression: string, expected: string])[] = [
  [`JSON_EXTRACT('{"a": {"b": [1, 2, 3]}}', '$.a.b[1]')`, '2'],
  ["JSON_LENGTH('[1,2,3]')", '3'],
  ["JSON_VALID('{}')", '1'],
  ["JSON_VALID('x')", '0'],
  ["JSON_TYPE('[1]')", 'ARRAY'],
  ["JSON_OBJECT('a', 1, 'b', 'x')", `{"a": 1, "b": "x"}`],
  ["JSON_ARRAY(1, 'a', NULL)", `[1, "a", null]`],
  [`JSON_KEYS('{"a":1,"b":2}')`, `["a", "b"]`],
  ["JSON_CONTAINS('[1,2]', '1')", '1'],
  [`JSON_QUOTE('a"b')`, `"a\\"b"`],
];

describe('JSON functions answer as MySQL', () => {
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
