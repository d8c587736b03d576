import assert from 'node:assert/strict';
import { it } from 'node:test';
import { whyUnreadable } from '../../../../src/source/duckdb/backup/unreadable-views.ts';
import { EngineFixture } from '../engine-fixture.ts';

it('says why a view cannot be read', async () => {
  await using fixture = await EngineFixture.open();
  await fixture.all(
    'CREATE TABLE t (a INT, b INT)',
    'CREATE TABLE u (a INT)',
    'CREATE FUNCTION twice (n INT) RETURNS INT RETURN n * 2',
    'CREATE VIEW fine AS SELECT a FROM u',
    "CREATE VIEW dates AS SELECT CAST('no date' AS DATE) AS d",
    'CREATE VIEW gone AS SELECT a FROM t',
    'CREATE VIEW above AS SELECT * FROM gone',
    'CREATE VIEW narrow AS SELECT a AS x FROM u',
    'CREATE VIEW called AS SELECT twice(1) AS two',
    'DROP TABLE t',
    'DROP FUNCTION twice',
    'ALTER TABLE u RENAME COLUMN a TO b',
    'CREATE OR REPLACE VIEW fine AS SELECT b FROM u',
  );
  using connection = await fixture.engine.connect();
  const why = (name: string): Promise<string | undefined> =>
    whyUnreadable(fixture.engine, connection, { database: 'shop', name });
  assert.equal(await why('fine'), undefined);
  assert.equal(await why('dates'), undefined, 'rows are not looked at');
  assert.equal(await why('gone'), "Table 'shop.t' doesn't exist");
  assert.equal(await why('above'), "Table 'shop.t' doesn't exist");
  assert.match((await why('narrow')) ?? '', /Unknown column 'a'/);
  assert.match((await why('called')) ?? '', /twice/i);
});
