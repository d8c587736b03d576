import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { printCreateFunction } from '../../../../src/sql/ddl/print/function.ts';
import { failsWith, parse } from '../support.ts';

function printed(sql: string): string {
  const statement = parse(sql);
  assert.equal(statement.kind, 'create_function');
  const { name, returns, parameters, characteristics, body, definer = '`a`@`b`' } = statement;
  return printCreateFunction(name.name, {
    parameters,
    returns: returns ?? parameters[0]?.type ?? { ...noType },
    declaresResult: returns !== undefined,
    characteristics,
    body: body.text,
    sqlMode: '',
    definer,
  });
}

const noType = { name: 'INT', arguments: [], unsigned: false, zerofill: false, values: [], elements: [] };

describe('CREATE FUNCTION of one expression', () => {
  const cases: readonly (readonly [sql: string, printed: string])[] = [
    [
      'CREATE FUNCTION f(a INT) RETURNS INT RETURN a + 1',
      'CREATE DEFINER=`a`@`b` FUNCTION `f`(`a` int) RETURNS int\nRETURN a + 1',
    ],
    [
      "create definer=`r`@`%` function d.f (in a varchar(20) , b decimal(10,2) unsigned) returns char(3) not deterministic no sql language sql comment 'it''s' sql security invoker return concat(a, b)",
      "CREATE DEFINER=`r`@`%` FUNCTION `f`(`a` varchar(20), `b` decimal(10,2) unsigned) RETURNS char(3)\n    NO SQL\n    SQL SECURITY INVOKER\n    COMMENT 'it''s'\nRETURN concat(a, b)",
    ],
    [
      'CREATE FUNCTION f() RETURNS DATETIME(3) DETERMINISTIC RETURN now(3)',
      'CREATE DEFINER=`a`@`b` FUNCTION `f`() RETURNS datetime(3)\n    DETERMINISTIC\nRETURN now(3)',
    ],
    ['CREATE FUNCTION f(x INT, y INT) RETURNS x + y', 'CREATE FUNCTION `f`(`x` int, `y` int) RETURNS x + y'],
    [
      'CREATE OR REPLACE FUNCTION f(b BOOLEAN) RETURNS date(b)',
      'CREATE FUNCTION `f`(`b` boolean) RETURNS date(b)',
    ],
  ];
  for (const [sql, text] of cases) {
    it(`is read and printed: ${sql}`, () => {
      assert.equal(printed(sql), text);
      assert.equal(printed(text), text);
    });
  }

  for (const sql of [
    'CREATE FUNCTION f(a INT) RETURNS INT RETURN',
    'CREATE FUNCTION f(a) RETURNS INT RETURN 1',
    'CREATE FUNCTION f(a INT RETURNS INT RETURN 1',
    'CREATE FUNCTION f(OUT a INT) RETURNS INT RETURN 1',
    'CREATE FUNCTION f(a INT) RETURNS INT NONSENSE RETURN 1',
    'DROP FUNCTION f INT',
  ]) {
    it(`is a syntax error: ${sql}`, () => failsWith(sql, 'syntax'));
  }

  it('is dropped by its name, or by the types of its parameters too', () => {
    assert.deepEqual(parse('DROP FUNCTION f'), {
      kind: 'drop_function',
      name: { name: 'f' },
      ifExists: false,
    });
    const statement = parse('DROP FUNCTION IF EXISTS d.f(INT, VARCHAR)');
    assert.equal(statement.kind, 'drop_function');
    assert.deepEqual(
      statement.types?.map((type) => type.name),
      ['INT', 'VARCHAR'],
    );
  });
});
