import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CursorDisk } from '../../src/wire/row-spool.ts';
import { StatementBudget, Statements } from '../../src/wire/statements.ts';

const limits = {
  statementsPerConnectionMax: 2,
  longDataBytesMax: 10,
  cursorsPerConnectionMax: 1,
  cursorMemoryBytesMax: 100,
  cursorBytesMax: 1_000,
};
const full = { kind: 'prepared_statement_limit' };

async function prepare(statements: Statements, statementId: number): Promise<void> {
  await statements.add(async () => ({ statementId, parameters: ['?', '?'] }));
}

describe('the statements of a connection', () => {
  it('are bounded, by themselves and together with those of others', async () => {
    const budget = new StatementBudget(3, new CursorDisk(1_000));
    using one = new Statements(limits, budget);
    using other = new Statements(limits, budget);
    await prepare(one, 1);
    await prepare(one, 2);
    await assert.rejects(prepare(one, 3), full);
    await prepare(other, 1);
    await assert.rejects(prepare(other, 2), full);
    one.close(1);
    one.close(1);
    await prepare(other, 2);
    await assert.rejects(prepare(one, 3), full);
    other.clear();
    await prepare(one, 3);
  });

  it('do not count when they could not be prepared', async () => {
    const budget = new StatementBudget(1, new CursorDisk(1_000));
    using statements = new Statements(limits, budget);
    const failing = statements.add(async () => Promise.reject(new Error('syntax')));
    await assert.rejects(failing, /syntax/);
    await prepare(statements, 1);
  });

  it('hold pieces of parameters up to a number of bytes, and free them', async () => {
    using statements = new Statements(limits, new StatementBudget(9, new CursorDisk(1_000)));
    await prepare(statements, 1);
    await prepare(statements, 2);
    statements.addLongData(1, 0, Buffer.alloc(6));
    statements.addLongData(2, 0, Buffer.alloc(5));
    assert.equal(statements.get(2).isLongDataTooLarge, true);
    assert.equal(statements.get(1).longData.size, 1);
    statements.forgetLongData(1);
    statements.forgetLongData(2);
    statements.addLongData(2, 1, Buffer.alloc(10));
    assert.equal(statements.get(2).isLongDataTooLarge, false);
    assert.equal(statements.get(2).longData.get(1)?.length, 1);
  });

  it('drop pieces for statements and parameters that are not there', async () => {
    using statements = new Statements(limits, new StatementBudget(9, new CursorDisk(1_000)));
    await prepare(statements, 1);
    statements.addLongData(9, 0, Buffer.alloc(1));
    statements.addLongData(1, 2, Buffer.alloc(1));
    assert.equal(statements.get(1).longData.size, 0);
    assert.throws(() => statements.get(9), { kind: 'unknown_prepared_statement' });
  });

  it('have one cursor each, and few together', async () => {
    using statements = new Statements(limits, new StatementBudget(9, new CursorDisk(1_000)));
    await prepare(statements, 1);
    await prepare(statements, 2);
    const first = statements.openCursor(1);
    assert.notEqual(statements.openCursor(1), first, 'the next EXECUTE takes its place');
    assert.throws(() => statements.openCursor(2), { kind: 'too_many_cursors' });
    statements.closeCursor(1);
    statements.closeCursor(1);
    statements.openCursor(2);
    statements.close(2);
    statements.openCursor(1);
    assert.throws(() => statements.openCursor(9), { kind: 'unknown_prepared_statement' });
  });
});
