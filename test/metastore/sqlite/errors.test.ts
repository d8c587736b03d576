import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MetastoreError } from '../../../src/metastore/metastore.ts';
import { metastoreErrorOf } from '../../../src/metastore/sqlite/errors.ts';

describe('a failure of SQLite', () => {
  const cases = [
    { errcode: 5, kind: 'locked', text: /in use by another program/ },
    { errcode: 261, kind: 'locked', text: /in use by another program/ },
    { errcode: 11, kind: 'corrupt', text: /'\/d\/m\.db' is damaged or no metastore \(detail\)/ },
    { errcode: 26, kind: 'corrupt', text: /restore a metadata backup/ },
    { errcode: 13, kind: 'unavailable', text: /no space is left for metastore '\/d\/m\.db'/ },
    { errcode: 10, kind: 'unavailable', text: /cannot read or write metastore/ },
  ];
  for (const { errcode, kind, text } of cases) {
    it(`with code ${errcode} is ${kind}`, () => {
      const cause = Object.assign(new Error('detail'), { code: 'ERR_SQLITE_ERROR', errcode });
      const error = metastoreErrorOf(cause, '/d/m.db');
      assert.ok(error instanceof MetastoreError);
      assert.equal(error.kind, kind);
      assert.match(error.message, text);
      assert.equal(error.cause, cause);
    });
  }

  it('is told from a failed system call and from errors of ours', () => {
    const missing = Object.assign(new Error('ENOENT'), { code: 'ENOENT', syscall: 'open' });
    assert.ok(metastoreErrorOf(missing, '/d/m.db') instanceof MetastoreError);
    const own = new MetastoreError('conflict', 'x');
    assert.equal(metastoreErrorOf(own, '/d/m.db'), own);
    const wrong = new TypeError('x');
    assert.equal(metastoreErrorOf(wrong, '/d/m.db'), wrong);
  });
});
