import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parameterColumns, parameterValues } from '../../src/session/parameters.ts';
import { PreparedStatements } from '../../src/session/prepared-statements.ts';

describe('prepared statements', () => {
  it('have numbers that are never used again', () => {
    const statements = new PreparedStatements();
    const first = statements.add('SELECT 1');
    statements.close(first);
    const second = statements.add('SELECT 2');
    assert.notEqual(second, first);
    assert.equal(statements.get(second), 'SELECT 2');
    assert.throws(() => statements.get(first), {
      message: `Unknown prepared statement handler (${first}) given to EXECUTE`,
    });
    statements.clear();
    assert.throws(() => statements.get(second), { kind: 'unknown_prepared_statement' });
    assert.ok(statements.add('SELECT 3') > second);
  });
});

describe('their parameters', () => {
  it('are columns of the name ?, as MySQL tells them', () => {
    assert.deepEqual(
      parameterColumns(2).map(({ name }) => name),
      ['?', '?'],
    );
    assert.deepEqual(parameterColumns(0), []);
  });

  it('are the values that the wire has decoded', () => {
    assert.deepEqual(
      parameterValues([
        { kind: 'integer', value: 5n },
        { kind: 'null', value: null },
      ]),
      [5n, null],
    );
  });
});
