import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { FunctionDefinition } from '../../../../src/sql/ddl/function-definition.ts';
import {
  isSameFunction,
  movedFunction,
  parseFunctions,
  printFunctions,
} from '../../../../src/source/duckdb/translation/function-text.ts';
import { SourceError } from '../../../../src/source/source-error.ts';

const int = { name: 'INT', arguments: [], unsigned: false, zerofill: false, values: [], elements: [] };

function overload(body: string, changes: Partial<FunctionDefinition> = {}): FunctionDefinition {
  return {
    parameters: [{ name: 'a', type: int }],
    returns: int,
    declaresResult: true,
    characteristics: { deterministic: true, dataAccess: 'CONTAINS SQL', security: 'DEFINER' },
    body,
    sqlMode: '',
    definer: '`r`@`%`',
    ...changes,
  };
}

describe('the text of a function in a snapshot', () => {
  it('begins with statements that MySQL and StarRocks read', () => {
    const text = printFunctions('f', [overload('a + 1'), overload('a', { declaresResult: false })]);
    const [statements] = text.split(' /*holdfast-function:');
    assert.equal(
      statements,
      'CREATE DEFINER=`r`@`%` FUNCTION `f`(`a` int) RETURNS int\n    DETERMINISTIC\nRETURN a + 1;\n' +
        'CREATE FUNCTION `f`(`a` int) RETURNS a',
    );
  });

  for (const body of ['a', "'*/ /* */'", "'/*holdfast-function:[]*/'", 'a -- end\n']) {
    it(`gives back the overloads of ${JSON.stringify(body)}`, () => {
      const overloads = [overload(body), overload('1', { parameters: [] })];
      assert.deepEqual(parseFunctions(printFunctions('f', overloads)), overloads);
    });
  }

  for (const text of [
    '',
    'CREATE FUNCTION f() RETURNS 1',
    '/*holdfast-function:[]*/',
    '/*holdfast-function:[{}]*/',
  ]) {
    it(`is refused as ${JSON.stringify(text)}`, () => assert.throws(() => parseFunctions(text), SourceError));
  }
});

describe('a function', () => {
  it('goes to another database with what it names there', () => {
    const move = { from: 'shop', to: 'new', objects: ['g', 't'] };
    const moved = movedFunction(
      overload('shop.g(a) + (SELECT shop.u.x FROM shop.t AS u) + other.g(1)'),
      move,
    );
    assert.equal(moved.body, '`new`.g(a) + (SELECT shop.u.x FROM `new`.t AS u) + other.g(1)');
  });

  const others: readonly (readonly [what: string, other: FunctionDefinition, isSame: boolean])[] = [
    ['another definer', overload('a', { definer: '`x`@`%`' }), true],
    ['another case of a parameter', overload('a', { parameters: [{ name: 'A', type: int }] }), true],
    ['another body', overload('b'), false],
    ['another sql_mode', overload('a', { sqlMode: 'ANSI_QUOTES' }), false],
    ['no declared result', overload('a', { declaresResult: false }), false],
  ];
  for (const [what, other, isSame] of others) {
    it(`is ${isSame ? 'the same' : 'not the same'} with ${what}`, () =>
      assert.equal(isSameFunction(overload('a'), other), isSame));
  }
});
