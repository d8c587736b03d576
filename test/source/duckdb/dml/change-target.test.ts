import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SqlError } from '../../../../src/base/sql-error.ts';
import { EngineFacts } from '../../../../src/source/duckdb/engine-facts.ts';
import type { ObjectAccess } from '../../../../src/source/object-access.ts';
import { EngineFixture } from '../engine-fixture.ts';

const schema = [
  'CREATE TABLE t (id INT PRIMARY KEY, a INT NOT NULL)',
  'INSERT INTO t VALUES (1, 1)',
  'CREATE VIEW v AS SELECT id, a FROM t',
  'CREATE VIEW computed AS SELECT id, a + 1 AS n FROM t',
  'CREATE VIEW doubled AS SELECT id, a AS a1, a AS a2 FROM t',
  'CREATE VIEW lacking AS SELECT id FROM t',
  'CREATE VIEW grouped AS SELECT a, COUNT(*) AS n FROM t GROUP BY a',
  'CREATE VIEW upon AS SELECT a FROM grouped',
  'CREATE VIEW itself AS SELECT id, a FROM t WHERE a IN (SELECT MAX(a) FROM t)',
  'CREATE ALGORITHM = TEMPTABLE VIEW copied AS SELECT id, a FROM t',
  'CREATE VIEW joined AS SELECT t.id, t.a FROM t JOIN t AS o ON o.id = t.id',
  'CREATE SQL SECURITY INVOKER VIEW asking AS SELECT id, a FROM t',
];

/** What each account may do: `PRIVILEGE object`. */
function accessOf(rights: Readonly<Record<string, readonly string[]>>, user: string): ObjectAccess {
  return {
    require: (need) => {
      assert.ok(need.on === 'object');
      const has = need.anyOf.some((privilege) => rights[user]?.includes(`${privilege} ${need.name}`));
      if (!has) throw new SqlError('table_access_denied', `${need.command} denied on ${need.name}`);
    },
    sees: () => true,
    seesFunction: () => true,
    ofAccount: (other) => accessOf(rights, other),
    mayOperate: false,
  };
}

describe('what a statement may change', () => {
  const refusals: readonly (readonly [string, string])[] = [
    ['UPDATE computed SET n = 3', "not_updatable_column: Column 'n' is not updatable"],
    ['UPDATE computed SET a = 3', "unknown_column: Unknown column 'a' in 'field list'"],
    [
      'INSERT INTO computed (id) VALUES (3)',
      'not_insertable: The target table computed of the INSERT is not insertable-into',
    ],
    [
      'INSERT INTO doubled (id, a1) VALUES (3, 1)',
      'not_insertable: The target table doubled of the INSERT is not insertable-into',
    ],
    [
      'INSERT INTO lacking VALUES (3)',
      "no_default_behind_view: Field of view 'shop.lacking' underlying table doesn't have a default value",
    ],
    [
      'REPLACE INTO grouped VALUES (1, 1)',
      'not_insertable: The target table grouped of the INSERT is not insertable-into',
    ],
    ['UPDATE grouped SET a = 1', 'not_updatable: The target table grouped of the UPDATE is not updatable'],
    ['DELETE FROM upon', 'not_updatable: The target table upon of the DELETE is not updatable'],
    ['DELETE FROM itself', 'not_updatable: The target table itself of the DELETE is not updatable'],
    ['UPDATE copied SET a = 1', 'not_updatable: The target table copied of the UPDATE is not updatable'],
    [
      'DELETE FROM joined',
      "not_supported: This version of Holdfast doesn't yet support 'DELETE through a view of several tables'",
    ],
    [
      'INSERT INTO v PARTITION (p) VALUES (3, 3)',
      "not_supported: This version of Holdfast doesn't yet support 'partitions of a view'",
    ],
  ];
  it('is refused with MySQL’s errors where a view is no such one', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.all(...schema);
    const found: (readonly [string, string])[] = [];
    for (const [sql] of refusals) found.push([sql, await fixture.error(sql)]);
    assert.deepEqual(found, refusals);
  });

  it('is said by IS_UPDATABLE', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.all(...schema);
    const facts = new EngineFacts(fixture.embedded);
    const views = (facts.listObjects('shop') ?? []).filter(({ kind }) => kind === 'VIEW');
    const updatable = views.filter(({ name }) => facts.isUpdatable('shop', name)).map(({ name }) => name);
    assert.deepEqual(updatable.sort(), ['asking', 'computed', 'doubled', 'lacking', 'v']);
  });

  it('needs privileges on the view, and those of its definer behind it', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.all(...schema);
    const onViews = ['UPDATE v', 'SELECT v', 'UPDATE asking', 'SELECT asking'];
    fixture.access = accessOf({ ann: onViews, root: ['UPDATE t'] }, 'ann');
    assert.equal(await fixture.error('UPDATE v SET a = 2'), 'no error');
    assert.equal(await fixture.error('DELETE FROM v'), 'table_access_denied: DELETE denied on v');
    assert.equal(await fixture.error('UPDATE t SET a = 2'), 'table_access_denied: UPDATE denied on t');
    assert.match(await fixture.error('UPDATE asking SET a = 2'), /^view_invalid: View 'shop\.asking'/);
    fixture.access = accessOf({ ann: [...onViews, 'UPDATE t', 'SELECT t'] }, 'ann');
    assert.match(await fixture.error('UPDATE v SET a = 3'), /^view_invalid: View 'shop\.v'/);
    assert.equal(await fixture.error('UPDATE asking SET a = 3'), 'no error');
  });
});
