import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Engine } from '../support.ts';

/** Expressions and the texts that a MariaDB 10.11 server gave for them. */
const cases: readonly (readonly [expression: string, expected: string])[] = [
  ["CONCAT('a',1,2.5)", 'a12.5'],
  ["CONCAT('a',NULL)", 'NULL'],
  ["CONCAT_WS('-','a',NULL,'b')", 'a-b'],
  ['CONCAT(1)', '1'],
  ["CONCAT(1.50, '|', 2e0, '|', TRUE)", '1.50|2|1'],
  ["LENGTH('héllo')", '6'],
  ["CHAR_LENGTH('héllo')", '5'],
  ["BIT_LENGTH('ab')", '16'],
  ["OCTET_LENGTH('abc')", '3'],
  ["UPPER('abc')", 'ABC'],
  ["LOWER('ABC')", 'abc'],
  ["UCASE('x')", 'X'],
  ["LCASE('X')", 'x'],
  ["REVERSE('hello')", 'olleh'],
  ["REPEAT('ab', 3)", 'ababab'],
  ["REPEAT('a',0)", ''],
  ['SPACE(3)', '   '],
  ["LEFT('hello', 2)", 'he'],
  ["RIGHT('hello', 3)", 'llo'],
  ["LEFT('hello', 0)", ''],
  ["LEFT('hi', 10)", 'hi'],
  ["LEFT('a', -1)", ''],
  ["MID('hello', 2, 3)", 'ell'],
  ["SUBSTR('hello', 2)", 'ello'],
  ["SUBSTRING('hello', -3)", 'llo'],
  ["SUBSTRING('hello', -3, 2)", 'll'],
  ["SUBSTRING('hello', 0)", ''],
  ["SUBSTRING('hello' FROM 2)", 'ello'],
  ["SUBSTRING('hello', 2, -1)", ''],
  ["LOCATE('l','hello')", '3'],
  ["LOCATE('L','hello')", '3'],
  ["LOCATE('l','hello',4)", '4'],
  ["LOCATE('z','hello')", '0'],
  ["INSTR('hello','ll')", '3'],
  ["POSITION('l' IN 'hello')", '3'],
  ["LOCATE('', 'abc')", '1'],
  ["INSTR('abc','')", '1'],
  ["LPAD('hi',5,'ab')", 'abahi'],
  ["RPAD('hi',5,'ab')", 'hiaba'],
  ["LPAD('hello',2,'x')", 'he'],
  ["TRIM('  x ')", 'x'],
  ["LTRIM('  x')", 'x'],
  ["RTRIM('x  ')", 'x'],
  ["TRIM(TRAILING 'ab' FROM 'xabab')", 'x'],
  ["TRIM('a' FROM 'aabaa')", 'b'],
  ["TRIM(BOTH FROM ' a ')", 'a'],
  ["REPLACE('www.mysql.com','w','Ww')", 'WwWwWw.mysql.com'],
  ["INSERT('Quadratic', 3, 4, 'What')", 'QuWhattic'],
  ["INSERT('abc', 0, 1, 'x')", 'abc'],
  ["INSERT('abc', 2, 100, 'x')", 'ax'],
  ["SUBSTRING_INDEX('www.mysql.com','.',2)", 'www.mysql'],
  ["SUBSTRING_INDEX('www.mysql.com','.',-2)", 'mysql.com'],
  ["SUBSTRING_INDEX('abc','x',1)", 'abc'],
  ["SUBSTRING_INDEX('a.b.c','.',10)", 'a.b.c'],
  ["SUBSTRING_INDEX('a.b','.',0)", ''],
  ["SUBSTRING_INDEX('a.b.c','.',-10)", 'a.b.c'],
  ["FIND_IN_SET('b','a,b,c')", '2'],
  ["FIND_IN_SET('B','a,b,c')", '2'],
  ["FIND_IN_SET('x','a,b')", '0'],
  ["ASCII('A')", '65'],
  ["ASCII('')", '0'],
  ["ASCII('é')", '195'],
  ["ORD('a')", '97'],
  ['CHAR(77,121,83)', 'MyS'],
  ['CHAR(65 USING utf8mb4)', 'A'],
  ["HEX('é')", 'C3A9'],
  ['HEX(10)', 'A'],
  ['HEX(-1)', 'FFFFFFFFFFFFFFFF'],
  ["UNHEX('4D')", 'M'],
  ['FORMAT(12332.123456, 4)', '12,332.1235'],
  ['FORMAT(12332.1,4)', '12,332.1000'],
  ['FORMAT(12332.2,0)', '12,332'],
  ['FORMAT(-1234.5, 2)', '-1,234.50'],
  ['FORMAT(0.5, 0)', '1'],
  ['FORMAT(1e10, 1)', '10,000,000,000.0'],
  ["STRCMP('a','b')", '-1'],
  ["STRCMP('A','a')", '0'],
  ["STRCMP('b','a')", '1'],
  ["SOUNDEX('Hello')", 'H400'],
  ["SOUNDEX('Quadratically')", 'Q36324'],
  [`QUOTE('Don\\'t')`, `'Don\\'t'`],
  ['QUOTE(NULL)', 'NULL'],
  ["MD5('a')", '0cc175b9c0f1b6a831c399e269772661'],
  ["SHA1('a')", '86f7e437faa5a7fce15d1ddcb9eaeaea377667b8'],
  ["SHA2('a',256)", 'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb'],
  ["TO_BASE64('abc')", 'YWJj'],
  ["FROM_BASE64('YWJj')", 'abc'],
  ["HEX(b'111')", '07'],
  ["CONCAT('a', NULL)", 'NULL'],
  [
    "CONCAT(DATE '2024-01-01', ' ', TIME '10:00:00', ' ', TIMESTAMP '2024-01-01 00:00:00')",
    '2024-01-01 10:00:00 2024-01-01 00:00:00',
  ],
  ["LENGTH(DATE '2024-01-01')", '10'],
  ["LEFT(TIMESTAMP '2024-01-01 10:00:00', 10)", '2024-01-01'],
  ["REGEXP_REPLACE('abc def ghi', '[a-z]+', 'X')", 'X X X'],
  ["REGEXP_SUBSTR('abc def ghi', '[a-z]+$')", 'ghi'],
  ["REGEXP_INSTR('dog cat dog', 'cat')", '5'],
  [`REGEXP_REPLACE('a1b2', '([0-9])', '<\\\\1>')`, 'a<1>b<2>'],
];

describe('string functions answer as MySQL', () => {
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
