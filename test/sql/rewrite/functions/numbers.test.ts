import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Engine } from '../support.ts';

/** Expressions and the texts that a MariaDB 10.11 server gave for them. */
const cases: readonly (readonly [expression: string, expected: string])[] = [
  ['BIN(12)', '1100'],
  ['OCT(12)', '14'],
  ["CONV('a',16,2)", '1010'],
  ['CONV(6,10,2)', '110'],
  ["CONV('6E',18,8)", '172'],
  ['CONV(-17,10,-18)', '-H'],
  ["CRC32('MySQL')", '3259397556'],
  ["CRC32('mysql')", '2501908538'],
  ["CRC32('')", '0'],
  ['ROUND(1.5)', '2'],
  ['ROUND(-1.5)', '-2'],
  ['ROUND(1.298, 1)', '1.3'],
  ['ROUND(1.298, 0)', '1'],
  ['ROUND(23.298, -1)', '20'],
  ['ROUND(150, -2)', '200'],
  ['ROUND(15, -1)', '20'],
  ['ROUND(2.5e0)', '2'],
  ['ROUND(3.5e0)', '4'],
  ["ROUND('2.567', 1)", '2.6'],
  ['TRUNCATE(1.999,1)', '1.9'],
  ['TRUNCATE(-1.999,1)', '-1.9'],
  ['TRUNCATE(122,-2)', '100'],
  ['TRUNCATE(10.28*100,0)', '1028'],
  ['CEIL(1.23)', '2'],
  ['CEIL(-1.23)', '-1'],
  ['FLOOR(1.23)', '1'],
  ['FLOOR(-1.23)', '-2'],
  ['ABS(-32)', '32'],
  ["ABS('-3.5')", '3.5'],
  ['SIGN(-32)', '-1'],
  ['SIGN(0)', '0'],
  ['MOD(234,10)', '4'],
  ['MOD(29,9)', '2'],
  ['MOD(34.5,3)', '1.5'],
  ['SQRT(4)', '2'],
  ['SQRT(-16)', 'NULL'],
  ['POW(2,-2)', '0.25'],
  ['POW(2.5,2)', '6.25'],
  ['EXP(2)', '7.38905609893065'],
  ['LN(2)', '0.6931471805599453'],
  ['LN(0)', 'NULL'],
  ['LOG(2,65536)', '16'],
  ['LOG(10,100)', '2'],
  ['LOG(1,100)', 'NULL'],
  ['LOG2(65536)', '16'],
  ['LOG10(0)', 'NULL'],
  ['SIN(PI())', '1.2246467991473532e-16'],
  ['COS(PI())', '-1'],
  ['TAN(1)', '1.5574077246549023'],
  ['ACOS(1)', '0'],
  ['ACOS(1.0001)', 'NULL'],
  ['ASIN(0.2)', '0.2013579207903308'],
  ['ATAN(2)', '1.1071487177940904'],
  ['ATAN(-2,2)', '-0.7853981633974483'],
  ['ATAN2(PI(),0)', '1.5707963267948966'],
  ['COT(12)', '-1.5726734063976893'],
  ['DEGREES(PI())', '180'],
  ['RADIANS(90)', '1.5707963267948966'],
  ['PI()*2', '6.283185'],
  ['BIT_COUNT(29)', '4'],
  ["BIT_COUNT(b'101010')", '3'],
  ["INET_ATON('10.0.5.9')", '167773449'],
  ['INET_NTOA(167773449)', '10.0.5.9'],
];

describe('mathematical functions answer as MySQL', () => {
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
