import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { connectMysql } from '../../../src/source/mysql/connect.ts';
import { mysqlOptionsOf } from '../../../src/source/mysql/options.ts';
import { readServerFacts } from '../../../src/source/mysql/server-facts.ts';
import { SourceError } from '../../../src/source/source-error.ts';
import { MariadbServer, mariadbSkipReason } from '../../support/mariadb-server.ts';
import { Relay } from '../../support/relay.ts';

const calm = new AbortController().signal;

describe('a connection to a MySQL-protocol server', { skip: mariadbSkipReason() }, () => {
  let server: MariadbServer;
  before(async () => {
    server = await MariadbServer.start();
  });
  after(() => server[Symbol.asyncDispose]());

  it('gives values as the server prints them, under settings for exact transfer', async () => {
    await using connection = await connectMysql(mysqlOptionsOf(server.properties()), {}, calm);
    const [row] = await connection.rows(
      "SELECT 18446744073709551615, '0000-00-00', NULL, 'é', @@time_zone, @@sql_mode, @@character_set_results",
      calm,
    );
    assert.deepEqual(row, ['18446744073709551615', '0000-00-00', null, 'é', '+00:00', '', 'utf8mb4']);
  });

  it('knows what the server is', async () => {
    await using connection = await connectMysql(mysqlOptionsOf(server.properties()), {}, calm);
    const facts = await readServerFacts(connection, calm);
    assert.equal(facts.vendor, 'mariadb');
    assert.equal(facts.hasBackupStage, true);
    assert.equal(facts.loadsLocalFiles, true);
    assert.equal(facts.packetBytesMax, 67_108_864);
  });

  it('fails with away where nobody listens and with failed for a wrong password', async () => {
    const away = mysqlOptionsOf({ ...server.properties(), port: '1' });
    await assertFails('away', connectMysql(away, {}, calm));
    const wrong = mysqlOptionsOf(server.properties({ user: 'nobody', password: 'hunter2' }));
    const error = await assertFails('failed', connectMysql(wrong, {}, calm));
    assert.doesNotMatch(error.message, /hunter2/);
  });

  it('does not send a password to a server without TLS when TLS is asked for', async () => {
    const options = mysqlOptionsOf(server.properties({ tls: 'verify_identity', password: 'x' }));
    await assertFails('failed', connectMysql(options, {}, calm));
  });

  it('sends several statements together, and stops at the first that fails', async () => {
    const options = mysqlOptionsOf(server.properties());
    await using connection = await connectMysql(options, { severalStatements: true }, calm);
    const each = (statements: readonly string[]): ReturnType<typeof connection.rowsOfEach> =>
      connection.rowsOfEach(statements, calm);
    assert.deepEqual(await each([]), []);
    assert.deepEqual(await each(['SELECT 1, NULL']), [[['1', null]]]);
    assert.deepEqual(await each(['SELECT 1', 'SET @a = 5', 'SELECT 2 FROM dual WHERE false', 'SELECT @a']), [
      [['1']],
      [],
      [],
      [['5']],
    ]);
    await assertFails('missing', each(['SET @a = 6', 'SELECT 1 FROM nowhere.nothing', 'SET @a = 7']));
    assert.deepEqual(await each(['SELECT @a']), [[['6']]]);
  });

  it('takes no second statement where none was asked for', async () => {
    await using connection = await connectMysql(mysqlOptionsOf(server.properties()), {}, calm);
    await assertFails('failed', connection.rows('SELECT 1; SELECT 2', calm));
  });

  it('ends a statement when it is aborted', async () => {
    await using connection = await connectMysql(mysqlOptionsOf(server.properties()), {}, calm);
    const controller = new AbortController();
    const sleeping = connection.rows('SELECT sleep(30)', controller.signal);
    controller.abort();
    await assertFails('interrupted', sleeping);
  });

  it('has ended on the server, too, when it has been closed', async () => {
    const steps: string[] = [];
    const through = async function* noted(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
      yield* pieces;
      steps.push('one end is closed');
    };
    const listen = { host: '127.0.0.1', port: 0 };
    await using relay = await Relay.open({ listen, target: server.port, through });
    const options = mysqlOptionsOf(server.properties({ port: String(relay.port), tls: 'disabled' }));
    const connection = await connectMysql(options, {}, calm);
    await connection[Symbol.asyncDispose]();
    assert.equal(steps[0], 'one end is closed', 'the one of the server: nobody else has closed any');
  });

  it('says missing for what does not exist', async () => {
    await using connection = await connectMysql(mysqlOptionsOf(server.properties()), {}, calm);
    await assertFails('missing', connection.run('SELECT 1 FROM nowhere.nothing', calm));
  });
});

async function assertFails(kind: string, work: Promise<unknown>): Promise<SourceError> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof SourceError, `not a SourceError: ${String(error)}`);
  assert.equal(error.kind, kind, error.message);
  return error;
}
