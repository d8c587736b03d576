import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Secret } from '../../../../src/base/secret.ts';
import {
  azureToken,
  metadataPlace,
  type TokenIdentity,
} from '../../../../src/repository/adapters/azure/token.ts';
import { openStore } from '../../../../src/repository/open-store.ts';
import { StorageError } from '../../../../src/repository/storage-error.ts';
import { calm } from '../../../conformance/blob-store/support.ts';
import { ScriptedServer } from '../../../doubles/scripted-server.ts';
import { storeParts } from '../../../support/store-parts.ts';

/** As Azure's metadata service writes it: the seconds are a text. */
const granted = { access_token: 'the-token', expires_in: '3599', token_type: 'Bearer' };
const metadataLine =
  /^GET \/metadata\/identity\/oauth2\/token\?api-version=2018-02-01&resource=https%3A%2F%2Fstorage\.azure\.com%2F$/;

function tokenOf(identity: TokenIdentity, server: ScriptedServer): ReturnType<typeof azureToken> {
  return azureToken(identity, { now: Date.now, silenceMsMax: 60_000, metadata: new URL(server.origin) });
}

function client(server: ScriptedServer, path: string): TokenIdentity {
  const tokenUrl = new URL(path, server.origin);
  return { kind: 'client_secret', clientId: 'the-client', clientSecret: new Secret('the-secret'), tokenUrl };
}

describe('tokens of Azure', () => {
  it('come from the metadata service of the machine, once while they last', async () => {
    await using server = await ScriptedServer.start();
    server.plays({ expects: metadataLine, body: granted });
    const token = tokenOf({ kind: 'managed_identity', clientId: undefined }, server);
    assert.deepEqual(await Promise.all([token.current(), token.current()]), ['the-token', 'the-token']);
    server.assertDone();
    assert.equal(server.requests[0]?.headers['metadata'], 'true');
  });

  it('name the one of several identities', async () => {
    await using server = await ScriptedServer.start();
    server.plays({ expects: /&client_id=one$/, body: granted });
    await tokenOf({ kind: 'managed_identity', clientId: 'one' }, server).current();
    server.assertDone();
  });

  const versions = [
    ['/tenant/oauth2/token', 'resource', 'https://storage.azure.com/'],
    ['/tenant/oauth2/v2.0/token', 'scope', 'https://storage.azure.com/.default'],
  ] as const;
  for (const [path, name, value] of versions) {
    it(`are asked for at ${path} with a client secret, for a ${name}`, async () => {
      await using server = await ScriptedServer.start();
      server.plays({ expects: new RegExp(`^POST ${path}$`), body: { ...granted, expires_in: 3599 } });
      assert.equal(await tokenOf(client(server, path), server).current(), 'the-token');
      assert.deepEqual(Object.fromEntries(new URLSearchParams(server.requests[0]?.body)), {
        grant_type: 'client_credentials',
        client_id: 'the-client',
        client_secret: 'the-secret',
        [name]: value,
      });
    });
  }

  const refusals = [
    [
      401,
      { error: 'invalid_client', error_description: 'AADSTS7000215: Invalid secret.\r\nTrace ID: 1' },
      /secrets expire/,
    ],
    [400, { error: 'invalid_request', error_description: 'Identity not found' }, /managed identity/],
    [404, 'nobody', /no managed identity/],
    [403, 'forbidden', /no managed identity/],
  ] as const;
  for (const [status, body, hint] of refusals) {
    it(`say what to do after ${status} ${JSON.stringify(body).slice(0, 30)}`, async () => {
      await using server = await ScriptedServer.start();
      server.plays({ expects: /./, status, body });
      await assert.rejects(tokenOf(client(server, '/t/oauth2/token'), server).current(), (error) => {
        assert.ok(error instanceof StorageError);
        assert.equal(error.kind, 'invalid_credentials');
        assert.match(error.hint ?? '', hint);
        assert.ok(!`${error.message}${error.hint}`.includes('the-secret'));
        assert.ok(!error.message.includes('Trace'));
        return true;
      });
    });
  }

  it('are looked for where the environment says', () => {
    assert.equal(metadataPlace({}).href, 'http://169.254.169.254/');
    assert.equal(
      metadataPlace({ AZURE_POD_IDENTITY_AUTHORITY_HOST: 'http://127.0.0.1:1/' }).href,
      'http://127.0.0.1:1/',
    );
  });

  it('are sent with each request; folders of Data Lake are no blobs', async () => {
    await using server = await ScriptedServer.start();
    const blob = (name: string, more = ''): string =>
      `<Blob><Name>x/${name}</Name><Properties>${more}<Content-Length>1</Content-Length></Properties></Blob>`;
    const folder = blob('folder', '<ResourceType>directory</ResourceType>');
    const blobs = `<Blobs>${folder}${blob('folder/a')}</Blobs>`;
    server.plays(
      { expects: /^POST \/t\/oauth2\/token$/, body: granted },
      {
        expects: /^GET \/account\/box\?restype=container&comp=list&prefix=x%2F$/,
        body: `<EnumerationResults>${blobs}<NextMarker/></EnumerationResults>`,
      },
    );
    const properties = {
      'azure.adls2.oauth2_client_id': 'the-client',
      'azure.adls2.oauth2_client_secret': 'the-secret',
      'azure.adls2.oauth2_client_endpoint': `${server.origin}/t/oauth2/token`,
      'azure.adls2.endpoint': `${server.origin}/account`,
    };
    const location = 'abfss://box@account.dfs.core.windows.net/x';
    await using store = await openStore(location, new Map(Object.entries(properties)), storeParts());
    const listed = await Array.fromAsync(store.list('', calm));
    assert.deepEqual(
      listed.map((one) => one.key),
      ['folder/a'],
    );
    assert.equal(server.requests[1]?.headers['authorization'], 'Bearer the-token');
    server.assertDone();
  });
});
