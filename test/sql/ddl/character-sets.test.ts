import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  characterSetOf,
  characterSets,
  collations,
  findCharacterSet,
  findCollation,
} from '../../../src/sql/ddl/character-sets.ts';

describe('character sets', () => {
  it('are MySQL 8.0’s: 41 of them with 286 collations', () => {
    assert.equal(characterSets.length, 41);
    assert.equal(collations.length, 286);
    assert.equal(new Set(collations.map(({ id }) => id)).size, 286);
  });

  it('have one default collation each', () => {
    for (const { name, defaultCollation } of characterSets) {
      const defaults = collations.filter((each) => each.characterSet === name && each.isDefault);
      assert.deepEqual(
        defaults.map((each) => each.name),
        [defaultCollation],
      );
    }
  });

  it('have the numbers that column definitions carry', () => {
    const ids = [
      'utf8mb3_general_ci',
      'utf8mb4_general_ci',
      'binary',
      'utf8mb4_0900_ai_ci',
      'latin1_swedish_ci',
    ];
    assert.deepEqual(
      ids.map((name) => findCollation(name)?.id),
      [33, 45, 63, 255, 8],
    );
  });

  it('are found in any case and by the old name of utf8mb3', () => {
    assert.equal(findCharacterSet('UTF8')?.name, 'utf8mb3');
    assert.equal(findCollation('UTF8_Bin')?.name, 'utf8mb3_bin');
    assert.equal(findCharacterSet('nonsense'), undefined);
    assert.equal(characterSetOf('latin1_bin'), 'latin1');
    assert.equal(characterSetOf('newer_0900_ai_ci'), 'newer');
  });

  it('pad with blanks unless they are of the 0900 family', () => {
    assert.equal(findCollation('utf8mb4_0900_bin')?.padsSpaces, false);
    assert.equal(findCollation('binary')?.padsSpaces, false);
    assert.equal(findCollation('utf8mb4_bin')?.padsSpaces, true);
  });
});
