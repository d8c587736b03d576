import assert from 'node:assert/strict';
import { once } from 'node:events';
import path from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import type { Connection } from 'mysql2/promise';
import { silentLog } from '../src/base/log.ts';
import type { Config } from '../src/config/config.ts';
import { parseArguments } from '../src/config/load.ts';
import { type HoldfastServer, startServer } from '../src/server.ts';
import { serverVersion } from '../src/version.ts';
import { connectMysql2 } from './support/clients.ts';
import { rowsOf } from './support/jobs.ts';
import { type TemporaryFolder, temporaryFolder } from './support/temporary-folder.ts';
import { until } from './support/until.ts';

/** The server promises ten seconds; the rest is for a machine that has other work. */
const stopMsMax = 30_000;
/** Not ours (RFC 5737): asking for it gets past the check of root's password and no further. */
const elsewhere = '192.0.2.1:0';

let folder: TemporaryFolder;
let running: HoldfastServer[];
beforeEach(async () => {
  folder = await temporaryFolder();
  running = [];
});
afterEach(async () => {
  for (const server of running) await server.stop();
  await folder[Symbol.asyncDispose]();
});

type Flags = Readonly<{ listen?: string; data?: string; rootPassword?: string }>;

function configOf({ listen = '127.0.0.1:0', data = 'data', rootPassword }: Flags = {}): Config {
  const environment = rootPassword === undefined ? {} : { HOLDFAST_ROOT_PASSWORD: rootPassword };
  const flags = ['--listen', listen, '--data', path.join(folder.path, data)];
  const command = parseArguments(['serve', ...flags], environment);
  assert.ok(command.kind === 'serve');
  return command.config;
}

async function start(flags: Flags = {}): Promise<HoldfastServer> {
  const server = await startServer(configOf(flags), silentLog);
  running.push(server);
  return server;
}

async function connect({ port }: HoldfastServer, password?: string): Promise<Connection & AsyncDisposable> {
  const connection = await connectMysql2({ port, user: 'root', ...(password !== undefined && { password }) });
  connection.on('error', () => undefined); // The server may hang up first.
  return connection;
}

async function timed(work: Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work;
  return performance.now() - startedAt;
}

/** Sockets and threads that keep the process alive. */
function openResources(): readonly string[] {
  return process
    .getActiveResourcesInfo()
    .filter((name) => /^(?:TCP|TLS|MessagePort|Worker|FSReq|Pipe(?!Wrap))/.test(name))
    .sort();
}

describe('the server', () => {
  it('listens on a free port and answers clients as the version it is', async () => {
    const server = await start();
    assert.equal(server.host, '127.0.0.1');
    assert.ok(server.port > 0);
    await using connection = await connect(server);
    assert.deepEqual(await rowsOf(connection, 'SELECT @@version AS v'), [{ v: serverVersion }]);
  });

  it('tells the fingerprint of the certificate that clients see', async () => {
    const server = await start();
    await using connection = await connectMysql2({
      port: server.port,
      user: 'root',
      ssl: { rejectUnauthorized: false },
    });
    const { stream } = connection as unknown as { stream?: TLSSocket };
    const socket =
      stream ?? (connection as unknown as { connection: { stream: TLSSocket } }).connection.stream;
    const seen = socket.getPeerCertificate().fingerprint256.replaceAll(':', '').toLowerCase();
    assert.equal(server.fingerprint.replaceAll(':', '').toLowerCase(), seen);
  });

  it('keeps data, accounts and certificate from one start to the next', async () => {
    const first = await start();
    {
      await using connection = await connect(first);
      await connection.query('CREATE DATABASE d');
      await connection.query('CREATE TABLE d.t (id INT PRIMARY KEY)');
      await connection.query('INSERT INTO d.t VALUES (7)');
      await connection.query("SET PASSWORD = 'long enough 1'");
    }
    await first.stop();
    const second = await start();
    assert.equal(second.fingerprint, first.fingerprint);
    await assert.rejects(connect(second), { errno: 1045 });
    await using connection = await connect(second, 'long enough 1');
    assert.deepEqual(await rowsOf(connection, 'SELECT id FROM d.t'), [{ id: 7 }]);
  });

  it('does not listen beyond loopback while root has no password, and says how to change that', async () => {
    for (const listen of ['0.0.0.0:0', '[::]:0', elsewhere]) {
      await assert.rejects(start({ listen }), (error: Error) => {
        assert.match(
          error.message,
          /^will not listen on .* while root has no password: .*HOLDFAST_ROOT_PASSWORD/,
        );
        return true;
      });
    }
  });

  it('may listen there once root got one, at the first start or a later one', async () => {
    await (await start()).stop();
    await assert.rejects(start({ listen: elsewhere }), /while root has no password/);
    await assert.rejects(start({ listen: elsewhere, rootPassword: 'long enough 1' }), {
      message: /this machine has no such address/,
    });
    await assert.rejects(start({ listen: elsewhere }), { message: /no such address/ });
    const server = await start();
    await assert.rejects(connect(server), { errno: 1045 });
    await using connection = await connect(server, 'long enough 1');
    await connection.query('SELECT 1');
  });

  it('never replaces a password by that of the configuration', async () => {
    await (await start({ rootPassword: 'long enough 1' })).stop();
    const server = await start({ rootPassword: 'another one 2' });
    await assert.rejects(connect(server, 'another one 2'), { errno: 1045 });
    await using _connection = await connect(server, 'long enough 1');
  });

  it('frees what it took when it cannot listen', async () => {
    const { port } = await start({ data: 'first' });
    const taken = { listen: `127.0.0.1:${port}`, data: 'second' };
    await assert.rejects(start(taken), { message: /another program listens there/ });
    await start({ data: 'second' });
  });

  it('refuses a data folder that another one has', async () => {
    await start();
    await assert.rejects(start(), { name: 'MetastoreError', kind: 'locked' });
  });
});

describe('stopping the server', () => {
  it('leaves no socket and no thread', async () => {
    await (await start({ data: 'warm' })).stop(); // What is loaded once stays: it is no leak.
    const before = openResources();
    const server = await start();
    await using connection = await connect(server);
    await connection.query('CREATE DATABASE d');
    await connection.query('CREATE TABLE d.t (id INT PRIMARY KEY)');
    connection.destroy();
    await server.stop();
    // Handles are closed in a later turn of the event loop.
    await until('no more than before', async () => isDeepStrictEqual(openResources(), before) || undefined);
  });

  it('is quick while clients are connected, and tells them why', async () => {
    const server = await start();
    await using connection = await connect(server);
    const ended = once(connection, 'error');
    assert.ok((await timed(server.stop())) < stopMsMax);
    assert.match(String((await ended)[0]), /server shutdown in progress/);
    await assert.rejects(connect(server), { code: 'ECONNREFUSED' });
  });

  it('interrupts a statement that has no end in sight', async () => {
    const server = await start();
    await using connection = await connect(server);
    await connection.query('CREATE DATABASE d');
    await connection.query('CREATE TABLE d.t (id INT PRIMARY KEY)');
    const ids = Array.from({ length: 1_000 }, (_, id) => `(${id})`).join(',');
    await connection.query(`INSERT INTO d.t VALUES ${ids}`);
    const endless = connection.query('SELECT SUM(a.id * b.id * c.id * e.id) FROM d.t a, d.t b, d.t c, d.t e');
    const failed = assert.rejects(endless, { errno: 1053 });
    await using other = await connect(server);
    await until('the statement runs', async () => {
      const list = await rowsOf(other, 'SHOW FULL PROCESSLIST');
      return list.find(({ Info }) => String(Info).startsWith('SELECT SUM'));
    });
    assert.ok((await timed(server.stop())) < stopMsMax);
    await failed;
  });

  it('may be asked for twice', async () => {
    const server = await start();
    await Promise.all([server.stop(), server.stop()]);
    await server.stop();
  });
});
