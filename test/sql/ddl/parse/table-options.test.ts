import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { mergeOptions } from '../../../../src/sql/ddl/parse/table-options.ts';
import { failsWith, tableOf } from '../support.ts';

describe('parseTableOption', () => {
  it('reads options with and without equals sign, comma and DEFAULT', () => {
    const { options } = tableOf(
      "CREATE TABLE t (a INT KEY) ENGINE InnoDB AUTO_INCREMENT = 18446744073709551615, CHARACTER SET 'latin1' DEFAULT COLLATE=latin1_bin " +
        "COMMENT='c' STATS_PERSISTENT=1 COMPRESSION='zlib' DATA DIRECTORY '/d' UNION=(a, `b c`) MAX_ROWS 5",
    );
    assert.deepEqual(options, {
      engine: 'InnoDB',
      autoIncrement: 18_446_744_073_709_551_615n,
      characterSet: 'latin1',
      collation: 'latin1_bin',
      comment: 'c',
      other: [
        ['STATS_PERSISTENT', '1'],
        ['COMPRESSION', "'zlib'"],
        ['DATA DIRECTORY', "'/d'"],
        ['UNION', '(`a`,`b c`)'],
        ['MAX_ROWS', '5'],
      ],
    });
  });

  it('gives the character set that a collation belongs to', () => {
    assert.equal(tableOf('CREATE TABLE t (a INT) COLLATE utf8mb4_bin').options.characterSet, 'utf8mb4');
  });

  it('lets the later of two options win', () => {
    const { options } = tableOf(
      'CREATE TABLE t (a INT) ENGINE=a ROW_FORMAT=FIXED ENGINE=b ROW_FORMAT=DYNAMIC',
    );
    assert.deepEqual(options, { engine: 'b', other: [['ROW_FORMAT', 'DYNAMIC']] });
  });

  it('refuses an unknown option and one without its value', () => {
    for (const text of ['NO_SUCH=1', 'ENGINE=', 'AUTO_INCREMENT=x', 'COMMENT=5', 'ROW_FORMAT']) {
      failsWith(`CREATE TABLE t (a INT) ${text}`, 'syntax');
    }
  });
});

describe('mergeOptions', () => {
  it('replaces what the changed options name and keeps the rest', () => {
    assert.deepEqual(
      mergeOptions(
        {
          engine: 'a',
          comment: 'c',
          other: [
            ['A', '1'],
            ['B', '2'],
          ],
        },
        { engine: 'b', other: [['A', '3']] },
      ),
      {
        engine: 'b',
        comment: 'c',
        other: [
          ['B', '2'],
          ['A', '3'],
        ],
      },
    );
  });
});
