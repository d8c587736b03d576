import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseWritten } from '../../../src/sql/json/parse.ts';
import { JsonSchema, schemaReport } from '../../../src/sql/json/schema.ts';
import { isObject } from '../../../src/sql/json/value.ts';

function schemaOf(text: string): JsonSchema {
  const schema = parseWritten(text);
  assert(isObject(schema));
  return new JsonSchema(schema);
}

/** Keyword, place in the schema and place in the document; 'valid' where nothing fails. */
function judged(schema: string, document: string): string {
  const failure = schemaOf(schema).failureOf(parseWritten(document));
  return failure === undefined ? 'valid' : `${failure.keyword} ${failure.schema} ${failure.document}`;
}

describe('a JSON schema', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['{}', '5', 'valid'],
    ['{"type": "integer"}', '1.0', 'type # #'],
    ['{"type": ["integer", "null"]}', 'null', 'valid'],
    ['{"properties": {"a b": {"minimum": 3}}}', '{"a b": 1}', 'minimum #/properties/a%20b #/a%20b'],
    ['{"maximum": 9007199254740992}', '9007199254740993', 'maximum # #'],
    ['{"multipleOf": 0.1}', '0.3', 'valid'],
    ['{"minLength": 3}', '"é日"', 'minLength # #'],
    ['{"items": [{"type": "string"}], "additionalItems": false}', '["a", 1]', 'additionalItems # #/1'],
    ['{"uniqueItems": true}', '[1, 2, 1.0]', 'uniqueItems # #/2'],
    ['{"required": ["a"], "additionalProperties": false}', '{"a": 1}', 'valid'],
    ['{"dependencies": {"a": ["b"]}}', '{"a": 1}', 'dependencies # #'],
    ['{"enum": [1], "not": {}}', '2', 'enum # #'],
    [
      '{"properties": {"x": {"$ref": "#/definitions/p"}}, "definitions": {"p": {"type": "string"}}}',
      '{"x": 1}',
      'type #/definitions/p #/x',
    ],
    ['{"patternProperties": {"^a": {"type": "string"}}}', '{"ab": 1}', 'patternProperties # #/ab'],
    ['{"minimum": "3", "minLength": -1, "properties": 5}', '{"a": 1}', 'valid'],
  ];
  for (const [schema, document, expected] of cases) {
    it(`${schema} of ${document} is ${expected}`, () => assert.equal(judged(schema, document), expected));
  }

  const patterns: readonly (readonly [string, string, boolean])[] = [
    [String.raw`^\\d{3}-\\d{4}$`, '555-1234', true],
    [String.raw`^[\\w.-]+@[a-z]+\\.[a-z]{2,}$`, 'a.b@c.de', true],
    [String.raw`^[\\w.-]+@[a-z]+\\.[a-z]{2,}$`, 'a.b@c', false],
    ['^b$', String.raw`b\n`, false],
    ['^.$', 'é', false],
    ['^[é]+$', 'é', true],
    [String.raw`^[^\\s]*$`, 'a b', false],
    [String.raw`\\bb\\B`, 'a bc', true],
    ['^(a|b)(?!c)', 'bc', false],
    ['^[]a]$', 'a', false],
    ['^[a-]$', '-', true],
    ['^[+--]$', ',', true],
    ['(', 'x', true],
    ['a{', 'x', true],
    ['(?<=a)x', 'y', true],
  ];
  for (const [pattern, text, expected] of patterns) {
    it(`has the pattern ${pattern} in ${text}: ${expected}`, () => {
      assert.equal(judged(`{"pattern": "${pattern}"}`, `"${text}"`) === 'valid', expected);
    });
  }

  const refused: readonly (readonly [string, string])[] = [
    ['{"properties": {"x": {"$ref": "http://example.com/a"}}}', 'not_supported'],
    ['{"properties": {"x": {"$ref": "#"}}}', 'json_depth'],
    ['{"pattern": "[[:alpha:]]"}', 'not_supported'],
    ['{"pattern": "a++"}', 'not_supported'],
    [String.raw`{"pattern": "[\\D]"}`, 'not_supported'],
  ];
  for (const [schema, kind] of refused) {
    it(`${schema} is ${kind}`, () => assert.throws(() => judged(schema, '"x"'), { kind }));
  }

  it('is reported with the place of the failure', () => {
    const failure = { keyword: 'type', schema: '#/a', document: '#/b' };
    assert.equal(
      schemaReport(failure),
      `{"valid": false, "reason": "The JSON document location '#/b' failed requirement 'type' at JSON Schema location '#/a'", ` +
        '"schema-location": "#/a", "document-location": "#/b", "schema-failed-keyword": "type"}',
    );
    assert.equal(schemaReport(undefined), '{"valid": true}');
  });
});
