import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { alterPassword, createAccount, dropAccount, ensureRoot } from '../../src/auth/accounts.ts';
import { openAuthenticator } from '../../src/auth/authenticator.ts';
import { throttleLimits } from '../../src/auth/login-throttle.ts';
import { silentLog } from '../../src/base/log.ts';
import { Secret } from '../../src/base/secret.ts';
import type { Metastore } from '../../src/metastore/metastore.ts';
import type { Handler } from '../../src/wire/handler.ts';
import { type WireServer, startWireServer } from '../../src/wire/server.ts';
import { connectMysql2 } from '../support/clients.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { TestHandler } from '../wire/support/test-handler.ts';
import { testIdentity } from '../wire/support/test-server.ts';
import { memoryMetastore } from './memory-metastore.ts';
import { written } from '../support/written.ts';

const identity = testIdentity();

describe('accounts of the metastore over a real socket', () => {
  it('log in over TLS and under RSA, then by their scramble, until the password changes', async () => {
    await using metastore = await memoryMetastore();
    await ensureRoot(metastore);
    await written(metastore, createAccount({ user: 'ann', password: new Secret('old') }));
    await using server = await startServer(metastore);
    await logIn(server, 'root', '');
    await logIn(server, 'ann', 'old', identity.cert);
    await logIn(server, 'ann', 'old');
    const change = { user: 'ann', password: new Secret('new'), isLoopbackOnly: true };
    await written(metastore, alterPassword(metastore, change));
    await assert.rejects(logIn(server, 'ann', 'old'), { errno: 1045 });
    await logIn(server, 'ann', 'new');
    await written(metastore, dropAccount('ann'));
    await assert.rejects(logIn(server, 'ann', 'new'), { errno: 1045 });
  });

  it('are held up after many failures, and let in again later', async () => {
    const clock = new ManualClock();
    await using metastore = await memoryMetastore();
    const native = { password: new Secret('pw'), plugin: 'mysql_native_password' } as const;
    await written(metastore, createAccount({ user: 'old', ...native }));
    await using server = await startServer(metastore, clock);
    for (let count = 0; count < throttleLimits.addressFailuresFree; count++) {
      await assert.rejects(logIn(server, 'old', 'wrong'), { errno: 1045 });
    }
    await assert.rejects(logIn(server, 'old', 'pw'), { errno: 1129 });
    clock.advance(1_000);
    await logIn(server, 'old', 'pw');
  });
});

async function logIn(server: WireServer, user: string, password: string, ca?: string): Promise<void> {
  const options = { port: server.port, user, password };
  await using client = await connectMysql2(ca === undefined ? options : { ...options, ssl: { ca } });
  await client.ping();
}

async function startServer(
  metastore: Metastore,
  clock = new ManualClock(),
): Promise<WireServer & AsyncDisposable> {
  const sessions = new TestHandler({});
  const handler: Handler = {
    serverVersion: sessions.serverVersion,
    authenticator: await openAuthenticator(metastore, clock),
    open: (login) => sessions.open(login),
    describeError: (error) => sessions.describeError(error),
  };
  const server = await startWireServer({
    host: '127.0.0.1',
    port: 0,
    handler,
    tls: identity,
    rsaKey: identity.privateKey,
    log: silentLog,
  });
  return { ...server, [Symbol.asyncDispose]: async () => server.stop(0) };
}
