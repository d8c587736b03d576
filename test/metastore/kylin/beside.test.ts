import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  type BesideRow,
  besideOf,
  besideTables,
  decodeBeside,
  encodeBeside,
  isSameBeside,
} from '../../../src/metastore/kylin/beside.ts';

const rows: Readonly<Record<string, Readonly<{ row: BesideRow; line: string }>>> = {
  job_info: {
    row: new Map<string, string | number | null | Uint8Array>([
      ['id', 7],
      ['job_id', 'j-1'],
      ['model_id', null],
      ['job_content', Buffer.from('{\n  "uuid": "j-1"\n}')],
      ['job_duration_millis', 5],
    ]),
    line: '{"id":7,"jobId":"j-1","modelId":null,"jobContentJson":{"uuid":"j-1"},"jobDurationMillis":5}',
  },
  favorite_rule: {
    row: new Map<string, string | number | null | Uint8Array>([
      ['id', 2],
      ['name', 'count'],
      ['conds', Buffer.from('[{"@type":"Condition"}]')],
      ['enabled', 1],
    ]),
    line: '{"id":2,"name":"count","conds":[{"@type":"Condition"}],"enabled":true}',
  },
  query_history_id_offset: {
    row: new Map<string, string | number>([
      ['id', 3],
      ['type', 'META'],
      ['query_history_id_offset', 42],
    ]),
    line: '{"id":3,"type":"META","offset":42}',
  },
};

describe('what Kylin 5.0 keeps beside its metadata', () => {
  for (const table of besideTables) {
    const { row = new Map(), line = '' } = rows[table.folder] ?? {};
    it(`is one line for a row of ${table.folder}, and the row again`, () => {
      assert.equal(Buffer.from(encodeBeside(table, row)).toString(), line);
      const again = decodeBeside(table, 'key', Buffer.from(line), row.keys());
      assert.equal(Buffer.from(encodeBeside(table, again)).toString(), line);
    });

    it(`leaves out properties of ${table.folder} that the table has no column for`, () => {
      assert.deepEqual([...decodeBeside(table, 'key', Buffer.from(line), [table.key]).keys()], [table.key]);
    });

    it(`refuses a file of ${table.folder} that is broken`, () => {
      for (const text of ['', '{', '[]', '{"other":1}']) {
        assert.throws(() => decodeBeside(table, 'key', Buffer.from(text), row.keys()), { kind: 'broken' });
      }
    });
  }

  it('is the same when only ids, versions and the order of properties differ', () => {
    const [one = '', other = '', changed = ''] = [
      '{"id":1,"mvcc":2,"a":{"x":1,"y":[2]},"b":3}',
      '{"b":3,"a":{"y":[2],"x":1},"id":9,"mvcc":0}',
      '{"b":3,"a":{"y":[2],"x":2},"id":9,"mvcc":0}',
    ];
    assert.equal(isSameBeside(Buffer.from(one), Buffer.from(other)), true);
    assert.equal(isSameBeside(Buffer.from(one), Buffer.from(changed)), false);
  });

  it('says its table and project by its key', () => {
    assert.equal(besideOf('job_info/shop/j-1')?.project, 'shop');
    for (const key of ['job_info/shop', 'job_info/shop/a/b', 'MODEL/shop/x'])
      assert.equal(besideOf(key), undefined);
  });
});
