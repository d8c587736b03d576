import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  showCreateFunction,
  showFunctions,
  showFunctionStatus,
} from '../../../src/catalog/show/functions.ts';
import { viewOf } from '../support.ts';

const view = viewOf([
  "CREATE FUNCTION f(a INT, b VARCHAR(9)) RETURNS DECIMAL(8,2) DETERMINISTIC COMMENT 'c' RETURN a",
  'CREATE FUNCTION f() RETURNS 1',
  'CREATE FUNCTION g(a DATE) RETURNS a',
]);

describe('the functions of a database', () => {
  it('are shown by name', () => {
    const shown = showFunctions(view, { database: 'SHOP', full: false, isWanted: () => true });
    assert.deepEqual(
      shown.columns.map((column) => column.name),
      ['Function Name'],
    );
    assert.deepEqual(shown.rows, [['f'], ['g']]);
  });

  it('are shown in full, each overload by itself', () => {
    const shown = showFunctions(view, { database: 'shop', full: true, isWanted: (name) => name === 'f' });
    assert.deepEqual(
      shown.columns.map((column) => column.name),
      ['Signature', 'Return Type', 'Function Type', 'Intermediate Type', 'Properties'],
    );
    assert.deepEqual(shown.rows, [
      ['f(INT, VARCHAR(9))', 'DECIMAL(8,2)', 'Scalar', 'NULL', '{"sql":"a"}'],
      ['f()', 'INT', 'Scalar', 'NULL', '{"sql":"1"}'],
    ]);
  });

  it('are none in a system database, and an error in one that is not there', () => {
    assert.deepEqual(showFunctions(view, { database: 'mysql', full: false, isWanted: () => true }).rows, []);
    const nope = { database: 'nope', full: false, isWanted: () => true };
    assert.throws(() => showFunctions(view, nope), { kind: 'unknown_database' });
  });

  it('have a status, of all databases', () => {
    const [first] = showFunctionStatus(view).rows;
    assert.deepEqual(first, [
      'shop',
      'f',
      'FUNCTION',
      'root@%',
      '2024-03-01 12:00:00',
      '2024-03-01 12:00:00',
      'DEFINER',
      'c',
      'utf8mb4',
      'utf8mb4_0900_ai_ci',
      'utf8mb4_0900_ai_ci',
    ]);
  });

  it('show the statement that makes each overload', () => {
    const { rows } = showCreateFunction(view, 'shop', 'F');
    assert.deepEqual(
      rows.map((row) => [row[0], row[1], row[2]]),
      [
        [
          'f',
          'ANSI_QUOTES',
          "CREATE DEFINER=`root`@`%` FUNCTION `f`(`a` int, `b` varchar(9)) RETURNS decimal(8,2)\n    DETERMINISTIC\n    COMMENT 'c'\nRETURN a",
        ],
        ['f', 'ANSI_QUOTES', 'CREATE FUNCTION `f`() RETURNS 1'],
      ],
    );
    assert.throws(() => showCreateFunction(view, 'shop', 'nope'), {
      kind: 'does_not_exist',
      message: 'FUNCTION nope does not exist',
    });
  });
});
