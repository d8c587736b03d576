import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { RowDataPacket } from 'mysql2/promise';
import type { DatabaseServer } from '../support/database-server.ts';
import { MariadbServer, mariadbSkipReason } from '../support/mariadb-server.ts';
import { mysqlSkipReason, startMysqlServer } from '../support/mysql-server.ts';
import { ServerProcess } from '../support/server-process.ts';

const password = 'pässword of ann';

describe('an account of another server', () => {
  let server: ServerProcess;
  before(async () => {
    server = await ServerProcess.start();
  });
  after(() => server.stop());

  const subjects: readonly (readonly [string, string | false, () => Promise<DatabaseServer>])[] = [
    ['MySQL', mysqlSkipReason(), startMysqlServer],
    ['MariaDB', mariadbSkipReason(), MariadbServer.start],
  ];

  for (const [name, skip, start] of subjects) {
    it(`is made by what SHOW CREATE USER of ${name} prints, and logs in as before`, { skip }, async () => {
      await using other = await start();
      const there = await other.connect();
      if (name === 'MySQL') await there.query('SET print_identified_with_as_hex = ON');
      await there.query(`CREATE USER ann IDENTIFIED BY '${password}'`);
      const [[row] = []] = await there.query<RowDataPacket[]>('SHOW CREATE USER ann');
      const printed = String(Object.values(row ?? {})[0]);
      await there.end();
      const root = await server.connect();
      await root.query('DROP USER IF EXISTS ann');
      await root.query(printed);
      await root.end();
      for (const ssl of [{}, { ssl: { rejectUnauthorized: false } }]) {
        for (const time of ['once', 'again']) {
          const ann = await server.connect({ user: 'ann', password, ...ssl });
          const [[user] = []] = await ann.query<RowDataPacket[]>('SELECT CURRENT_USER() AS me');
          assert.equal(user?.['me'], 'ann@%', time);
          await ann.end();
        }
      }
      await assert.rejects(server.connect({ user: 'ann', password: 'another' }), { errno: 1045 });
    });
  }
});
