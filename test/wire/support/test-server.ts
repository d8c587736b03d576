import { type KeyObject, generateKeyPairSync } from 'node:crypto';
import { selfSignedCertificate } from '../../../src/auth/certificate.ts';
import { silentLog } from '../../../src/base/log.ts';
import type { TlsMaterial, WireServer, WireServerOptions } from '../../../src/wire/server.ts';
import { startWireServer } from '../../../src/wire/server.ts';
import { type Answers, type TestAccount, TestHandler } from './test-handler.ts';

export type TestServer = AsyncDisposable & WireServer & Readonly<{ handler: TestHandler }>;

export type TestServerOptions = Partial<WireServerOptions> &
  Readonly<{ accounts?: Readonly<Record<string, TestAccount>>; answers?: Answers }>;

/** Accounts of each kind, all with the password `pw`. */
export const testAccounts: Readonly<Record<string, TestAccount>> = {
  native: { password: 'pw', plugin: 'mysql_native_password' },
  fast: { password: 'pw', isCached: true },
  slow: { password: 'pw' },
  open: { password: '' },
  admin: { password: 'pw', plugin: 'mysql_native_password', isAdministrator: true },
};

/** A server on a free port of loopback, stopped when disposed of. */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const handler = new TestHandler(options.accounts ?? testAccounts, options.answers);
  const server = await startWireServer({ host: '127.0.0.1', port: 0, handler, log: silentLog, ...options });
  handler.kill = server.kill;
  return { ...server, handler, [Symbol.asyncDispose]: async () => server.stop(0) };
}

/** One key and certificate for all tests of a file: making a key takes a tenth of a second. */
export function testIdentity(): TlsMaterial & Readonly<{ cert: string; privateKey: KeyObject }> {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const cert = selfSignedCertificate({
    privateKey,
    commonName: 'localhost',
    names: ['localhost', '127.0.0.1'],
    now: new Date(),
    years: 1,
  });
  return { key: privateKey.export({ type: 'pkcs8', format: 'pem' }), cert, privateKey };
}
