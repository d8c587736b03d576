import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SqlError } from '../../../src/base/sql-error.ts';
import { type JsonArguments, jsonCaller } from '../../../src/sql/json/functions.ts';

/** Calls and what MySQL 9 answers. */
const answers: readonly (readonly [name: string, values: JsonArguments, answer: string | null])[] = [
  ['WRITTEN', ['{"b":1,"a":2, "aa":3, "b":7}'], '{"a": 2, "b": 7, "aa": 3}'],
  ['WRITTEN', ['"é😀\\u0041\\/"'], '"é😀A/"'],
  ['WRITTEN OR NULL', ['[1,]'], null],
  ['DOCUMENT', ['{"b":1.50,"a":2}'], '{"a": 2, "b": 1.50}'],
  ['JSON_SET', ['{"a": 1}', '$', 'null'], 'null'],
  [
    'JSON_SET',
    ['{"a": 1, "b": [2, 3]}', '$.b[5]', '9', '$.d.e', '1', '$.a[1]', '6'],
    '{"a": [1, 6], "b": [2, 3, 9]}',
  ],
  ['JSON_INSERT', ['[1, 2]', '$[last-5]', '0'], '[0, 1, 2]'],
  ['JSON_REPLACE', ['[1]', '$[1]', '9'], '[1]'],
  ['JSON_REMOVE', ['{"a": 1}', '$.a[0][0]'], '{}'],
  ['JSON_REMOVE', ['1', '$[0]'], '1'],
  ['JSON_REMOVE', ['{"a": 1}', '$.a[1]'], '{"a": 1}'],
  ['JSON_ARRAY_APPEND', ['{"a": 1}', '$', '"z"'], '[{"a": 1}, "z"]'],
  ['JSON_ARRAY_INSERT', ['[1, 2, 3]', '$[last]', '9'], '[1, 2, 9, 3]'],
  ['JSON_ARRAY_INSERT', ['{"B": []}', '$[0].B[2]', '1'], '{"B": []}'],
  ['JSON_MERGE_PATCH', [null, '[1]'], '[1]'],
  ['JSON_MERGE_PATCH', [null, '{"a": 1}'], null],
  ['JSON_MERGE_PATCH', ['{"a": 1}', null, '[2]'], '[2]'],
  ['JSON_MERGE_PRESERVE', ['{"a": 1}', '{"a": {"b": 2}}'], '{"a": [1, {"b": 2}]}'],
  ['JSON_SEARCH', ['{"a b": "x", "c": ["X", "x"]}', 'all', 'x', null], '["$.c[1]", "$.\\"a b\\""]'],
  ['JSON_SEARCH', ['"abc"', 'one', 'a%', null, '$[0]'], null],
  ['JSON_SEARCH', ['["x%y", "xzy"]', 'all', 'x|%y', '|'], '"$[0]"'],
  ['JSON_CONTAINS', ['[1, 2, [3]]', '3'], '1'],
  ['JSON_CONTAINS', ['[1.0]', '1'], '1'],
  ['JSON_CONTAINS', ['{"a": [1, {"b": 2}]}', '{"a": {"b": 2}}'], '1'],
  ['JSON_CONTAINS', ['1', '[1]'], '0'],
  ['JSON_CONTAINS_PATH', ['{"a": 1}', 'one', '$.a', null], '1'],
  ['JSON_CONTAINS_PATH', ['{"a": 1}', 'ALL', '$.a', null], null],
  ['JSON_OVERLAPS', ['{"a": 1, "d": 10}', '{"d": 10}'], '1'],
  ['JSON_EXTRACT', ['{"a": {"b": [1, 2]}}', '$**[0]'], '[{"a": {"b": [1, 2]}}, {"b": [1, 2]}, 1, 2]'],
  ['COMPARE', ['1', '1.0'], '0'],
];

/** Calls and the error that MySQL 9 gives. */
const mistakes: readonly (readonly [name: string, values: JsonArguments, kind: string])[] = [
  ['JSON_SET', ['{}', '$.*', '1'], 'json_path_wild'],
  ['JSON_REMOVE', ['{}', '$'], 'json_vacuous_path'],
  ['JSON_ARRAY_INSERT', ['[]', '$.a', '1'], 'json_path_no_cell'],
  ['JSON_CONTAINS_PATH', ['{}', 'some', '$.a'], 'json_one_or_all'],
  ['JSON_OBJECT', [null, '1'], 'json_null_name'],
  ['WRITTEN', [`${'['.repeat(101)}${']'.repeat(101)}`], 'json_depth'],
  ['JSON_EXTRACT', ['{}', '$**'], 'json_path'],
];

describe('JSON functions', () => {
  for (const [name, values, answer] of answers) {
    it(`${name}(${values.join(', ')}) is ${answer}`, () => {
      assert.equal(jsonCaller()(name, values), answer);
    });
  }

  for (const [name, values, kind] of mistakes) {
    it(`${name}(${values.join(', ').slice(0, 60)}) fails with ${kind}`, () => {
      assert.throws(
        () => jsonCaller()(name, values),
        (error) => error instanceof SqlError && error.kind === kind,
      );
    });
  }
});
