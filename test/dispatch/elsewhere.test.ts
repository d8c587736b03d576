import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { internalCatalog } from '../../src/catalog/external/external-catalogs.ts';
import { elsewhere } from '../../src/dispatch/elsewhere.ts';
import { globalProject } from '../../src/metastore/key.ts';
import type { LoginState } from '../../src/session/login-state.ts';
import { World } from './world.ts';

/** `text` undefined: answered here. Without a catalog the session's is meant. */
type Case = readonly [
  sql: string,
  text: string | undefined,
  more?: Readonly<{ catalog?: string; use?: string }>,
];

describe('where a statement is answered', () => {
  let world: World;
  let state: LoginState;
  before(async () => {
    world = await World.open();
    await world.services.metastore.write({ project: globalProject, operator: 'test' }, (sandbox) => {
      for (const name of ['prod', 'other']) {
        const properties = [
          ['type', 'mysql'],
          ['host', 'localhost'],
          ['user', 'a'],
        ] as const;
        world.services.externalCatalogs.put(sandbox, { name, properties }, 'new');
      }
    });
  });
  after(() => world[Symbol.asyncDispose]());
  beforeEach(() => {
    state = world.session('root');
    state.catalog = 'prod';
  });

  const inProd: readonly Case[] = [
    ['SELECT 1', 'SELECT 1'],
    ['SELEC 1', 'SELEC 1'],
    ["SELECT 'unfinished", "SELECT 'unfinished"],
    ['INSERT INTO t VALUES (1)', 'INSERT INTO t VALUES (1)'],
    ['SELECT * FROM prod.shop.t JOIN `prod`.shop.u', 'SELECT * FROM shop.t JOIN shop.u'],
    ['SELECT prod.shop.t FROM shop.prod', 'SELECT prod.shop.t FROM shop.prod'],
    ['SELECT prod.shop.t.a FROM prod.shop.t', 'SELECT shop.t.a FROM shop.t'],
    ['SELECT * FROM prod.shop.t, prod.shop.u', 'SELECT * FROM shop.t, shop.u'],
    ['SELECT * FROM default_catalog.shop.t', undefined],
    ['SELECT * FROM other.shop.t', 'SELECT * FROM shop.t', { catalog: 'other' }],
    ['EXPLAIN SELECT * FROM other.shop.t', 'EXPLAIN SELECT * FROM shop.t', { catalog: 'other' }],
    ['BEGIN', 'BEGIN'],
    ['CREATE USER x', 'CREATE USER x'],
    ['DROP DATABASE IF EXISTS `prod`.shop', 'DROP DATABASE IF EXISTS shop'],
    ['CREATE SCHEMA shop', 'CREATE SCHEMA shop'],
    ["SET PASSWORD FOR x = 'y'", "SET PASSWORD FOR x = 'y'"],
    ['SHOW DATABASES', 'SHOW DATABASES'],
    ['SHOW WARNINGS', undefined],
    ['SHOW ENGINE INNODB STATUS', 'SHOW ENGINE INNODB STATUS'],
    ['SHOW SLAVE HOSTS EXTENDED', 'SHOW SLAVE HOSTS EXTENDED'],
    ['SHOW TABLES FROM other.shop LIKE "a%"', 'SHOW TABLES FROM shop LIKE "a%"', { catalog: 'other' }],
    ['SHOW DATABASES FROM other', 'SHOW DATABASES ', { catalog: 'other' }],
    ['SHOW CREATE TABLE `other`.shop.`t`', 'SHOW CREATE TABLE shop.`t`', { catalog: 'other' }],
    ['SHOW COLUMNS FROM t FROM other.shop', 'SHOW COLUMNS FROM t FROM shop', { catalog: 'other' }],
    ['SHOW TABLES FROM default_catalog.d', undefined],
    ['DESC other.shop.t a', 'DESC shop.t a', { catalog: 'other' }],
    ['DESC shop.t', 'DESC shop.t'],
    ['USE shop', 'USE `shop`', { use: 'shop' }],
    ['USE other.shop', 'USE `shop`', { catalog: 'other', use: 'shop' }],
    ['USE default_catalog.d', undefined],
    ['KILL 4711', 'KILL 4711'],
    ['KILL HARD 1', 'KILL HARD 1'],
    ['BACKUP SNAPSHOT s TO r', undefined],
    ['SHOW BACKUP', undefined],
    ['SET CATALOG default_catalog', undefined],
    ['ADMIN SHOW FRONTEND CONFIG', undefined],
    ['BACKUP STAGE START', 'BACKUP STAGE START'],
    ["LOAD DATA INFILE 'f' INTO TABLE t", "LOAD DATA INFILE 'f' INTO TABLE t"],
    ['-- nothing', undefined],
  ];
  for (const [sql, text, more = {}] of inProd) {
    it(`in an external catalog: ${sql}`, () => {
      const there = elsewhere(sql, world.services, state);
      assert.equal(there?.text, text);
      if (there === undefined) return;
      assert.equal(there.catalog, more.catalog ?? 'prod');
      assert.equal(there.effect.kind === 'use' ? there.effect.database : undefined, more.use);
    });
  }

  const atHome: readonly Case[] = [
    ['SELECT 1', undefined],
    ['SHOW TABLES', undefined],
    ['SHOW TABLES FROM prod.shop', 'SHOW TABLES FROM shop', { catalog: 'prod' }],
    ['SHOW PARTITIONS FROM prod.shop.t', 'SHOW PARTITIONS FROM shop.t', { catalog: 'prod' }],
    ['DROP DATABASE shop', undefined],
    ['DROP DATABASE default_catalog.shop', undefined],
    ['USE prod.shop', 'USE `shop`', { catalog: 'prod', use: 'shop' }],
    ['USE d', undefined],
    ['DESC prod.shop.t', 'DESC shop.t', { catalog: 'prod' }],
    [
      'SELECT a, prod.shop.t.b FROM prod.shop.t JOIN `prod`.shop.u USING (a), prod.shop.v x WHERE c = 1 FOR UPDATE',
      'SELECT a, shop.t.b FROM shop.t JOIN shop.u USING (a), shop.v x WHERE c = 1 FOR UPDATE',
      { catalog: 'prod' },
    ],
    [
      'WITH x AS (SELECT * FROM prod.shop.t) SELECT * FROM x, (SELECT 1) y WHERE TRIM(a FROM b) IN (SELECT c FROM prod.d.e)',
      'WITH x AS (SELECT * FROM shop.t) SELECT * FROM x, (SELECT 1) y WHERE TRIM(a FROM b) IN (SELECT c FROM d.e)',
      { catalog: 'prod' },
    ],
    [
      'SELECT 1 FROM (prod.a.b, prod.a.c) JOIN prod.a.d ON EXTRACT(DAY FROM e) = 1',
      'SELECT 1 FROM (a.b, a.c) JOIN a.d ON EXTRACT(DAY FROM e) = 1',
      { catalog: 'prod' },
    ],
    ['SELECT * FROM default_catalog.shop.t', undefined],
    ['SELECT default_catalog.shop.t FROM shop.t', undefined],
  ];
  for (const [sql, text, more = {}] of atHome) {
    it(`in the embedded engine: ${sql}`, () => {
      state.catalog = internalCatalog;
      const there = elsewhere(sql, world.services, state);
      assert.deepEqual([there?.text, there?.catalog], [text, more.catalog]);
    });
  }

  const refused: readonly (readonly [sql: string, kind: string])[] = [
    ["LOAD DATA LOCAL INFILE 'f' INTO TABLE t", 'loading_local_data_disabled'],
    ["SET PASSWORD = 'x'", 'not_supported'],
    ['SELECT * FROM other.shop.t, shop.u', 'not_supported'],
    ['SELECT * FROM other.shop.t, u', 'not_supported'],
    ['SELECT * FROM other.shop.t JOIN prod.shop.u', 'not_supported'],
    ['SELECT * FROM shop.u WHERE a = (SELECT MAX(b) FROM other.shop.t)', 'not_supported'],
    ['SELECT a FROM other.shop.t INTO @a', 'not_supported'],
    ['DELETE FROM other.shop.t', 'not_supported'],
    ['DROP DATABASE other.shop', 'not_supported'],
    ['CREATE DATABASE IF NOT EXISTS default_catalog.d', 'not_supported'],
    ['INSERT INTO default_catalog.d.t VALUES (1)', 'not_supported'],
    ['SHOW TABLES FROM ghost.shop', 'unknown_catalog'],
  ];
  for (const [sql, kind] of refused) {
    it(`nowhere: ${sql}`, () => assert.throws(() => elsewhere(sql, world.services, state), { kind }));
  }

  it('by the server for whoever asked it last: SHOW WARNINGS', () => {
    state.isAnsweredHere = false;
    assert.equal(elsewhere('SHOW WARNINGS', world.services, state)?.text, 'SHOW WARNINGS');
  });

  it('nowhere for accounts without the privilege', async () => {
    await world.stranger('bo');
    const stranger = world.session('bo');
    stranger.catalog = 'prod';
    assert.throws(() => elsewhere('SELECT 1', world.services, stranger), { kind: 'backup_access_denied' });
  });
});
