import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  showCreateMaterializedView,
  showMaterializedViews,
} from '../../../src/catalog/show/materialized-views.ts';
import { showTables, showTableStatus } from '../../../src/catalog/show/tables.ts';
import { columnFacts } from '../../../src/catalog/show/columns.ts';
import type { MaterializedViewFacts } from '../../../src/catalog/materialized-views.ts';
import type { CatalogView, MaterializedViewObject } from '../../../src/catalog/view.ts';
import { createdAt, viewOf } from '../support.ts';

const { signal } = new AbortController();
const facts: MaterializedViewFacts = {
  id: 10_001,
  refreshType: 'ASYNC',
  isActive: true,
  isPartitioned: false,
  task: { name: 'mv-10001', schedule: 'ASYNC', creator: 'root@localhost' },
};

/** A catalog with a table, and a materialized view of which these facts are known. */
function catalog(of: MaterializedViewFacts): CatalogView {
  const tables = viewOf(['CREATE TABLE t (id INT)']);
  const columns = tables.findObject('shop', 't');
  assert.ok(columns?.kind === 'TABLE');
  const object: MaterializedViewObject = {
    kind: 'MATERIALIZED_VIEW',
    database: 'shop',
    name: 'v',
    createdAt,
    updatedAt: createdAt,
    statement: 'CREATE MATERIALIZED VIEW `v` (`id`)\nREFRESH ASYNC\nAS SELECT id FROM t',
    select: 'SELECT id FROM t',
    columns: columns.definition.columns,
    comment: 'ours',
    facts: of,
  };
  return {
    ...tables,
    listObjects: (database) => (database === 'shop' ? [columns, object] : undefined),
    findObject: (_, name) => (name === 'v' ? object : columns),
  };
}

async function shown(of: MaterializedViewFacts): Promise<Readonly<Record<string, unknown>>> {
  const { columns, rows } = await showMaterializedViews(catalog(of), 'shop', signal);
  assert.equal(rows.length, 1);
  return Object.fromEntries(columns.map(({ name }, index) => [name, rows[0]?.[index]]));
}

describe('showMaterializedViews', () => {
  it('has StarRocks’ columns in its order', async () => {
    assert.deepEqual(Object.keys(await shown(facts)), [
      'id',
      'database_name',
      'name',
      'refresh_type',
      'is_active',
      'inactive_reason',
      'partition_type',
      'task_id',
      'task_name',
      'last_refresh_start_time',
      'last_refresh_finished_time',
      'last_refresh_duration',
      'last_refresh_state',
      'last_refresh_force_refresh',
      'last_refresh_start_partition',
      'last_refresh_end_partition',
      'last_refresh_base_refresh_partitions',
      'last_refresh_mv_refresh_partitions',
      'last_refresh_error_code',
      'last_refresh_error_message',
      'rows',
      'text',
      'extra_message',
      'query_rewrite_status',
      'creator',
    ]);
  });

  it('tells of a view that was never refreshed', async () => {
    const row = await shown(facts);
    assert.deepEqual(
      [
        row['id'],
        row['is_active'],
        row['task_name'],
        row['last_refresh_start_time'],
        row['last_refresh_state'],
        row['rows'],
      ],
      [10_001, 'true', 'mv-10001', null, '', 3],
    );
  });

  it('tells of the last refresh and of an inactive view', async () => {
    const row = await shown({
      ...facts,
      isActive: false,
      inactiveReason: 'base-table dropped: t',
      isPartitioned: true,
      lastRefresh: {
        queryId: 'q',
        startedAt: createdAt,
        finishedAt: createdAt + 1_250,
        state: 'SUCCESS',
        force: true,
        range: { start: 'a', end: 'c' },
        partitions: ['a', 'b'],
      },
    });
    assert.deepEqual(
      [row['is_active'], row['inactive_reason'], row['partition_type'], row['last_refresh_finished_time']],
      ['false', 'base-table dropped: t', 'RANGE', '2024-03-01 12:00:01'],
    );
    assert.deepEqual(
      [
        row['last_refresh_duration'],
        row['last_refresh_force_refresh'],
        row['last_refresh_mv_refresh_partitions'],
      ],
      ['1.250', 'true', 'a,b'],
    );
  });

  it('tells why a refresh failed', async () => {
    const row = await shown({
      ...facts,
      lastRefresh: {
        queryId: 'q',
        startedAt: createdAt,
        finishedAt: createdAt,
        state: 'FAILED',
        force: false,
        error: 'out of range',
      },
    });
    assert.deepEqual(
      [row['last_refresh_state'], row['last_refresh_error_code'], row['last_refresh_error_message']],
      ['FAILED', '-1', 'out of range'],
    );
  });

  it('fails for a database that is not there', async () => {
    await assert.rejects(showMaterializedViews(catalog(facts), 'nope', signal), { kind: 'unknown_database' });
  });
});

describe('a materialized view in other answers', () => {
  it('is a VIEW of SHOW FULL TABLES, with columns and a status', async () => {
    const view = catalog(facts);
    const full = showTables(view, () => [], { database: 'shop', full: true, pattern: undefined });
    assert.deepEqual(full.rows.at(-1), ['v', 'VIEW']);
    const object = view.findObject('shop', 'v');
    assert.ok(object !== undefined);
    assert.deepEqual(
      columnFacts(object).map(({ name }) => name),
      ['id'],
    );
    const status = await showTableStatus(view, 'shop', signal);
    assert.deepEqual([status.rows.at(-1)?.[0], status.rows.at(-1)?.at(-1)], ['v', 'ours']);
  });

  it('has its statement; a table has none', () => {
    const text = showCreateMaterializedView(catalog(facts), 'shop', 'v').rows[0]?.[1];
    assert.match(String(text), /^CREATE MATERIALIZED VIEW `v`/);
    assert.throws(() => showCreateMaterializedView(catalog(facts), 'shop', 't'), { kind: 'wrong_object' });
  });
});
