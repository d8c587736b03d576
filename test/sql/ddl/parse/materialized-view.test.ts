import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RefreshScheme } from '../../../../src/sql/ddl/materialized-view.ts';
import { failsWith, parse, parseAs } from '../support.ts';

describe('parseCreateMaterializedView', () => {
  it('reads every clause', () => {
    const view = parseAs(
      'CREATE MATERIALIZED VIEW IF NOT EXISTS d.v (m COMMENT "month", total) COMMENT "c" ' +
        "DISTRIBUTED BY HASH(m) BUCKETS 4 PARTITION BY date_trunc('MONTH', t.m) ORDER BY (m) " +
        'REFRESH DEFERRED ASYNC START ("2026-01-02 03:04:05") EVERY (INTERVAL 2 HOUR) ' +
        'PROPERTIES ("k" = "v") AS SELECT m, SUM(x) FROM t GROUP BY m',
      'create_materialized_view',
    );
    assert.deepEqual(view, {
      kind: 'create_materialized_view',
      name: { database: 'd', name: 'v' },
      ifNotExists: true,
      columns: [{ name: 'm', comment: 'month' }, { name: 'total' }],
      comment: 'c',
      distribution: { kind: 'HASH', columns: ['m'], buckets: 4 },
      partitionBy: { column: 'm', unit: 'month' },
      orderBy: ['m'],
      refresh: {
        moment: 'DEFERRED',
        mode: { kind: 'schedule', start: '2026-01-02 03:04:05', every: { count: 2, unit: 'HOUR' } },
      },
      properties: [['k', 'v']],
      select: { ...view.select, text: 'SELECT m, SUM(x) FROM t GROUP BY m' },
    });
  });

  const schemes: readonly (readonly [string, RefreshScheme])[] = [
    ['REFRESH MANUAL', { moment: 'IMMEDIATE', mode: { kind: 'manual' } }],
    ['REFRESH DEFERRED MANUAL', { moment: 'DEFERRED', mode: { kind: 'manual' } }],
    ['REFRESH DEFERRED', { moment: 'DEFERRED', mode: { kind: 'manual' } }],
    ['REFRESH IMMEDIATE ASYNC', { moment: 'IMMEDIATE', mode: { kind: 'on_change' } }],
    [
      'REFRESH ASYNC EVERY (INTERVAL 5 MINUTE)',
      { moment: 'IMMEDIATE', mode: { kind: 'schedule', every: { count: 5, unit: 'MINUTE' } } },
    ],
  ];
  for (const [text, refresh] of schemes) {
    it(`reads ${text}`, () => {
      const sql = `CREATE MATERIALIZED VIEW v ${text} AS SELECT 1`;
      assert.deepEqual(parseAs(sql, 'create_materialized_view').refresh, refresh);
    });
  }

  it('takes one without clauses', () => {
    const view = parseAs('CREATE MATERIALIZED VIEW v AS SELECT 1', 'create_materialized_view');
    assert.deepEqual(
      [view.refresh, view.distribution, view.partitionBy, view.properties],
      [undefined, undefined, undefined, []],
    );
  });

  it('refuses a clause twice, an unknown unit, an unfinished schedule and a view without its query', () => {
    for (const sql of [
      'CREATE MATERIALIZED VIEW v REFRESH ASYNC REFRESH ASYNC AS SELECT 1',
      "CREATE MATERIALIZED VIEW v PARTITION BY date_trunc('eon', a) AS SELECT 1",
      'CREATE MATERIALIZED VIEW v REFRESH ASYNC START("2026-01-01") AS SELECT 1',
      'CREATE MATERIALIZED VIEW v REFRESH ASYNC EVERY(INTERVAL x DAY) AS SELECT 1',
      'CREATE MATERIALIZED VIEW v REFRESH ASYNC',
      'CREATE MATERIALIZED VIEW v AS INSERT',
    ]) {
      failsWith(sql, 'syntax');
    }
    failsWith('CREATE MATERIALIZED VIEW v REFRESH INCREMENTAL AS SELECT 1', 'not_supported');
    failsWith(
      'CREATE MATERIALIZED VIEW v REFRESH ASYNC START("soon") EVERY(INTERVAL 1 DAY) AS SELECT 1',
      'analysis',
    );
  });
});

describe('statements on materialized views', () => {
  const name = { name: 'v' };
  const cases = [
    ['ALTER MATERIALIZED VIEW v RENAME w', { kind: 'rename', to: 'w' }],
    ['ALTER MATERIALIZED VIEW v ACTIVE', { kind: 'active' }],
    ['ALTER MATERIALIZED VIEW v INACTIVE', { kind: 'inactive' }],
    ['ALTER MATERIALIZED VIEW v SWAP WITH w', { kind: 'swap_with', view: 'w' }],
    ['ALTER MATERIALIZED VIEW v SET ("a" = "1")', { kind: 'set_properties', properties: [['a', '1']] }],
    [
      'ALTER MATERIALIZED VIEW v REFRESH MANUAL',
      { kind: 'refresh', refresh: { moment: 'IMMEDIATE', mode: { kind: 'manual' } } },
    ],
  ] as const;
  for (const [sql, action] of cases) {
    it(`reads ${sql}`, () => assert.deepEqual(parse(sql), { kind: 'alter_materialized_view', name, action }));
  }

  it('reads REFRESH with its range, force and mode', () => {
    const kind = 'refresh_materialized_view';
    assert.deepEqual(parse('REFRESH MATERIALIZED VIEW v'), { kind, name, force: false, mode: 'ASYNC' });
    assert.deepEqual(
      parse('REFRESH MATERIALIZED VIEW v PARTITION START ("a") END ("b") FORCE WITH SYNC MODE'),
      { kind, name, range: { start: 'a', end: 'b' }, force: true, mode: 'SYNC' },
    );
    failsWith('REFRESH MATERIALIZED VIEW v WITH SYNC', 'syntax');
    failsWith('REFRESH MATERIALIZED VIEW v PARTITION START ("a")', 'syntax');
  });

  it('reads CANCEL REFRESH', () => {
    const kind = 'cancel_refresh_materialized_view';
    assert.deepEqual(parse('CANCEL REFRESH MATERIALIZED VIEW v'), { kind, name, force: false });
    assert.deepEqual(parse('CANCEL REFRESH MATERIALIZED VIEW v FORCE'), { kind, name, force: true });
  });
});
