import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { serverErrorNumber, sourceErrorOf } from '../../../src/source/mysql/errors.ts';
import { SourceError } from '../../../src/source/source-error.ts';

const cases = [
  { error: { message: 'x', errno: 1146, sqlState: '42S02', code: 'ER_NO_SUCH_TABLE' }, kind: 'missing' },
  { error: { message: 'x', errno: 1049, sqlState: '42000', code: 'ER_BAD_DB_ERROR' }, kind: 'missing' },
  { error: { message: 'x', errno: 1040, sqlState: '08004', code: 'ER_CON_COUNT' }, kind: 'unavailable' },
  { error: { message: 'x', errno: 1927, sqlState: '70100' }, kind: 'away' },
  { error: { message: 'x', errno: 1045, sqlState: '28000' }, kind: 'failed' },
  { error: { message: '', errno: -111, code: 'ECONNREFUSED' }, kind: 'away' },
  { error: { message: 'x', code: 'PROTOCOL_CONNECTION_LOST' }, kind: 'away' },
  {
    error: { message: "Can't add new command when connection is in closed state" },
    kind: 'away',
  },
  { error: new TypeError('x'), kind: 'failed' },
  { error: 'thrown text', kind: 'failed' },
] as const;

describe('a failure of a MySQL-protocol server', () => {
  for (const { error, kind } of cases) {
    it(`is ${kind}: ${JSON.stringify(error)}`, () => {
      const made = sourceErrorOf(error, 'reading');
      assert.equal(made.kind, kind);
      assert.match(made.message, /^reading: ./);
    });
  }

  it('stays what it is when it is one of ours, and keeps the number of its cause', () => {
    const own = new SourceError('conflict', 'own');
    assert.equal(sourceErrorOf(own, 'reading'), own);
    assert.equal(
      serverErrorNumber(sourceErrorOf({ message: 'x', errno: 1412, sqlState: 'HY000' }, 'r')),
      1412,
    );
    assert.equal(serverErrorNumber(own), undefined);
  });
});
