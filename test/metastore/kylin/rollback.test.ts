import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { stateAt } from '../../../src/metastore/kylin/rollback.ts';
import type { AuditRow, Metastore, Resource } from '../../../src/metastore/metastore.ts';
import { neverAborted } from './sample.ts';

type Short = readonly [id: number, at: number, key: string, mvcc: number | undefined, unit?: string];

const now = 10_000;

/** A log as Kylin's are: ids with gaps, several keys in one unit, a key that is deleted and made again. */
const log: readonly Short[] = [
  [7, 100, '/_global/project/one', 0, 'u1'],
  [8, 100, '/one/model_desc/m', 0, 'u1'],
  [22, 200, '/_global/project/two', 0, 'u2'],
  [23, 200, '/one/model_desc/m', 1, 'u2'],
  [90, 300, '/one/model_desc/m', undefined, 'u3'],
  [91, 300, '/_global/project/three', 0, 'u3'],
  [800, 400, '/one/model_desc/m', 0, 'u4'],
  [801, 400, '/_global/project/two', undefined, 'u4'],
  [1_793, 500, '/_global/project/four', 0, 'u5'],
];

function rowOf([id, at, key, mvcc, unitId = 'u']: Short): AuditRow {
  const content = mvcc === undefined ? null : { id };
  return { id, key, content, mvcc, at, unitId, operator: 'ADMIN', instance: 'node:7070' };
}

/** What is asked of a metastore: its log by pages, and its present state. */
function metastoreOf(rows: readonly AuditRow[], present: readonly Resource[] = []): Metastore {
  const asked: Pick<Metastore, 'audit' | 'list'> = {
    list: () => present,
    audit: async (after, limit) => rows.filter(({ id }) => id > after).slice(0, Math.min(limit, 2)),
  };
  return asked as Metastore;
}

async function keysAt(at: number): Promise<readonly string[]> {
  const state = await stateAt(metastoreOf(log.map(rowOf)), at, now, neverAborted);
  return state.map(({ key, mvcc }) => `${key} ${mvcc}`).sort();
}

describe('the state at a time, from the audit log', () => {
  const cases = [
    [100, ['/_global/project/one 0', '/one/model_desc/m 0']],
    [250, ['/_global/project/one 0', '/_global/project/two 0', '/one/model_desc/m 1']],
    [300, ['/_global/project/one 0', '/_global/project/three 0', '/_global/project/two 0']],
    [400, ['/_global/project/one 0', '/_global/project/three 0', '/one/model_desc/m 0']],
    [
      500,
      [
        '/_global/project/four 0',
        '/_global/project/one 0',
        '/_global/project/three 0',
        '/one/model_desc/m 0',
      ],
    ],
  ] as const;
  for (const [at, expected] of cases) {
    it(`has just what there was at ${at}`, async () => {
      // The log begins with the first row of all: its id is not 1, as after a rolled back transaction.
      assert.deepEqual(await keysAt(at), expected);
    });
  }

  it('takes what has not changed since from the present', async () => {
    const present = [{ key: '/_global/user/ADMIN', content: {}, mvcc: 3, modifiedAt: 50 }];
    const state = await stateAt(metastoreOf(log.map(rowOf), present), 100, now, neverAborted);
    assert.ok(state.some(({ key, mvcc }) => key === '/_global/user/ADMIN' && mvcc === 3));
  });

  it('is refused for the future, and where the log does not reach back', async () => {
    const metastore = metastoreOf(log.map(rowOf));
    await assert.rejects(stateAt(metastore, now + 1, now, neverAborted), {
      kind: 'refused',
      message: /future/,
    });
    await assert.rejects(stateAt(metastore, 99, now, neverAborted), {
      kind: 'refused',
      message: /reach back/,
    });
    const changedSince = [{ key: '/x/rule/r', content: {}, mvcc: 4, modifiedAt: 600 }];
    await assert.rejects(stateAt(metastoreOf(log.map(rowOf), changedSince), 500, now, neverAborted), {
      kind: 'refused',
    });
  });
});
