import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { SqlErrorKind } from '../../../src/base/sql-error.ts';
import { World } from '../world.ts';

describe('BACKUP SNAPSHOT', () => {
  let world: World;
  before(async () => {
    world = await World.open();
    const statements = [
      `CREATE REPOSITORY r WITH BROKER ON LOCATION "${world.place()}"`,
      'CREATE DATABASE shop',
      'CREATE DATABASE bare',
      'CREATE TABLE shop.item (id INT PRIMARY KEY, name VARCHAR(40))',
      `CREATE TABLE shop.sale (id INT, sold DATE) PARTITION BY RANGE COLUMNS (sold)
        (PARTITION p1 VALUES LESS THAN ('2026-01-01'), PARTITION p2 VALUES LESS THAN ('2027-01-01'))`,
      'CREATE VIEW shop.names AS SELECT name FROM shop.item',
    ];
    for (const statement of statements) await world.run(statement);
  });
  after(() => world[Symbol.asyncDispose]());

  let labels = 0;
  /** BackupObjs of a backup with this list, in this database. */
  async function objects(list: string, database = 'shop'): Promise<string | null | undefined> {
    const label = `l${++labels}`;
    await world.run(`BACKUP SNAPSHOT ${database}.${label} TO r ${list}`);
    await world.settled();
    const [job] = await world.rows(`SHOW BACKUP FROM ${database} WHERE SnapshotName = '${label}'`);
    assert.equal(job?.[3], 'FINISHED', String(job?.[12]));
    return job?.[4];
  }

  const lists: readonly (readonly [string, string, string])[] = [
    ['everything', '', '[shop.item], [shop.sale], [shop.names]'],
    ['a table that is named', 'ON (item)', '[shop.item]'],
    ['a table whatever its case', 'ON (TABLE ITEM)', '[shop.item]'],
    ['a table of any database name, as StarRocks ignores it', 'ON (other.item)', '[shop.item]'],
    ['a view by its plain name', 'ON (names)', '[shop.names]'],
    ['a view', 'ON (VIEW names)', '[shop.names]'],
    ['all tables', 'ON (ALL TABLES)', '[shop.item], [shop.sale]'],
    ['all views and a table', 'ON (ALL VIEWS, item)', '[shop.item], [shop.names]'],
    ['partitions, each once', 'ON (sale PARTITION (P2, p1, p2))', '[shop.salePARTITIONS (p2, p1)]'],
    ['the only partition of a table without any', 'ON (item PARTITION (item))', '[shop.item]'],
    [
      'partitions of a table that ALL names too',
      'ON (ALL TABLES, sale PARTITION (p1))',
      '[shop.item], [shop.salePARTITIONS (p1)]',
    ],
    ['what is not excluded', 'EXCLUDE (item, ALL VIEWS)', '[shop.sale]'],
    [
      'the partitions that are not excluded',
      'EXCLUDE (sale PARTITION (p1), names)',
      '[shop.item], [shop.salePARTITIONS (p2)]',
    ],
    ['nothing of a table without its partitions', 'EXCLUDE (sale PARTITION (p1, p2), names)', '[shop.item]'],
  ];
  for (const [name, list, expected] of lists) {
    it(`backs up ${name}`, async () => assert.equal(await objects(list), expected));
  }

  const refusals: readonly (readonly [string, SqlErrorKind, RegExp])[] = [
    ['BACKUP SNAPSHOT shop.x TO none', 'backup', /Repository \[none\] does not exist/],
    ['BACKUP SNAPSHOT nope.x TO r', 'unknown_database_backup', /Unknown database 'nope'/],
    ['BACKUP SNAPSHOT x TO r', 'no_database_selected', /No database selected/],
    ['BACKUP SNAPSHOT bare.x TO r', 'backup', /Database: bare is empty/],
    ['BACKUP SNAPSHOT shop.`` TO r', 'label', /Incorrect label name ''/],
    [`BACKUP SNAPSHOT shop.${'é'.repeat(80)} TO r`, 'label', /Incorrect label name 'é+'/],
    ['BACKUP SNAPSHOT shop.x TO r ON (ghost)', 'analysis', /Incorrect table name 'ghost'/],
    ['BACKUP SNAPSHOT shop.x TO r ON (VIEW item)', 'analysis', /Incorrect table name 'item'/],
    [
      'BACKUP SNAPSHOT shop.x TO r ON (FUNCTION f)',
      'backup',
      /Invalid backup function\(s\), function name: f/,
    ],
    ['BACKUP SNAPSHOT shop.x TO r ON (ALL FUNCTIONS)', 'backup', /Database: shop is empty/],
    ['BACKUP SNAPSHOT shop.x TO r ON (item, ITEM)', 'analysis', /Duplicated table: item/],
    [
      'BACKUP SNAPSHOT shop.x TO r ON (sale PARTITION (p9))',
      'analysis',
      /partition\[p9\] does not exist {2}in tablesale/,
    ],
    [
      'BACKUP SNAPSHOT shop.x TO r ON (sale TEMPORARY PARTITION (p1))',
      'analysis',
      /Do not support backing up temp partitions/,
    ],
    ['BACKUP SNAPSHOT shop.x TO r ON (item AS other)', 'syntax', /./],
    [
      'BACKUP SNAPSHOT shop.x TO r EXCLUDE (item, sale, names)',
      'analysis',
      /every object of the database is excluded/,
    ],
    [
      'BACKUP SNAPSHOT shop.x TO r PROPERTIES ("type" = "partial")',
      'analysis',
      /Invalid backup job type: partial/,
    ],
    [
      'BACKUP SNAPSHOT shop.x TO r PROPERTIES ("type" = "Incremental")',
      'backup',
      /Currently does not support incremental backup/,
    ],
    [
      'BACKUP SNAPSHOT shop.x TO r PROPERTIES ("timeout" = "599")',
      'analysis',
      /timeout must be at least 10 min/,
    ],
    ['BACKUP SNAPSHOT shop.x TO r PROPERTIES ("ttl" = "7d")', 'analysis', /Invalid ttl: '7d'/],
    [
      'BACKUP SNAPSHOT shop.x TO r PROPERTIES ("speed" = "1", "Type" = "FULL")',
      'analysis',
      /Unknown backup job properties: \[speed, Type\]/,
    ],
    ['BACKUP SNAPSHOT shop.x TO r PROPERTIES ("content" = "METADATA_ONLY")', 'not_supported', /content/],
    ['BACKUP SNAPSHOT nocat.shop.x TO r', 'unknown_catalog', /Unknown catalog 'nocat'/],
  ];
  for (const [sql, kind, message] of refusals) {
    it(`refuses ${sql.slice(0, 90)}`, () => world.refuses(sql, kind, message));
  }

  it('takes the database of the session, and a label that was not used', async () => {
    await world.run('USE shop');
    await world.run('BACKUP SNAPSHOT once TO r');
    await world.settled();
    await world.refuses(
      'BACKUP SNAPSHOT once TO r',
      'backup',
      /Snapshot with name 'once' already exist in repository/,
    );
    await world.refuses(
      'BACKUP SNAPSHOT once TO r PROPERTIES ("type" = "incremental")',
      'backup',
      /Currently does not support incremental backup/,
    );
  });

  it('takes the newer form, with a timeout that is shown', async () => {
    await world.run(
      'BACKUP DATABASE shop SNAPSHOT newer TO r PROPERTIES ("timeout" = "+3600", "type" = "full")',
    );
    await world.settled();
    const [job] = await world.rows("SHOW BACKUP FROM shop WHERE SnapshotName = 'newer'");
    assert.deepEqual([job?.[3], job?.[13]], ['FINISHED', '3600']);
  });

  it('writes to no repository that is READ ONLY', async () => {
    await world.run('DROP REPOSITORY r');
    await world.run(`CREATE READ ONLY REPOSITORY r WITH BROKER ON LOCATION "${world.place()}"`);
    await world.refuses('BACKUP SNAPSHOT shop.y TO r', 'backup', /Repository r is read only/);
  });

  it('is for accounts with REPOSITORY on SYSTEM', async () => {
    const stranger = await world.stranger('bo');
    await world.refuses(
      'BACKUP SNAPSHOT shop.y TO r',
      'backup_access_denied',
      /REPOSITORY privilege/,
      stranger,
    );
  });
});
