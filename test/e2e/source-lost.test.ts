import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { RowDataPacket } from 'mysql2/promise';
import { CatalogWorld } from '../support/catalog-world.ts';
import { mariadbSkipReason } from '../support/mariadb-server.ts';
import { createCatalog } from '../support/pass-through-world.ts';
import { findMariadbClient, skipReason } from '../support/programs.ts';
import { until } from '../support/until.ts';

const skip = mariadbSkipReason() || skipReason(findMariadbClient(), 'mariadb-client');

describe('a backup whose connections are lost while it reads', { skip }, () => {
  let world: CatalogWorld;

  before(async () => {
    world = await CatalogWorld.open();
    await world.direct(
      world.prod,
      'CREATE DATABASE shop',
      'USE shop',
      // More than sockets hold, so that the server is still sending when it is looked at.
      "CREATE TABLE a AS SELECT seq AS id, 0 AS v, repeat('x', 3000) AS pad FROM seq_1_to_4000",
      'CREATE TABLE b AS SELECT * FROM a',
      'ALTER TABLE a ADD PRIMARY KEY (id)',
      'ALTER TABLE b ADD PRIMARY KEY (id)',
      "CREATE USER reader IDENTIFIED BY 'secret'",
      'GRANT SELECT, SHOW VIEW, TRIGGER, EVENT ON shop.* TO reader',
      'GRANT RELOAD, PROCESS, BINLOG ADMIN, BINLOG MONITOR ON *.* TO reader',
    );
    // Slow enough to be met.
    const own = { user: 'reader', password: 'secret', max_source_rows_per_second: '1000' };
    await world.ask(createCatalog('slow', world.prod.properties(own)));
  });

  after(async () => world[Symbol.asyncDispose]());

  const losses = [
    { name: 'goes on at the same point in time when one is left', kept: 1, expected: '0' },
    { name: 'begins anew, at a new point in time, when all are lost, and says so', kept: 0, expected: '1' },
  ];
  for (const { name, kept, expected } of losses) {
    it(name, async () => {
      const label = `lost_${expected}`;
      const connection = await world.prod.connect();
      const reading = async (): Promise<readonly number[] | undefined> => {
        const [rows] = await connection.query<RowDataPacket[]>(
          "SELECT ID FROM information_schema.PROCESSLIST WHERE USER = 'reader' AND INFO LIKE 'SELECT %ORDER BY%' ORDER BY ID",
        );
        return rows.length < 2 ? undefined : rows.map((row) => Number(row['ID']));
      };
      await world.direct(world.prod, 'UPDATE shop.a SET v = 0 WHERE id = 4000');
      await world.ask(`BACKUP SNAPSHOT slow.shop.${label} TO repo`);
      const readers = await until('two readers', reading);
      await connection.query('UPDATE shop.a SET v = 1 WHERE id = 4000');
      for (const id of readers.slice(kept)) await connection.query(`KILL ${id}`);
      await connection.end();
      const row = await world.settledOf('BACKUP', 'slow');
      assert.match(row, /\tFINISHED\t.*\[OK\]/);
      if (kept === 0) assert.match(row, /lost/);
      await world.ask(`RESTORE SNAPSHOT other.${label}.${label} FROM repo ${await world.moment(label)}`);
      await world.finished('RESTORE', `other.${label}`);
      const seen = `SELECT (SELECT count(*) FROM ${label}.b), count(*), sum(v) FROM ${label}.a`;
      assert.equal(await world.direct(world.other, seen), `4000\t4000\t${expected}`);
    });
  }
});
