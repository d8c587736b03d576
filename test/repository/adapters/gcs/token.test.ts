import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { defaultPlaces } from '../../../../src/repository/adapters/gcs/default-credentials.ts';
import { type GcsIdentity, readGcsOptions } from '../../../../src/repository/adapters/gcs/options.ts';
import { googleToken } from '../../../../src/repository/adapters/gcs/token.ts';
import { type StorageErrorKind, StorageError } from '../../../../src/repository/storage-error.ts';
import { assertFails } from '../../../conformance/blob-store/support.ts';
import {
  GoogleIdentityServer,
  privateKeyText,
  serviceAccount,
} from '../../../doubles/google-identity-server.ts';

const silenceMsMax = 60_000;
const minuteMs = 60_000;
/** None of this machine, whatever is on it. */
const places = defaultPlaces({ CLOUDSDK_CONFIG: '/nowhere', GCE_METADATA_HOST: '127.0.0.1:1' });

type Named = Exclude<GcsIdentity, { kind: 'anonymous' }>;

function account(tokenUri: string, changes: Readonly<Record<string, string>> = {}): Named {
  const properties = {
    'gcp.gcs.service_account_email': serviceAccount.email,
    'gcp.gcs.service_account_private_key_id': serviceAccount.keyId,
    'gcp.gcs.service_account_private_key': privateKeyText,
    'gcp.gcs.token_uri': tokenUri,
    ...changes,
  };
  const { identity } = readGcsOptions(new Map(Object.entries(properties)));
  assert.ok(identity.kind === 'service_account');
  return identity;
}

describe('tokens of Google', () => {
  it('are kept until shortly before they expire, and asked for once by many', async () => {
    let now = Date.now();
    await using server = await GoogleIdentityServer.start({ now: () => now });
    const tokens = googleToken(account(server.tokenUri), { now: () => now, silenceMsMax, places });
    const [first, second] = await Promise.all([tokens.current(), tokens.current()]);
    assert.ok(server.isToken(first));
    assert.equal(second, first);
    now += 54 * minuteMs;
    assert.equal(await tokens.current(), first);
    assert.equal(server.count, 1);
    now += 2 * minuteMs;
    assert.notEqual(await tokens.current(), first);
    assert.equal(server.count, 2);
  });

  it('come from the metadata server for the account of the machine', async () => {
    await using server = await GoogleIdentityServer.start();
    const identity = { kind: 'compute_engine', metadata: new URL(server.origin) } as const;
    const tokens = googleToken(identity, { now: Date.now, silenceMsMax, places });
    assert.ok(server.isToken(await tokens.current()));
  });

  it('are asked for again after a failure', async () => {
    const fault = (count: number) => (count === 1 ? { status: 503, body: 'busy' } : undefined);
    await using server = await GoogleIdentityServer.start({ fault });
    const tokens = googleToken(account(server.tokenUri), { now: Date.now, silenceMsMax, places });
    await assertFails('unavailable', tokens.current());
    assert.ok(server.isToken(await tokens.current()));
  });

  const refused: readonly Readonly<{
    name: string;
    identity: (server: GoogleIdentityServer) => Named;
    now?: () => number;
    fault?: Readonly<{ status: number; body: string }>;
    kind: StorageErrorKind;
    text: RegExp;
  }>[] = [
    {
      name: 'an unknown account',
      identity: ({ tokenUri }) => account(tokenUri, { 'gcp.gcs.service_account_email': 'other@x' }),
      kind: 'invalid_credentials',
      text: /^cannot get a token for 'other@x': Invalid grant: account not found/,
    },
    {
      name: 'an unknown key',
      identity: ({ tokenUri }) => account(tokenUri, { 'gcp.gcs.service_account_private_key_id': 'old' }),
      kind: 'invalid_credentials',
      text: /account not found/,
    },
    {
      name: 'a clock that is wrong by an hour',
      identity: ({ tokenUri }) => account(tokenUri),
      now: () => Date.now() + 66 * minuteMs,
      kind: 'invalid_credentials',
      text: /short-lived/,
    },
    {
      name: 'an answer without a token',
      identity: ({ tokenUri }) => account(tokenUri),
      fault: { status: 200, body: '<html>a portal</html>' },
      kind: 'unavailable',
      text: /the answer has no token/,
    },
    {
      name: 'a machine without an account',
      identity: ({ origin }) => ({ kind: 'compute_engine', metadata: new URL(origin) }),
      fault: { status: 404, body: '<html>' },
      kind: 'invalid_credentials',
      text: /metadata server of this machine/,
    },
  ];
  for (const { name, identity, now = Date.now, fault, kind, text } of refused) {
    it(`are refused with ${kind} for ${name}`, async () => {
      await using server = await GoogleIdentityServer.start({ fault: () => fault });
      const tokens = googleToken(identity(server), { now, silenceMsMax, places });
      await assert.rejects(tokens.current(), (error) => {
        assert.ok(error instanceof StorageError, String(error));
        assert.equal(error.kind, kind, error.message);
        assert.match(error.message, text);
        assert.ok(!error.message.includes('PRIVATE KEY'));
        return true;
      });
    });
  }
});
