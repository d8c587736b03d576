import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'node:test';
import { defaultPlaces } from '../../../../src/repository/adapters/gcs/default-credentials.ts';
import { googleToken } from '../../../../src/repository/adapters/gcs/token.ts';
import { StorageError } from '../../../../src/repository/storage-error.ts';
import {
  gcloudUser,
  GoogleIdentityServer,
  privateKeyText,
  serviceAccount,
} from '../../../doubles/google-identity-server.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

type Fields = Readonly<Record<string, unknown>>;
type Environment = Readonly<Record<string, string>>;

function serviceAccountFile(tokenUri: string): Fields {
  return {
    type: 'service_account',
    project_id: 'project',
    private_key_id: serviceAccount.keyId,
    private_key: privateKeyText,
    client_email: serviceAccount.email,
    token_uri: tokenUri,
  };
}

const userFile: Fields = {
  type: 'authorized_user',
  client_id: gcloudUser.clientId,
  client_secret: gcloudUser.clientSecret,
  refresh_token: gcloudUser.refreshToken,
};

/** A machine with a home folder: gives the token that its default credentials get. */
async function tokenOf(
  server: GoogleIdentityServer,
  machine: (folder: string) => Promise<Environment>,
): Promise<string> {
  await using folder = await temporaryFolder();
  const environment = await machine(folder.path);
  const usual = { CLOUDSDK_CONFIG: folder.path, GCE_METADATA_HOST: new URL(server.origin).host };
  const identity = { kind: 'application_default', tokenUri: new URL(server.tokenUri) } as const;
  const places = defaultPlaces({ ...usual, ...environment });
  return await googleToken(identity, { now: Date.now, silenceMsMax: 60_000, places }).current();
}

async function write(file: string, content: Fields | string): Promise<string> {
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

const named = async (folder: string, content: Fields | string): Promise<Environment> => ({
  GOOGLE_APPLICATION_CREDENTIALS: await write(path.join(folder, 'key.json'), content),
});

describe('Google’s application default credentials', () => {
  const found: readonly Readonly<{
    name: string;
    machine: (server: GoogleIdentityServer, folder: string) => Promise<Environment>;
    grant: string;
  }>[] = [
    {
      name: 'the file of a service account that the variable names',
      machine: ({ tokenUri }, folder) => named(folder, serviceAccountFile(tokenUri)),
      grant: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
    },
    {
      name: 'the file of a user that the variable names',
      machine: (_server, folder) => named(folder, userFile),
      grant: 'refresh_token',
    },
    {
      name: 'what gcloud has written',
      machine: async (_server, folder) => {
        await write(path.join(folder, 'application_default_credentials.json'), userFile);
        return {};
      },
      grant: 'refresh_token',
    },
    {
      name: 'the file that the variable names, before what gcloud has written',
      machine: async ({ tokenUri }, folder) => {
        await write(path.join(folder, 'application_default_credentials.json'), userFile);
        return named(folder, serviceAccountFile(tokenUri));
      },
      grant: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
    },
    { name: 'the account of the machine', machine: async () => ({}), grant: 'metadata' },
  ];
  for (const { name, machine, grant } of found) {
    it(`are ${name}`, async () => {
      await using server = await GoogleIdentityServer.start();
      assert.ok(server.isToken(await tokenOf(server, (folder) => machine(server, folder))));
      assert.deepEqual(server.grants, [grant]);
    });
  }

  it('are read anew for each token', async () => {
    await using server = await GoogleIdentityServer.start({ tokenSeconds: 1 });
    await using folder = await temporaryFolder();
    const file = path.join(folder.path, 'key.json');
    const identity = { kind: 'application_default', tokenUri: new URL(server.tokenUri) } as const;
    const places = defaultPlaces({ GOOGLE_APPLICATION_CREDENTIALS: file });
    const tokens = googleToken(identity, { now: Date.now, silenceMsMax: 60_000, places });
    await write(file, { ...userFile, refresh_token: 'old' });
    await assert.rejects(tokens.current(), /expired or revoked/);
    await write(file, userFile);
    assert.ok(server.isToken(await tokens.current()));
  });

  const refused: readonly Readonly<{
    name: string;
    machine: (folder: string) => Promise<Environment>;
    text: RegExp;
  }>[] = [
    {
      name: 'the variable names no file',
      machine: async (folder) => ({ GOOGLE_APPLICATION_CREDENTIALS: path.join(folder, 'missing') }),
      text: /there is no such file/,
    },
    {
      name: 'the variable names a folder',
      machine: async (folder) => {
        await mkdir(path.join(folder, 'sub'));
        return { GOOGLE_APPLICATION_CREDENTIALS: path.join(folder, 'sub') };
      },
      text: /the file cannot be read \(EISDIR\)/,
    },
    {
      name: 'the file is no JSON',
      machine: (folder) => named(folder, '{"the-refresh'),
      text: /it is no JSON/,
    },
    {
      name: 'the file is of another kind',
      machine: (folder) => named(folder, { type: 'external_account' }),
      text: /its type 'external_account' are not supported/,
    },
    {
      name: 'a field is missing',
      machine: (folder) => named(folder, { ...userFile, client_id: undefined }),
      text: /it has no 'client_id'/,
    },
    {
      name: 'the key is cut off',
      machine: (folder) =>
        named(folder, { ...serviceAccountFile('http://x'), private_key: privateKeyText.slice(0, 90) }),
      text: /no private key of RSA/,
    },
    {
      name: 'the secret of the client is wrong',
      machine: (folder) => named(folder, { ...userFile, client_secret: 'wrong-client-secret' }),
      text: /^cannot get a token for the user of gcloud: Unauthorized/,
    },
  ];
  for (const { name, machine, text } of refused) {
    it(`are refused when ${name}, without a secret in the text`, async () => {
      await using server = await GoogleIdentityServer.start();
      await assert.rejects(tokenOf(server, machine), (error) => {
        assert.ok(error instanceof StorageError);
        assert.equal(error.kind, 'invalid_credentials', error.message);
        assert.match(error.message, text);
        assert.doesNotMatch(`${error.message}${error.hint}`, /BEGIN|the-refresh|client-secret/);
        return true;
      });
    });
  }
});
