import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SqlError, type SqlErrorKind } from '../../src/base/sql-error.ts';
import { characterValue, collationOfNames, companionOf } from '../../src/catalog/character-variables.ts';

describe('variables of character sets and collations', () => {
  const values: readonly (readonly [variable: string, given: string, kept: string | undefined])[] = [
    ['character_set_client', 'UTF8', 'utf8mb3'],
    ['character_set_results', 'latin1', 'latin1'],
    ['collation_connection', 'UTF8MB4_Bin', 'utf8mb4_bin'],
    ['collation_connection', '45', 'utf8mb4_general_ci'],
    ['sql_mode', 'x', undefined],
    ['character_set_filesystem', 'x', undefined],
  ];
  for (const [variable, given, kept] of values) {
    it(`${variable} = ${given} is ${kept}`, () => assert.equal(characterValue(variable, given), kept));
  }

  const refused: readonly (readonly [work: () => unknown, kind: SqlErrorKind])[] = [
    [() => characterValue('character_set_client', 'klingon'), 'unknown_character_set'],
    [() => characterValue('collation_connection', 'klingon_ci'), 'unknown_collation'],
    [() => characterValue('collation_connection', '9999'), 'unknown_collation'],
    [() => collationOfNames('utf8mb4', 'latin1_bin'), 'collation_not_valid'],
    [() => collationOfNames('utf8mb4', 'klingon_ci'), 'unknown_collation'],
  ];
  for (const [work, kind] of refused) {
    it(`refuse ${String(work)}`, () => {
      assert.throws(work, (error) => error instanceof SqlError && error.kind === kind);
    });
  }

  it('change two by two', () => {
    assert.deepEqual(companionOf('collation_connection', 'latin1_bin'), {
      name: 'character_set_connection',
      value: 'latin1',
    });
    assert.deepEqual(companionOf('character_set_connection', 'utf8mb3'), {
      name: 'collation_connection',
      value: 'utf8mb3_general_ci',
    });
    assert.equal(companionOf('character_set_client', 'utf8mb4'), undefined);
  });

  it('take the collation of SET NAMES by its character set', () => {
    assert.equal(collationOfNames('utf8mb4', 'UTF8MB4_BIN'), 'utf8mb4_bin');
    assert.equal(collationOfNames(undefined, 'latin1_bin'), 'latin1_bin');
  });
});
