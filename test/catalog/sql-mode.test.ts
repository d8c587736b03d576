import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readSqlMode } from '../../src/catalog/sql-mode.ts';

describe('sql_mode', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['', ''],
    ['STRICT_TRANS_TABLES,ANSI_QUOTES,strict_trans_tables', 'ANSI_QUOTES,STRICT_TRANS_TABLES'],
    [' NO_ZERO_DATE , ', 'NO_ZERO_DATE'],
    ['ANSI', 'REAL_AS_FLOAT,PIPES_AS_CONCAT,ANSI_QUOTES,IGNORE_SPACE,ONLY_FULL_GROUP_BY,ANSI'],
    ['NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION', 'NO_ENGINE_SUBSTITUTION'],
    ['0', ''],
    ['4194336', 'ONLY_FULL_GROUP_BY,STRICT_ALL_TABLES'],
    ['262144', 'REAL_AS_FLOAT,PIPES_AS_CONCAT,ANSI_QUOTES,IGNORE_SPACE,ONLY_FULL_GROUP_BY,ANSI'],
    [
      '1168113696',
      'ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION',
    ],
  ];
  for (const [given, kept] of cases) {
    it(`'${given}' is kept as '${kept}'`, () =>
      assert.deepEqual(readSqlMode(given), { kind: 'mode', text: kept }));
  }

  it('names the word that is no mode', () =>
    assert.deepEqual(readSqlMode('ANSI,nonsense'), { kind: 'unknown', word: 'NONSENSE' }));

  it('refuses a number with bits that are no mode', () =>
    assert.deepEqual(readSqlMode('256'), { kind: 'unknown', word: '256' }));
});
