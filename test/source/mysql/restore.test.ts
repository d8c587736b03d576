import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { calm } from '../../conformance/source/support.ts';
import { MariadbServer, mariadbSkipReason } from '../../support/mariadb-server.ts';
import { MysqlFixture } from './mysql-fixture.ts';
import { tortureSchema } from './torture-schema.ts';
import { copyWhole, prepareWhole, shownDatabase } from './whole-database.ts';

describe('a restore into MariaDB', { skip: mariadbSkipReason(), timeout: 200_000 }, () => {
  let server: MariadbServer;
  before(async () => {
    server = await MariadbServer.start();
  });
  after(() => server[Symbol.asyncDispose]());

  async function tortured(): Promise<MysqlFixture> {
    const subject = await MysqlFixture.open(server);
    for (const statement of tortureSchema) await subject.run(statement);
    return subject;
  }

  it('gives back everything as it was: into its place, and into another database', async () => {
    await using subject = await tortured();
    const shown = await shownDatabase(subject, 'shop');
    const copy = await copyWhole(subject);
    await subject.run('DELETE FROM keyless; INSERT INTO keyless VALUES (9, NULL); DROP VIEW z_first');
    await using restoring = await prepareWhole(subject, copy);
    await restoring.commit(calm);
    assert.deepEqual(await shownDatabase(subject, 'shop'), shown);
    await restoring.forget(calm);
    await using elsewhere = await prepareWhole(subject, copy, { database: 'n`ew' }, '8');
    await elsewhere.commit(calm);
    await elsewhere.forget(calm);
    await subject.run('DROP DATABASE shop');
    await subject.run('INSERT INTO `n``ew`.keyless VALUES (1, NULL); SELECT * FROM `n``ew`.a_last');
    const databases = await subject.rows('SHOW DATABASES');
    assert.deepEqual(
      databases.flat().filter((name) => String(name).startsWith('__holdfast')),
      [],
    );
  });
});
