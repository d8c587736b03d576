import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { capability } from '../../src/wire/capabilities.ts';
import { ManualClock } from '../support/manual-clock.ts';
import {
  RawClient,
  errorOf,
  framed,
  loginHead,
  loginPacket,
  nonceOf,
  usualCapabilities,
} from './support/raw-client.ts';
import { startTestServer, testIdentity } from './support/test-server.ts';

const identity = testIdentity();
const good = { user: 'native', password: 'pw' };

/** Each is one line of what the front end must withstand. */
describe('before a login has succeeded', () => {
  it('nothing is read that follows a wrong scramble, not even from the same segment', async () => {
    await using server = await startTestServer();
    using client = await RawClient.connect(server.port);
    const nonce = nonceOf(await client.payload());
    const login = loginPacket({ user: 'native', password: 'wrong' }, nonce);
    const query = Buffer.from('\x03create database owned');
    client.raw(Buffer.concat([framed(1, login), framed(0, query), framed(3, query)]));
    const replies = await client.rest();
    assert.deepEqual(
      replies.map((reply) => errorOf(reply).number),
      [1045],
    );
    assert.deepEqual(server.handler.calls, []);
    assert.deepEqual(server.handler.logins, []);
  });

  it('a refused client gets no second attempt', async () => {
    await using server = await startTestServer();
    using client = await RawClient.connect(server.port);
    const nonce = nonceOf(await client.payload());
    client.send(1, loginPacket({ user: 'native', password: 'wrong' }, nonce));
    assert.equal(errorOf(await client.payload()).number, 1045);
    client.send(3, loginPacket(good, nonce));
    assert.deepEqual(await client.rest(), []);
    assert.deepEqual(server.handler.authenticator.reports, ['native refused']);
  });

  const closed = [
    { clause: 'is locked', account: { isLocked: true }, number: 3118 },
    { clause: 'requires TLS', account: { requiresTls: true }, number: 1045 },
  ];
  for (const { clause, account, number } of closed) {
    it(`an account that ${clause} is told so when it has proved its password, and not before`, async () => {
      const native = { password: 'pw', plugin: 'mysql_native_password', ...account } as const;
      await using server = await startTestServer({ accounts: { native } });
      for (const [password, expected] of [
        ['pw', number],
        ['wrong', 1045],
      ] as const) {
        using client = await RawClient.connect(server.port);
        const nonce = nonceOf(await client.payload());
        client.send(1, loginPacket({ user: 'native', password }, nonce));
        assert.equal(errorOf(await client.payload()).number, expected);
      }
      assert.deepEqual(server.handler.logins, []);
    });
  }

  it('a query right behind a good login is answered after it', async () => {
    await using server = await startTestServer();
    using client = await RawClient.connect(server.port);
    const nonce = nonceOf(await client.payload());
    client.raw(Buffer.concat([framed(1, loginPacket(good, nonce)), framed(0, Buffer.from('\x0e'))]));
    const replies = [await client.payload(), await client.payload()];
    assert.deepEqual(
      replies.map((reply) => reply[0]),
      [0, 0],
    );
  });

  it('bytes that came before TLS never count as sent over TLS', async () => {
    await using server = await startTestServer({ tls: identity });
    using client = await RawClient.connect(server.port);
    const nonce = nonceOf(await client.payload());
    const request = framed(1, loginHead(usualCapabilities | capability.SSL));
    const login = framed(2, loginPacket(good, nonce));
    client.raw(Buffer.concat([request, login, framed(0, Buffer.from('\x03select 1'))]));
    await client.rest();
    assert.deepEqual(server.handler.logins, []);
    assert.deepEqual(server.handler.calls, []);
  });

  it('TLS begins also when its hello comes in the segment of the request', async () => {
    await using server = await startTestServer({ tls: identity });
    using client = await RawClient.connect(server.port);
    const nonce = nonceOf(await client.payload());
    const request = framed(1, loginHead(usualCapabilities | capability.SSL));
    const secure = await client.startTls(identity.cert, request);
    assert.match(secure.getProtocol() ?? '', /^TLSv1\.[23]$/);
    client.send(2, loginPacket({ ...good, capabilities: loginCapabilities | capability.SSL }, nonce));
    assert.equal((await client.payload())[0], 0);
    assert.equal(server.handler.logins[0]?.tls, true);
  });

  it('TLS before 1.2 is refused', async () => {
    await using server = await startTestServer({ tls: identity });
    using client = await RawClient.connect(server.port);
    await client.payload();
    const request = framed(1, loginHead(usualCapabilities | capability.SSL));
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
    await assert.rejects(client.startTls(identity.cert, request, old), /protocol version/);
    assert.deepEqual(server.handler.logins, []);
  });

  it('the clear-text password of caching_sha2 is refused without TLS', async () => {
    await using server = await startTestServer({ rsaKey: identity.privateKey });
    using client = await RawClient.connect(server.port);
    const nonce = nonceOf(await client.payload());
    client.send(1, loginPacket({ user: 'slow', password: 'pw', plugin: 'caching_sha2_password' }, nonce));
    assert.equal((await client.payload()).toString('hex'), '0104');
    client.send(3, Buffer.from('pw\0'));
    assert.equal(errorOf(await client.payload()).number, 1045);
  });

  it('a login must be encrypted when the server says so', async () => {
    await using server = await startTestServer({ tls: identity, requireSecureTransport: true });
    using client = await RawClient.connect(server.port);
    const { number, text } = errorOf(await client.logIn(good));
    assert.equal(number, 3159);
    assert.match(text, /^#HY000/);
    assert.deepEqual(server.handler.authenticator.reports, []);
  });

  it('a login packet of more than 64 kB is refused on its header', async () => {
    await using server = await startTestServer();
    using client = await RawClient.connect(server.port);
    await client.payload();
    client.raw(Buffer.of(0x01, 0xfa, 0, 1));
    assert.equal(errorOf(await client.payload()).number, 1153);
    assert.deepEqual(await client.rest(), []);
  });

  it('no packet is continued', async () => {
    await using server = await startTestServer({ limits: { loginPacketBytesMax: 0x200_0000 } });
    using client = await RawClient.connect(server.port);
    await client.payload();
    client.raw(Buffer.of(0xff, 0xff, 0xff, 1));
    assert.equal(errorOf(await client.payload()).number, 1153);
  });

  it('a throttled peer is told to wait before anything is computed for it', async () => {
    await using server = await startTestServer();
    server.handler.authenticator.waitMs = 2_500;
    using client = await RawClient.connect(server.port);
    const { number, text } = errorOf(await client.logIn(good));
    assert.equal(number, 1129);
    assert.match(text, /try again in 3 s$/);
    assert.deepEqual(server.handler.authenticator.reports, []);
  });

  it('each attempt is reported once, also when the client goes away in the middle of it', async () => {
    await using server = await startTestServer({ rsaKey: identity.privateKey });
    {
      using client = await RawClient.connect(server.port);
      const nonce = nonceOf(await client.payload());
      client.send(1, loginPacket({ user: 'slow', password: 'pw', plugin: 'caching_sha2_password' }, nonce));
      await client.payload();
    }
    await until(() => server.connections().length === 0);
    assert.deepEqual(server.handler.authenticator.reports, ['slow refused']);
  });
});

describe('the deadline of the handshake', () => {
  it('is wall clock: bytes that trickle in do not move it', async () => {
    const clock = new ManualClock();
    await using server = await startTestServer({ clock });
    using client = await RawClient.connect(server.port);
    const packet = framed(1, loginPacket(good, nonceOf(await client.payload())));
    for (let at = 0; at < 9; at++) {
      client.raw(packet.subarray(at, at + 1));
      await turn();
      clock.advance(1_000);
    }
    assert.equal(server.connections().length, 1);
    clock.advance(1_000);
    assert.deepEqual(await client.rest(), []);
  });

  it('includes TLS', async () => {
    const clock = new ManualClock();
    await using server = await startTestServer({ clock, tls: identity });
    using client = await RawClient.connect(server.port);
    await client.payload();
    client.raw(framed(1, loginHead(usualCapabilities | capability.SSL)));
    await turn();
    clock.advance(10_000);
    assert.deepEqual(await client.rest(), []);
  });

  it('is over with the login', async () => {
    const clock = new ManualClock();
    await using server = await startTestServer({ clock });
    using client = await RawClient.loggedIn(server.port, good);
    clock.advance(3_600_000);
    client.command(14);
    assert.equal((await client.payload())[0], 0);
  });
});

describe('nonces', () => {
  it('are new for each connection and each change of user, and clean', async () => {
    await using server = await startTestServer();
    const nonces: string[] = [];
    for (let count = 0; count < 3; count++) {
      using client = await RawClient.connect(server.port);
      const nonce = nonceOf(await client.payload());
      nonces.push(nonce.toString('hex'));
      client.send(1, loginPacket(good, nonce));
      assert.equal((await client.payload())[0], 0);
      client.command(17, 'native\0\0\0');
      const request = await client.payload();
      assert.equal(request.toString('latin1', 0, 23), '\xfemysql_native_password\0');
      nonces.push(request.subarray(23, 43).toString('hex'));
    }
    assert.equal(new Set(nonces).size, 6);
    for (const nonce of nonces) {
      assert.ok(Buffer.from(nonce, 'hex').every((byte) => byte > 0 && byte < 0x80 && byte !== 0x24));
    }
  });
});

const loginCapabilities = usualCapabilities & ~capability.CONNECT_ATTRS;

/** Lets everything that is ready run: sockets of this process included. */
async function turn(): Promise<void> {
  for (let count = 0; count < 5; count++) await new Promise((resolve) => setImmediate(resolve));
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await turn();
}
