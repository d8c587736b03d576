import { after, before, describe } from 'node:test';
import { conformsToSource, type OpenSource, sourceClauses } from '../../conformance/source.ts';
import { MariadbServer, mariadbSkipReason } from '../../support/mariadb-server.ts';
import { MysqlFixture } from './mysql-fixture.ts';

/** Sentences about reading alone. */
const reading = new Set([
  'databases, tables, views and partitions are listed',
  'rows of an open transaction are not read',
  'a freeze of what does not exist fails with missing',
  'the same rows give the same bytes and the same checksum',
  'the same rows give the same bytes in another table, made another way',
  'the checksum changes with any row, and not with the order of rows',
  'partitions share no chunk, and their checksums add up to that of the table',
  'a chunk has the least and greatest values of its columns',
  'a chunk is never written over a file',
  'a cancelled extract fails with interrupted and leaves no file',
]);

describe('MariaDB', { skip: mariadbSkipReason() }, () => {
  let server: MariadbServer;
  before(async () => {
    server = await MariadbServer.start();
  });
  after(() => server[Symbol.asyncDispose]());

  conformsToSource({
    name: 'MariaDB',
    open: async (): Promise<OpenSource> => await MysqlFixture.open(server),
    skip: Object.fromEntries(
      sourceClauses
        .filter(({ sentence }) => !reading.has(sentence))
        .map(({ sentence }) => [sentence, 'restores']),
    ),
  });
});
