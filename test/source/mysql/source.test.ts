import { after, before, describe } from 'node:test';
import { conformsToSource, type OpenSource } from '../../conformance/source.ts';
import { MariadbServer, mariadbSkipReason } from '../../support/mariadb-server.ts';
import { MysqlFixture } from './mysql-fixture.ts';

const changed = 'the server keeps no old definitions: such a backup fails with a reason';

describe('MariaDB', { skip: mariadbSkipReason() }, () => {
  let server: MariadbServer;
  before(async () => {
    server = await MariadbServer.start();
  });
  after(() => server[Symbol.asyncDispose]());

  conformsToSource({
    name: 'MariaDB',
    open: async (): Promise<OpenSource> => await MysqlFixture.open(server),
    skip: {
      'a table that is altered or dropped after the freeze is read as it was': changed,
      'a database that is dropped after the freeze is read as it was': changed,
    },
  });
});
