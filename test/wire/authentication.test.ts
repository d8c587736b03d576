import assert from 'node:assert/strict';
import { constants, publicEncrypt } from 'node:crypto';
import { describe, it } from 'node:test';
import { type Claim, authenticate } from '../../src/wire/authentication.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { LoginDeadline } from '../../src/wire/login-deadline.ts';
import { RsaExchange } from '../../src/wire/rsa-exchange.ts';
import { PacketWriter } from '../../src/wire/writer.ts';
import { type TestAccount, TestAuthenticator, scrambleOf } from './support/test-handler.ts';
import { testIdentity } from './support/test-server.ts';

const { privateKey } = testIdentity();
const sha2 = 'caching_sha2_password';
const native = 'mysql_native_password';
const nonce = Buffer.from('abcdefghijklmnopqrst');
const right = scrambleOf(sha2, 'pw', nonce);
const wrong = scrambleOf(sha2, 'pv', nonce);

type Case = Readonly<{
  name: string;
  account: TestAccount;
  response: Buffer;
  plugin?: string;
  canSwitch?: boolean;
  isSecure?: boolean;
  hasKey?: boolean;
  /** What the client sends next, given what it was sent. */
  answers?: readonly ((sent: readonly Buffer[]) => Buffer)[];
  /** First bytes of what it is sent. */
  sent: readonly string[];
  outcome: 'accepted' | 'access_denied' | 'login_method_not_supported';
}>;

const fast: TestAccount = { password: 'pw', isCached: true };
const slow: TestAccount = { password: 'pw' };
const old: TestAccount = { password: 'pw', plugin: native };
const none: TestAccount = { password: '' };
const clear = (text: string) => () => Buffer.from(`${text}\0`);
const key = () => Buffer.of(2);

const cases: readonly Case[] = [
  {
    name: 'a right scramble of a cached account',
    account: fast,
    response: right,
    sent: ['0103'],
    outcome: 'accepted',
  },
  {
    name: 'a wrong scramble of a cached account',
    account: fast,
    response: wrong,
    sent: [],
    outcome: 'access_denied',
  },
  {
    name: 'a scramble of another length',
    account: fast,
    response: right.subarray(1),
    sent: [],
    outcome: 'access_denied',
  },
  {
    name: 'the password itself over TLS',
    account: slow,
    response: right,
    isSecure: true,
    answers: [clear('pw')],
    sent: ['0104'],
    outcome: 'accepted',
  },
  {
    name: 'a wrong password over TLS',
    account: slow,
    response: wrong,
    isSecure: true,
    answers: [clear('pv')],
    sent: ['0104'],
    outcome: 'access_denied',
  },
  {
    name: 'a password without its NUL',
    account: slow,
    response: right,
    isSecure: true,
    answers: [() => Buffer.from('pw')],
    sent: ['0104'],
    outcome: 'access_denied',
  },
  {
    name: 'a password of endless length',
    account: { password: 'x'.repeat(2_000) },
    response: right,
    isSecure: true,
    answers: [clear('x'.repeat(2_000))],
    sent: ['0104'],
    outcome: 'access_denied',
  },
  {
    name: 'the password itself without TLS',
    account: slow,
    response: right,
    answers: [clear('pw')],
    sent: ['0104'],
    outcome: 'access_denied',
  },
  {
    name: 'the password under the public key that was asked for',
    account: slow,
    response: right,
    answers: [key, (sent) => encrypted('pw', sent.at(-1)?.subarray(1))],
    sent: ['0104', '012d'],
    outcome: 'accepted',
  },
  {
    name: 'the password under a public key known before',
    account: slow,
    response: right,
    answers: [() => encrypted('pw')],
    sent: ['0104'],
    outcome: 'accepted',
  },
  {
    name: 'a wrong password under the public key',
    account: slow,
    response: right,
    answers: [key, () => encrypted('pv')],
    sent: ['0104', '012d'],
    outcome: 'access_denied',
  },
  {
    name: 'bytes that do not decrypt',
    account: slow,
    response: right,
    answers: [key, () => Buffer.alloc(256, 1)],
    sent: ['0104', '012d'],
    outcome: 'access_denied',
  },
  {
    name: 'the full exchange where the server has no key',
    account: slow,
    response: right,
    hasKey: false,
    answers: [key],
    sent: ['0104'],
    outcome: 'access_denied',
  },
  {
    name: 'a native account, asked again',
    account: old,
    response: right,
    answers: [() => scrambleOf(native, 'pw', nonce)],
    sent: ['fe6d'],
    outcome: 'accepted',
  },
  {
    name: 'a native account that answers wrongly when asked again',
    account: old,
    response: right,
    answers: [() => scrambleOf(native, 'pv', nonce)],
    sent: ['fe6d'],
    outcome: 'access_denied',
  },
  {
    name: 'a native scramble at once',
    account: old,
    plugin: native,
    response: scrambleOf(native, 'pw', nonce),
    sent: [],
    outcome: 'accepted',
  },
  {
    name: 'a client of native passwords only',
    account: fast,
    plugin: native,
    canSwitch: false,
    response: scrambleOf(native, 'pw', nonce),
    sent: [],
    outcome: 'login_method_not_supported',
  },
  {
    name: 'no password for an account without',
    account: none,
    response: Buffer.alloc(0),
    sent: [],
    outcome: 'accepted',
  },
  {
    name: 'a NUL for an account without',
    account: none,
    response: Buffer.of(0),
    sent: [],
    outcome: 'accepted',
  },
  {
    name: 'no password for an account with',
    account: fast,
    response: Buffer.alloc(0),
    sent: [],
    outcome: 'access_denied',
  },
  {
    name: 'no native password',
    account: old,
    plugin: native,
    response: Buffer.alloc(0),
    sent: [],
    outcome: 'access_denied',
  },
];

describe('authentication', () => {
  for (const testCase of cases) {
    it(`of ${testCase.name} is ${testCase.outcome}`, async () => {
      const { sent, outcome, reports } = await attempt(testCase);
      assert.deepEqual(sent, testCase.sent);
      assert.equal(outcome, testCase.outcome);
      assert.deepEqual(reports, [`ann ${outcome === 'accepted' ? 'accepted' : 'refused'}`]);
    });
  }

  it('asks first when a user is changed', async () => {
    const { sent, outcome } = await attempt({
      name: '',
      account: fast,
      response: right,
      plugin: '',
      answers: [() => right],
      sent: [],
      outcome: 'accepted',
    });
    assert.deepEqual(sent, ['fe63', '0103']);
    assert.equal(outcome, 'accepted');
  });
});

async function attempt(
  testCase: Case,
): Promise<Readonly<{ sent: string[]; outcome: string; reports: string[] }>> {
  const authenticator = new TestAuthenticator({ ann: testCase.account });
  const payloads: Buffer[] = [];
  const answers = [...(testCase.answers ?? [])];
  const packet = (write: (writer: PacketWriter) => void): void => {
    const writer = new PacketWriter(64);
    writer.packet(write);
    payloads.push(writer.take().subarray(4));
  };
  const exchange = {
    isSecure: testCase.isSecure ?? false,
    packet,
    send: async (write: (writer: PacketWriter) => void): Promise<void> => packet(write),
    receive: async (): Promise<Buffer> => {
      const answer = answers.shift();
      assert.ok(answer, 'nothing more is asked for');
      return answer(payloads);
    },
  };
  const { plugin = sha2, response } = testCase;
  const claim: Claim = {
    user: 'ann',
    address: '192.0.2.1',
    nonce,
    answer: plugin === '' ? undefined : { plugin, response },
    canSwitch: testCase.canSwitch ?? true,
  };
  const rsa = testCase.hasKey === false ? undefined : new RsaExchange(Promise.resolve(privateKey));
  using deadline = new LoginDeadline(new ManualClock(), 10_000, () => assert.fail('no time passes'));
  const outcome = await authenticate(exchange, authenticator, claim, { rsa, deadline }).then(
    () => 'accepted',
    (error: unknown) => (error instanceof Error && 'kind' in error ? String(error.kind) : 'failed'),
  );
  const sent = payloads.map((payload) => payload.toString('hex', 0, 2));
  return { sent, outcome, reports: authenticator.reports };
}

/** What a client sends: the password and its NUL, xor the nonce, under RSA-OAEP with SHA-1. */
function encrypted(password: string, pem?: Buffer): Buffer {
  const plain = Buffer.from(`${password}\0`);
  const hidden = plain.map((byte, index) => byte ^ nonce.readUInt8(index % nonce.length));
  const padding = constants.RSA_PKCS1_OAEP_PADDING;
  return publicEncrypt({ key: pem ?? privateKey, padding, oaepHash: 'sha1' }, hidden);
}
