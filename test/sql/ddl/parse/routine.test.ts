import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { failsWith, parse } from '../support.ts';

describe('routines', () => {
  const created: readonly (readonly [sql: string, kind: string, routine: string, name: string])[] = [
    [
      'CREATE TRIGGER a BEFORE INSERT ON t FOR EACH ROW BEGIN SET @x = 1; END',
      'create_routine',
      'TRIGGER',
      'a',
    ],
    ['CREATE DEFINER=`r`@`%` PROCEDURE b() BEGIN END', 'create_routine', 'PROCEDURE', 'b'],
    ['CREATE FUNCTION IF NOT EXISTS c() RETURNS INT BEGIN RETURN 1; END', 'create_routine', 'FUNCTION', 'c'],
    ['CREATE GLOBAL FUNCTION d(INT) RETURNS INT PROPERTIES ("k" = "v")', 'create_routine', 'FUNCTION', 'd'],
    ['CREATE AGGREGATE FUNCTION e RETURNS INT SONAME "x"', 'create_routine', 'FUNCTION', 'e'],
    ['CREATE EVENT f ON SCHEDULE EVERY 1 DAY DO SELECT 1', 'create_routine', 'EVENT', 'f'],
    ['ALTER DEFINER = CURRENT_USER EVENT g DISABLE', 'alter_routine', 'EVENT', 'g'],
  ];
  for (const [sql, kind, routine, name] of created) {
    it(`keeps ${sql} as text`, () =>
      assert.deepEqual(parse(sql), { kind, routine, name: { name }, text: sql }));
  }

  it('reads DROP', () => {
    assert.deepEqual(parse('DROP PROCEDURE IF EXISTS d.p'), {
      kind: 'drop_routine',
      routine: 'PROCEDURE',
      name: { database: 'd', name: 'p' },
      ifExists: true,
    });
    failsWith('DROP TRIGGER t u', 'syntax');
  });
});
