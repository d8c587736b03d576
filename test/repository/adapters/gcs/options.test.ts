import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { describe, it } from 'node:test';
import { type GcsOptions, readGcsOptions } from '../../../../src/repository/adapters/gcs/options.ts';
import { isSecretName } from '../../../../src/sql/secrets.ts';
import { privateKeyText, serviceAccount } from '../../../doubles/google-identity-server.ts';

type Properties = Readonly<Record<string, string>>;

const account: Properties = {
  'gcp.gcs.service_account_email': serviceAccount.email,
  'gcp.gcs.service_account_private_key_id': serviceAccount.keyId,
  'gcp.gcs.service_account_private_key': privateKeyText.replaceAll('\n', String.raw`\n`),
};

function options(properties: Properties): GcsOptions {
  return readGcsOptions(new Map(Object.entries(properties)));
}

describe('the properties of gs://', () => {
  it('read a key with line breaks as in Google’s JSON', () => {
    const { identity, endpoint } = options(account);
    assert.ok(identity.kind === 'service_account');
    assert.equal(identity.email, serviceAccount.email);
    assert.equal(identity.tokenUri.href, 'https://oauth2.googleapis.com/token');
    assert.equal(endpoint.href, 'https://storage.googleapis.com/');
  });

  it('choose the account of the machine, or none', () => {
    const machine = { 'gcp.gcs.use_compute_engine_service_account': 'true' };
    assert.equal(options(machine).identity.kind, 'compute_engine');
    assert.equal(
      options({ 'gcp.gcs.use_compute_engine_service_account': 'false' }).identity.kind,
      'anonymous',
    );
    assert.equal(options({}).identity.kind, 'anonymous');
    const standard = { 'gcp.gcs.use_application_default_credentials': 'true' };
    assert.deepEqual(options(standard).identity, { kind: 'application_default', tokenUri: undefined });
  });

  const elliptic = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const key = 'gcp.gcs.service_account_private_key';
  const refused: readonly Readonly<{ name: string; properties: Properties; text: RegExp }>[] = [
    {
      name: 'two identities',
      properties: { ...account, 'gcp.gcs.use_compute_engine_service_account': 'true' },
      text: /more than one identity/,
    },
    {
      name: 'two ways without keys',
      properties: {
        'gcp.gcs.use_compute_engine_service_account': 'true',
        'gcp.gcs.use_application_default_credentials': 'true',
      },
      text: /more than one identity/,
    },
    { name: 'no key', properties: { ...account, [key]: '' }, text: /private_key' is missing/ },
    {
      name: 'half a key',
      properties: { ...account, [key]: privateKeyText.slice(0, 300) },
      text: /no private key/,
    },
    {
      name: 'a key of another kind',
      properties: { ...account, [key]: elliptic.export({ type: 'pkcs8', format: 'pem' }).toString() },
      text: /no private key of RSA/,
    },
    {
      name: 'impersonation',
      properties: { 'gcp.gcs.impersonation_service_account': 'x@y' },
      text: /is not supported yet/,
    },
    { name: 'a bad endpoint', properties: { 'gcp.gcs.endpoint': 'a:b@c' }, text: /is no address/ },
  ];
  for (const { name, properties, text } of refused) {
    it(`are refused for ${name}, without the key in the text`, () => {
      assert.throws(
        () => options(properties),
        (error) => error instanceof Error && text.test(error.message) && !error.message.includes('BEGIN'),
      );
    });
  }

  it('hide the key where statements are shown', () => {
    assert.ok(isSecretName('gcp.gcs.service_account_private_key'));
  });
});
