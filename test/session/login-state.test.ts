import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { collectRows } from '../../src/base/cells.ts';
import { integerColumn, resultOfRows } from '../../src/base/rows.ts';
import { type Answer, okAnswer, rowsAnswer } from '../../src/dispatch/answer.ts';
import type { LoginState } from '../../src/session/login-state.ts';
import { World } from '../dispatch/world.ts';

describe('the memory of a session', () => {
  let world: World;
  let state: LoginState;
  before(async () => {
    world = await World.open();
    state = world.session('root');
  });
  after(() => world[Symbol.asyncDispose]());

  const numbers = { columns: [integerColumn('n')], rows: [[1], [2], [3]] };

  it('is what functions of the session read', async () => {
    assert.deepEqual(
      [state.context.rowCount, state.context.lastInsertId, state.context.foundRows],
      [-1n, 0n, 0n],
    );
    const counts = { affectedRows: 4n, lastInsertId: 9n, info: '', warnings: [] };
    const inserted: Answer = { kind: 'ok', ...counts };
    state.remember(inserted);
    assert.deepEqual([state.context.rowCount, state.context.lastInsertId], [4n, 9n]);
    state.remember(okAnswer);
    assert.deepEqual([state.context.rowCount, state.context.lastInsertId], [0n, 9n]);
    state.remember(rowsAnswer(numbers));
    assert.equal(state.context.rowCount, -1n);
    assert.equal(state.context.user, 'root@127.0.0.1');
  });

  it('counts rows as they pass, unless their number is known', async () => {
    await collectRows(state.counted(resultOfRows(numbers.columns, numbers.rows), undefined), 10);
    assert.equal(state.context.foundRows, 3n);
    await collectRows(state.counted(resultOfRows(numbers.columns, numbers.rows), 50n), 10);
    assert.equal(state.context.foundRows, 50n);
  });

  it('has user variables whatever their case', () => {
    state.context.setUserVariable('Colour', { value: 'red' });
    assert.deepEqual(state.context.userVariable('cOLOUR'), { value: 'red' });
    assert.equal(state.context.userVariable('ghost'), undefined);
  });

  it('has the collation that the client asked for, until SET names another', () => {
    const asking = world.session('root', { collation: 45 });
    assert.equal(asking.variables.get('collation_connection'), 'utf8mb4_general_ci');
    asking.variables.set('collation_connection', undefined);
    assert.equal(asking.variables.get('collation_connection'), 'utf8mb4_0900_ai_ci');
  });

  it('is forgotten with a reset, but not its place', async () => {
    state.database = 'd';
    state.variables.set('autocommit', 0);
    state.warnings = [{ level: 'Note', number: 1, message: 'x' }];
    assert.equal(state.autocommit, false);
    await state.reset();
    const { context } = state;
    assert.deepEqual(
      [
        state.autocommit,
        state.warnings,
        context.rowCount,
        context.lastInsertId,
        context.foundRows,
        context.database,
      ],
      [true, [], -1n, 0n, 0n, 'd'],
    );
    assert.equal(context.userVariable('colour'), undefined);
  });
});
