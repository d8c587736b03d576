import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EmbeddedSource } from '../../../../src/source/duckdb/source.ts';
import type { RestorePlan } from '../../../../src/source/restoring.ts';
import { calm } from '../../../conformance/source/support.ts';
import { EngineFixture } from '../engine-fixture.ts';

/** The plan that restores view v into another database, and a file with its rows. */
async function savedView(fixture: EngineFixture): Promise<Readonly<{ plan: RestorePlan; file: string }>> {
  await fixture.all(
    'CREATE TABLE t (id INT PRIMARY KEY)',
    'INSERT INTO t VALUES (1), (2)',
    'CREATE MATERIALIZED VIEW v REFRESH DEFERRED MANUAL AS SELECT COUNT(*) AS n FROM t',
    'REFRESH MATERIALIZED VIEW v WITH SYNC MODE',
  );
  const source = new EmbeddedSource(fixture.embedded);
  const objects = [{ kind: 'MATERIALIZED_VIEW', name: 'v' }] as const;
  await using frozen = await source.freeze({ database: 'shop', objects }, calm);
  const [view] = frozen.objects;
  assert(view !== undefined && view.kind !== 'TABLE');
  const { held } = view;
  assert(held, 'the view has rows');
  const file = `${fixture.engine.stagingFolder}/v.parquet`;
  await frozen.extract('v', undefined, { kind: 'all' }, file, calm);
  const { kind, name, ddl } = view;
  const { definition, columns } = held;
  const other = { kind, name, target: name, ddl, held: { definition, columns } };
  const origin = { kind: 'duckdb', version: source.version } as const;
  const names = { database: 'copy', originalDatabase: 'shop', createDatabase: true, origin };
  return { plan: { ...names, tables: [], others: [other] }, file };
}

describe('a materialized view whose rows are given up', () => {
  it('is known after a restart, takes no more rows, and is restored empty, to be filled at once', async () => {
    await using fixture = await EngineFixture.open();
    const { plan, file } = await savedView(fixture);
    {
      await using restoring = await new EmbeddedSource(fixture.embedded).openRestore('1', 'copy', calm);
      await restoring.prepare(plan, calm);
      await restoring.load('v', undefined, 'a', file, calm);
      const why = await restoring.giveUpRows?.('v', 'blob b is missing', calm);
      const told =
        'materialized view v was restored without its rows, which a refresh makes again: blob b is missing';
      assert.equal(why, told);
    }
    await fixture.reopen();
    await using again = await new EmbeddedSource(fixture.embedded).openRestore('1', 'copy', calm);
    const left = await again.leftOut?.(calm);
    assert.deepEqual(
      left?.map(({ target }) => target),
      ['v'],
    );
    await again.load('v', undefined, 'b', file, calm);
    await again.commit(calm);
    assert.deepEqual(await fixture.lines('SELECT COUNT(*) FROM copy.v'), ['0']);
    const view = fixture.engine.dictionary.materializedView('copy', 'v');
    assert.equal(view?.definition.isFilledAtOnce, true);
    assert.equal(view.definition.lastRefresh, undefined);
  });

  it('leaves no shadow behind when another one stays in its place', async () => {
    await using fixture = await EngineFixture.open();
    const { plan } = await savedView(fixture);
    await fixture.run('ALTER MATERIALIZED VIEW v INACTIVE');
    const here = { ...plan, database: 'shop', createDatabase: false };
    await using restoring = await new EmbeddedSource(fixture.embedded).openRestore('1', 'shop', calm);
    await restoring.prepare(here, calm);
    const why = await restoring.giveUpRows?.('v', 'blob b is missing', calm);
    assert.equal(why, 'materialized view v was not restored: blob b is missing');
    await restoring.commit(calm);
    assert.deepEqual(await fixture.lines('SELECT n FROM v'), ['2']);
    using connection = await fixture.engine.connect();
    const shadows = `SELECT count(*) FROM duckdb_tables() WHERE starts_with(table_name, '__holdfast_shadow_')`;
    assert.equal(await connection.fact(shadows), 0n);
  });
});
