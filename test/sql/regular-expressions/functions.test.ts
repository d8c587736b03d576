import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { regexpCaller } from '../../../src/sql/regular-expressions/functions.ts';

type Case = readonly [name: string, values: readonly (string | null)[], expected: string | null];

/** Answers of MySQL 9.7. */
const cases: readonly Case[] = [
  ['REGEXP_LIKE', ['abc', 'B', 'i'], '1'],
  ['REGEXP_LIKE', ['abc', 'B', 'ic'], '0'],
  ['REGEXP_LIKE', ['a\nb', 'a.b', 'c'], '0'],
  ['REGEXP_LIKE', ['a\nb', 'a.b', 'cn'], '1'],
  ['REGEXP_LIKE', ['a\nb', '^b', 'cm'], '1'],
  ['REGEXP_LIKE', ['a\r\n', 'a$', 'c'], '1'],
  ['REGEXP_LIKE', ['a\r\n', 'a$', 'cu'], '0'],
  ['REGEXP_LIKE', ['a\nb\n', '^$', 'cm'], '0'],
  ['REGEXP_LIKE', ['abc', null, 'c'], null],
  ['REGEXP_LIKE', ['foo', 'fo(?=o)', 'c'], '1'],
  ['REGEXP_LIKE', ['foo', '(?<!f)oo', 'c'], '0'],
  ['REGEXP_LIKE', ['aaaa', '(?<=a{1,3})a', 'c'], '1'],
  ['REGEXP_LIKE', ['aaa', 'a++a', 'c'], '0'],
  ['REGEXP_LIKE', ['aaa', '(?>a+)a', 'c'], '0'],
  ['REGEXP_LIKE', ['aA', String.raw`(a)\1`, 'i'], '1'],
  ['REGEXP_LIKE', ['aA', String.raw`(a)\1`, 'c'], '0'],
  ['REGEXP_LIKE', ['abcdefghija x', String.raw`(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)\1 x`, 'c'], '1'],
  ['REGEXP_LIKE', ['a b', '(?x)a b', 'c'], '0'],
  ['REGEXP_LIKE', ['éword', String.raw`\bword`, 'c'], '0'],
  ['REGEXP_LIKE', ['éa', String.raw`^\w`, 'c'], '1'],
  ['REGEXP_LIKE', ['ß', '^ss$', 'i'], '1'],
  ['REGEXP_LIKE', ['ß', 's', 'i'], '0'],
  ['REGEXP_LIKE', ['ı', 'i', 'i'], '0'],
  ['REGEXP_LIKE', ['abc', '[[:alpha:]--[abc]]', 'c'], '0'],
  ['REGEXP_LIKE', ['abc', '[]a]', 'c'], '1'],
  ['REGEXP_LIKE', ['Ω', String.raw`\p{script=Greek}`, 'c'], '1'],
  ['REGEXP_LIKE', ['\r\n', String.raw`^\R$`, 'c'], '1'],
  ['REGEXP_INSTR', ['dog cat dog', 'dog', 'c', '1', '2', '1'], '12'],
  ['REGEXP_INSTR', ['a😀b😀c', '😀', 'c', '3'], '4'],
  ['REGEXP_INSTR', ['xfoo', '(?<=x)foo', 'c', '2'], '0'],
  ['REGEXP_INSTR', ['', 'a', 'c', '2'], '0'],
  ['REGEXP_SUBSTR', ['xfoo', '(?<=x)foo', 'c', '2'], 'foo'],
  ['REGEXP_SUBSTR', ['abc def ghi', '[a-z]+', 'c', '1', '3'], 'ghi'],
  ['REGEXP_SUBSTR', ['abc', 'x*', 'c'], ''],
  ['REGEXP_SUBSTR', ['abc', 'z', 'c'], null],
  ['REGEXP_SUBSTR', ['aaab', '(a|aa)+b', 'c'], 'aaab'],
  ['REGEXP_REPLACE', ['abc', 'x*', 'c', '-'], '-a-b-c-'],
  ['REGEXP_REPLACE', ['abc', '(b)', 'c', '$12'], 'ab2c'],
  ['REGEXP_REPLACE', ['abc', '(?<n>b)', 'c', '[${n}]'], 'a[b]c'],
  ['REGEXP_REPLACE', ['abc', 'b', 'c', String.raw`\$x\\`], String.raw`a$x\c`],
  ['REGEXP_REPLACE', ['aaa', 'a', 'c', 'b', '2', '2'], 'aab'],
  ['REGEXP_REPLACE', ['aaa', 'a', 'c', 'b', '1', '-1'], 'baa'],
];

const refused: readonly (readonly [name: string, values: readonly string[], kind: string])[] = [
  ['REGEXP_LIKE', ['abc', '', 'c'], 'regexp_argument'],
  ['REGEXP_LIKE', ['abc', '[[:foo:]]', 'c'], 'regexp_argument'],
  ['REGEXP_LIKE', ['abc', 'a', 'x'], 'execute_arguments'],
  ['REGEXP_LIKE', ['abc', 'a**', 'c'], 'regexp_syntax'],
  ['REGEXP_LIKE', ['abc', '\\', 'c'], 'regexp_escape'],
  ['REGEXP_LIKE', ['abc', '(a', 'c'], 'regexp_parenthesis'],
  ['REGEXP_LIKE', ['abc', 'a{', 'c'], 'regexp_interval'],
  ['REGEXP_LIKE', ['abc', 'a{2,1}', 'c'], 'regexp_interval_order'],
  ['REGEXP_LIKE', ['abc', 'a{99999999999}', 'c'], 'regexp_number'],
  ['REGEXP_LIKE', ['abc', String.raw`\2(a)`, 'c'], 'regexp_back_reference'],
  ['REGEXP_LIKE', ['abc', '(?<=a+)b', 'c'], 'regexp_look_behind'],
  ['REGEXP_LIKE', ['abc', '[a', 'c'], 'regexp_bracket'],
  ['REGEXP_LIKE', ['abc', '[z-a]', 'c'], 'regexp_range'],
  ['REGEXP_LIKE', ['abc', '(?:(?:(?:ab){100}){100}){100}', 'c'], 'regexp_pattern_size'],
  ['REGEXP_LIKE', ['abc', '('.repeat(300), 'c'], 'regexp_pattern_size'],
  ['REGEXP_LIKE', ['a'.repeat(30), '(a*)*b', 'c'], 'regexp_timeout'],
  ['REGEXP_LIKE', ['ab'.repeat(1_000_000), '^(?:a|b)*$', 'c'], 'regexp_timeout'],
  ['REGEXP_LIKE', ['a'.repeat(200_000), 'a{2000}b', 'c'], 'regexp_timeout'],
  ['REGEXP_LIKE', ['abc', '(?<n>a)(?<n>b)', 'c'], 'regexp_group_name'],
  ['REGEXP_LIKE', ['abc', String.raw`\N{DIGIT ONE}`, 'c'], 'not_supported'],
  ['REGEXP_INSTR', ['abc', 'a', 'c', '4'], 'regexp_index'],
  ['REGEXP_INSTR', ['abc', 'a', 'c', '1', '1', '2'], 'execute_arguments'],
  ['REGEXP_SUBSTR', ['abc', 'a', 'c', '0'], 'native_function_parameters'],
  ['REGEXP_SUBSTR', ['abc', 'a', 'c', '5'], 'regexp_index'],
  ['REGEXP_REPLACE', ['abc', 'b', 'c', '$1'], 'regexp_index'],
  ['REGEXP_REPLACE', ['abc', 'b', 'c', '$x'], 'regexp_group_name'],
];

describe('functions of regular expressions', () => {
  for (const [name, values, expected] of cases) {
    it(`${name} of ${JSON.stringify(values)} is ${JSON.stringify(expected)}`, () => {
      assert.equal(regexpCaller()(name, values), expected);
    });
  }
  for (const [name, values, kind] of refused) {
    it(`${name} of ${JSON.stringify(values).slice(0, 60)} is refused as ${kind}`, () => {
      assert.throws(() => regexpCaller()(name, values), { kind });
    });
  }
});
