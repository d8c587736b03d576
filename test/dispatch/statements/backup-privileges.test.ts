import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import type { LoginState } from '../../../src/session/login-state.ts';
import { World } from '../world.ts';

const denied = 'backup_access_denied';

describe('backups by an account that is no administrator', () => {
  let world: World;
  let keeper: LoginState;
  let other: LoginState;
  let timestamp = '';
  before(async () => {
    world = await World.open();
    const statements = [
      `CREATE REPOSITORY r WITH BROKER ON LOCATION "${world.place()}"`,
      'CREATE DATABASE shop',
      'CREATE TABLE shop.item (id INT PRIMARY KEY)',
      'CREATE TABLE shop.sale (id INT)',
      'CREATE VIEW shop.names AS SELECT id FROM shop.item',
      'CREATE FUNCTION shop.twice(a INT) RETURNS INT RETURN a * 2',
      'BACKUP SNAPSHOT shop.first TO r',
    ];
    for (const sql of statements) await world.run(sql);
    await world.settled();
    timestamp = String((await world.rows('SHOW SNAPSHOT ON r'))[0]?.[1]);
    keeper = await world.stranger('keeper');
    other = await world.stranger('other');
    await world.run('GRANT REPOSITORY ON SYSTEM TO USER keeper');
    await world.run('GRANT REPOSITORY ON SYSTEM TO USER other');
  });
  after(() => world[Symbol.asyncDispose]());

  /** The account holds REPOSITORY, and no more than these. */
  async function holding(...grants: readonly string[]): Promise<void> {
    await world.run('REVOKE ALL PRIVILEGES, GRANT OPTION FROM keeper');
    for (const grant of ['REPOSITORY ON SYSTEM', ...grants]) await world.run(`GRANT ${grant} TO keeper`);
  }
  beforeEach(() => holding());

  let labels = 0;
  const backup = (list = ''): string => `BACKUP SNAPSHOT shop.l${++labels} TO r ${list}`;
  const restore = (target: string, list = '', more = ''): string =>
    `RESTORE SNAPSHOT ${target}first FROM r ${list} PROPERTIES ("backup_timestamp" = "${timestamp}"${more})`;

  const backups: readonly (readonly [needs: readonly string[], list: string, missing: string])[] = [
    [['EXPORT ON shop.*', 'USAGE ON ALL FUNCTIONS IN DATABASE shop'], '', ''],
    [['EXPORT ON shop.*'], '', 'FUNCTION twice'],
    [['EXPORT ON TABLE shop.item'], 'ON (item)', ''],
    [['EXPORT ON TABLE shop.item'], 'ON (item, sale)', 'TABLE sale'],
    [['EXPORT ON ALL TABLES IN DATABASE shop'], 'ON (ALL TABLES)', ''],
    [['EXPORT ON ALL TABLES IN DATABASE shop'], 'ON (VIEW names)', 'VIEW names'],
    [['SELECT ON VIEW shop.names'], 'ON (VIEW names)', ''],
    [['SELECT ON shop.*'], 'ON (item)', 'TABLE item'],
    [[], 'ON (item)', 'TABLE item'],
  ];
  for (const [needs, list, missing] of backups) {
    const verb = missing === '' ? 'save' : 'do not save';
    it(`${verb} ${list === '' ? 'everything' : list} with ${needs.join(', ') || 'nothing'}`, async () => {
      await holding(...needs);
      if (missing !== '')
        return world.refuses(backup(list), denied, new RegExp(`EXPORT.* on ${missing} `), keeper);
      await world.run(backup(list), keeper);
      await world.settled();
      const [job] = await world.rows('SHOW BACKUP FROM shop', keeper);
      assert.equal(job?.[3], 'FINISHED');
      assert.deepEqual(await world.rows('SHOW BACKUP FROM shop', other), []);
    });
  }

  const restores: readonly (readonly [needs: readonly string[], sql: () => string, missing: string])[] = [
    [['CREATE DATABASE ON CATALOG default_catalog'], () => restore('fresh.'), ''],
    [[], () => restore('fresher.'), 'CREATE DATABASE.*CATALOG default_catalog'],
    [['CREATE DATABASE ON CATALOG default_catalog'], () => restore('shop.'), 'INSERT.*TABLE item'],
    [['CREATE DATABASE ON CATALOG default_catalog'], () => restore(''), 'INSERT.*TABLE item'],
    [['INSERT ON shop.*'], () => restore('shop.', 'ON (item)'), 'CREATE TABLE.*DATABASE shop'],
    [['CREATE TABLE ON DATABASE shop'], () => restore('shop.', 'ON (item)'), 'INSERT.*TABLE item'],
    [['CREATE TABLE ON DATABASE shop'], () => restore('shop.', 'ON (item AS sale)'), 'INSERT.*TABLE sale'],
    [['CREATE TABLE ON DATABASE shop', 'INSERT ON shop.item'], () => restore('shop.', 'ON (item)'), ''],
    [['CREATE TABLE ON DATABASE shop'], () => restore('shop.', 'ON (item AS copy)'), ''],
    [
      ['CREATE TABLE ON DATABASE shop', 'INSERT ON shop.*'],
      () => restore('shop.', 'ON (item)', ', "clean_tables" = "true"'),
      'DROP.*TABLE',
    ],
  ];
  for (const [needs, sql, missing] of restores) {
    it(`${missing === '' ? 'come back' : 'do not come back'} by ${sql()} with ${needs.join(', ') || 'nothing'}`, async () => {
      await holding(...needs);
      if (missing !== '') return world.refuses(sql(), denied, new RegExp(missing), keeper);
      await world.run(sql(), keeper);
      await world.settled();
      assert.equal((await world.rows('SHOW RESTORE', keeper)).at(-1)?.[4], 'FINISHED');
    });
  }

  it('are not cancelled by who could not have made them', async () => {
    await world.run(backup('ON (item)'));
    await world.refuses('CANCEL BACKUP FROM shop', denied, /EXPORT/, other);
    await world.settled();
  });

  it('of external catalogs come back for who may make them', async () => {
    const sql = 'RESTORE SNAPSHOT c FROM r ALL EXTERNAL CATALOGS PROPERTIES ("backup_timestamp" = "x")';
    await world.refuses(sql, denied, /CREATE EXTERNAL CATALOG/, keeper);
  });
});
