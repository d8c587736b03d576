import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { after, before, describe, it } from 'node:test';
import { Secret } from '../../src/base/secret.ts';
import type { UpstreamAccount } from '../../src/upstream/account.ts';
import { UpstreamConnection } from '../../src/upstream/connection.ts';
import { usualCapabilities } from '../wire/support/raw-client.ts';
import { startTestServer, testIdentity, type TestServer } from '../wire/support/test-server.ts';
import { RecordingRelay } from '../session/recording-reply.ts';

const signal = new AbortController().signal;
const wishes = { capabilities: usualCapabilities, collation: 45 };
const identity = testIdentity();

describe('a connection to another server', () => {
  let server: TestServer;
  before(async () => {
    server = await startTestServer({ tls: identity, rsaKey: identity.privateKey });
  });
  after(async () => server[Symbol.asyncDispose]());

  function account(
    given: Partial<UpstreamAccount> & { mode?: UpstreamAccount['tls']['mode'] } = {},
  ): UpstreamAccount {
    const { mode = 'disabled', ...rest } = given;
    return {
      host: '127.0.0.1',
      port: server.port,
      user: 'native',
      password: new Secret('pw'),
      tls: { mode, ca: identity.cert },
      connectTimeoutMs: 60_000,
      ...rest,
    };
  }

  for (const user of ['native', 'fast', 'slow']) {
    for (const mode of ['disabled', 'required', 'verify_ca', 'verify_identity'] as const) {
      it(`logs in as '${user}' with TLS ${mode}`, async () => {
        await using connection = await UpstreamConnection.open(account({ user, mode }), wishes, signal);
        assert.equal(connection.serverVersion, '8.0.36-Holdfast-test');
        assert.equal(server.handler.logins.at(-1)?.tls, mode !== 'disabled');
        await connection.run('SELECT 1', signal);
        await connection.useDatabase('d', signal);
        await connection.reset(signal);
        await connection.setMultiStatements(false, signal);
      });
    }
  }

  it('logs in without a password', async () => {
    await using connection = await UpstreamConnection.open(
      account({ user: 'open', password: new Secret('') }),
      wishes,
      signal,
    );
    assert.equal(connection.isLost, false);
  });

  it('passes an answer on', async () => {
    await using connection = await UpstreamConnection.open(account(), wishes, signal);
    const relay = new RecordingRelay();
    const passed = await connection.pass(
      Buffer.from('\x03hello'),
      { form: 'results', more: false },
      relay,
      signal,
    );
    assert.equal(passed.error, undefined);
    assert.match(Buffer.concat(relay.pieces).toString('latin1'), /hello/);
    assert.deepEqual(connection.status(), { inTransaction: false, autocommit: true });
  });

  it('tells the server’s own errors', async () => {
    await using connection = await UpstreamConnection.open(account(), wishes, signal);
    await assert.rejects(connection.useDatabase('missing', signal), { name: 'ServerError', number: 1049 });
  });

  const refusals: readonly {
    name: string;
    given: Parameters<typeof account>[0];
    kind: string;
    text: RegExp;
  }[] = [
    {
      name: 'a wrong password',
      given: { password: new Secret('no') },
      kind: 'access_denied',
      text: /refuses the login: Access denied for user 'native'/,
    },
    { name: 'an unknown user', given: { user: 'nobody' }, kind: 'access_denied', text: /refuses the login/ },
    {
      name: 'a port where nobody listens',
      given: { port: 1 },
      kind: 'upstream_unreachable',
      text: /cannot connect to 127\.0\.0\.1:1: .*ECONNREFUSED/,
    },
    {
      name: 'a host that is none',
      given: { host: 'no-such-host.invalid' },
      kind: 'upstream_unreachable',
      text: /no-such-host/,
    },
    {
      name: 'a certificate of others',
      given: { tls: { mode: 'verify_ca' } },
      kind: 'upstream_tls',
      text: /no TLS with .*certificate/i,
    },
  ];
  for (const { name, given, kind, text } of refusals) {
    it(`says what to do about ${name}`, async () => {
      await assert.rejects(UpstreamConnection.open(account(given), wishes, signal), (error: Error) => {
        assert.match(error.message, text);
        assert.ok('hint' in error && error.hint !== undefined);
        assert.ok('kind' in error && error.kind === kind);
        return true;
      });
    });
  }

  it('insists on TLS where it is asked for', async () => {
    await using plain = await startTestServer();
    await assert.rejects(
      UpstreamConnection.open(account({ mode: 'required', port: plain.port }), wishes, signal),
      {
        kind: 'upstream_tls',
        message: /offers no TLS/,
      },
    );
  });

  it('gives a server that says nothing up in time', async () => {
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const address = silent.address();
    assert.ok(typeof address === 'object' && address !== null);
    const opening = UpstreamConnection.open(
      account({ port: address.port, connectTimeoutMs: 50 }),
      wishes,
      signal,
    );
    await assert.rejects(opening, { kind: 'upstream_lost' });
    silent.close();
  });

  for (const [name, bytes] of [
    ['no MySQL', 'HTTP/1.1 400 Bad Request\r\n\r\n'],
    ['nothing', ''],
    ['a broken greeting', '\x03\0\0\0\x0a8.'],
  ] as const) {
    it(`gives up a server that answers ${name}`, async () => {
      const odd = createServer((socket) => socket.end(bytes)).listen(0, '127.0.0.1');
      await once(odd, 'listening');
      const address = odd.address();
      assert.ok(typeof address === 'object' && address !== null);
      await assert.rejects(UpstreamConnection.open(account({ port: address.port }), wishes, signal), {
        kind: 'upstream_lost',
      });
      odd.close();
    });
  }
});
