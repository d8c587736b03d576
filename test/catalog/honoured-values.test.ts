import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { partlyHonoured, requireHonoured } from '../../src/catalog/honoured-values.ts';
import { globalVariables } from './support.ts';

describe('values of variables that are heeded', () => {
  it('are the start values at least', () => {
    for (const name of partlyHonoured) requireHonoured(name, globalVariables.find(name)?.default);
  });

  for (const [name, value] of [
    ['SQL_AUTO_IS_NULL', 'off'],
    ['completion_type', 'no_chain'],
    ['completion_type', 1],
    ['auto_increment_increment', 1],
    ['sql_mode', 'ANSI'],
    ['lc_time_names', 'en_us'],
  ] as const) {
    it(`have ${name} = ${value}`, () => requireHonoured(name, value));
  }

  for (const [name, value] of [
    ['Completion_Type', 'RELEASE'],
    ['require_row_format', 'ON'],
    ['completion_type', 2],
    ['auto_increment_offset', 5n],
    ['lc_time_names', 'de_DE'],
    ['sql_quote_show_create', 0],
    ['insert_id', 700],
  ] as const) {
    it(`have not ${name} = ${value}`, () =>
      assert.throws(() => requireHonoured(name, value), {
        kind: 'not_supported',
        message: `This version of Holdfast doesn't yet support '${name.toLowerCase()} = ${value}'`,
        hint: /^It can be \w+ (?:alone|or \w+)\.$/,
      }));
  }
});
