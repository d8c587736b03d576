import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { CatalogWorld } from '../support/catalog-world.ts';
import { mariadbSkipReason } from '../support/mariadb-server.ts';
import { createCatalog } from '../support/pass-through-world.ts';
import { findMariadbClient, skipReason } from '../support/programs.ts';

const skip = mariadbSkipReason() || skipReason(findMariadbClient(), 'mariadb-client');

/** Several tables, so that readers and loaders have work at once; one that is locked while it is read; programs. */
const shop: readonly string[] = [
  'CREATE DATABASE shop',
  'USE shop',
  ...['a', 'b', 'c', 'd', 'e', 'f'].flatMap((name) => [
    `CREATE TABLE ${name} (id INT PRIMARY KEY, body BLOB, KEY (body(8)))`,
    `INSERT INTO ${name} SELECT seq, RANDOM_BYTES(200) FROM seq_1_to_2000`,
  ]),
  'CREATE TABLE isam (id INT) ENGINE=MyISAM',
  'INSERT INTO isam VALUES (1)',
  'CREATE VIEW v AS SELECT id FROM a',
  'CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW SET NEW.id = NEW.id + 1',
  'CREATE FUNCTION one() RETURNS INT DETERMINISTIC RETURN 1',
];

const tables = 'shop.a, shop.b, shop.c, shop.d, shop.e, shop.f, shop.isam';

/** As docs/sources.md and docs/restore-to-a-server.md ask for; objects are root's. */
const grants: readonly string[] = [
  'GRANT SELECT, INSERT, CREATE, ALTER, INDEX, DROP, REFERENCES, LOCK TABLES, CREATE VIEW, SHOW VIEW, TRIGGER, EVENT, ' +
    'CREATE ROUTINE, ALTER ROUTINE, EXECUTE ON shop.* TO tight',
  'GRANT ALL ON `\\_\\_holdfast\\_%`.* TO tight',
  'GRANT RELOAD, PROCESS, BINLOG MONITOR, BINLOG ADMIN, SET USER ON *.* TO tight',
  'GRANT SELECT ON mysql.proc TO tight',
];

describe('the connections of a job', { skip }, () => {
  let world: CatalogWorld;

  before(async () => {
    world = await CatalogWorld.open();
    await world.direct(world.prod, ...shop);
  });

  after(async () => world[Symbol.asyncDispose]());

  for (const connections of [3, 4]) {
    it(`are never more than ${connections} where no more are allowed`, async () => {
      // The server itself counts, and lets no more in.
      const user = `CREATE OR REPLACE USER tight IDENTIFIED BY 'secret' WITH MAX_USER_CONNECTIONS ${connections}`;
      await world.direct(world.prod, user, ...grants);
      const catalog = `tight${connections}`;
      const own = { user: 'tight', password: 'secret', max_source_connections: String(connections) };
      await world.ask(createCatalog(catalog, world.prod.properties(own)));
      const sums = await world.direct(world.prod, `CHECKSUM TABLE ${tables}`);
      await world.ask(`BACKUP SNAPSHOT ${catalog}.shop.of_${connections} TO repo`);
      assertUndisturbed(await world.settledOf('BACKUP', catalog));
      await world.direct(world.prod, 'DELETE FROM shop.a');
      await world.ask(
        `RESTORE SNAPSHOT ${catalog}.shop.of_${connections} FROM repo ${await world.moment(`of_${connections}`)}`,
      );
      assertUndisturbed(await world.settledOf('RESTORE', catalog));
      assert.equal(await world.direct(world.prod, `CHECKSUM TABLE ${tables}`), sums);
      // It is forgotten on the server after it has finished.
      await world.withoutShadows(world.prod);
    });
  }
});

/** Finished, and no task of it was refused or tried again. */
function assertUndisturbed(row: string): void {
  assert.match(row, /\tFINISHED\t.*\[OK\]/);
  assert.doesNotMatch(row, /max_user_connections|retr/i);
}
