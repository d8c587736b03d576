import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decodeAuditRow } from '../../src/metastore/audit.ts';

const facts = { id: 7, key: '/p/t/a', at: 1, unitId: 'u', operator: 'root', instance: 'node:9030' };

describe('a stored audit row', () => {
  it('is read with its content parsed, and without one for a deletion', () => {
    assert.deepEqual(decodeAuditRow({ ...facts, content: '{"v":1}', mvcc: 2 }), {
      ...facts,
      content: { v: 1 },
      mvcc: 2,
    });
    const { content, mvcc } = decodeAuditRow({ ...facts, content: null, mvcc: null });
    assert.deepEqual([content, mvcc], [undefined, undefined]);
  });

  it('is named when its content is damaged', () => {
    assert.throws(() => decodeAuditRow({ ...facts, content: '{', mvcc: 2 }), {
      kind: 'corrupt',
      message: 'the content of audit row 7 in the metastore is not JSON',
    });
  });
});
