import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SqlError } from '../../../../src/base/sql-error.ts';
import {
  type AzureLocation,
  type AzureOptions,
  readAzureOptions,
} from '../../../../src/repository/adapters/azure/options.ts';
import { parseLocation } from '../../../../src/repository/location.ts';

const key = Buffer.from('a key').toString('base64');
const sas = 'sv=2022-11-02&ss=b&sp=rwdl&sig=abc%3D';

function read(location: string, properties: Readonly<Record<string, string>>): AzureOptions {
  return readAzureOptions(parseLocation(location) as AzureLocation, new Map(Object.entries(properties)));
}

const blob = 'wasbs://box@account.blob.core.windows.net/x';
const lake = 'abfss://box@account.dfs.core.windows.net/x';

describe('options of Azure', () => {
  const endpoints = [
    [blob, {}, 'https://account.blob.core.windows.net/'],
    [lake, {}, 'https://account.blob.core.windows.net/'],
    ['wasb://box@account.blob.core.windows.net/x', {}, 'http://account.blob.core.windows.net/'],
    ['wasbs://box@account.blob.core.chinacloudapi.cn', {}, 'https://account.blob.core.chinacloudapi.cn/'],
    [
      blob,
      { 'azure.blob.endpoint': 'http://127.0.0.1:10000/devstoreaccount1/' },
      'http://127.0.0.1:10000/devstoreaccount1',
    ],
    [blob, { 'azure.blob.endpoint': 'private.example' }, 'https://private.example/'],
  ] as const;
  for (const [location, properties, endpoint] of endpoints) {
    it(`${location} with ${JSON.stringify(properties)} is at ${endpoint}`, () => {
      const { endpoint: found, account, container } = read(location, properties);
      assert.deepEqual([found.href, account, container], [endpoint, 'account', 'box']);
    });
  }

  const identities = [
    ['anonymous', blob, {}],
    ['shared_key', blob, { 'azure.blob.storage_account': 'account', 'azure.blob.shared_key': key }],
    ['shared_key', lake, { 'azure.adls2.storage_account': 'account', 'azure.adls2.shared_key': key }],
    ['shared_key', blob, { 'fs.azure.account.key.account.blob.core.windows.net': key }],
    ['sas', blob, { 'azure.blob.container': 'box', 'azure.blob.sas_token': `?${sas}` }],
    ['sas', blob, { 'fs.azure.sas.box.account.blob.core.windows.net': sas }],
    ['managed_identity', lake, { 'azure.adls2.oauth2_use_managed_identity': 'true' }],
    [
      'client_secret',
      lake,
      {
        'azure.adls2.oauth2_client_id': 'id',
        'azure.adls2.oauth2_client_secret': 'secret',
        'azure.adls2.oauth2_client_endpoint': 'https://login.microsoftonline.com/t/oauth2/token',
      },
    ],
    [
      'client_secret',
      blob,
      {
        'azure.blob.oauth2_client_id': 'id',
        'azure.blob.oauth2_client_secret': 'secret',
        'azure.blob.oauth2_tenant_id': 't',
      },
    ],
  ] as const;
  for (const [kind, location, properties] of identities) {
    it(`${Object.keys(properties).join(', ') || 'nothing'} means ${kind}`, () => {
      assert.equal(read(location, properties).identity.kind, kind);
    });
  }

  const refused = [
    [blob, { 'azure.blob.shared_key': 'no base64!' }, /no key of a storage account/],
    [blob, { 'azure.blob.sas_token': 'sv=1' }, /no shared access signature/],
    [blob, { 'azure.blob.shared_key': key, 'azure.blob.sas_token': sas }, /more than one identity/],
    [blob, { 'azure.blob.container': 'other' }, /another container/],
    [blob, { 'azure.blob.storage_account': 'Not_One' }, /no name of a storage account/],
    [blob, { 'azure.blob.oauth2_client_secret': 'x' }, /oauth2_client_id' is missing/],
    [
      blob,
      { 'azure.blob.oauth2_client_secret': 'x', 'azure.blob.oauth2_client_id': 'i' },
      /oauth2_client_endpoint' is missing/,
    ],
    [blob, { 'azure.blob.endpoint': 'http://u:p@h' }, /no endpoint/],
    [
      'wasb://box@account.blob.core.windows.net/x',
      { 'azure.blob.sas_token': sas },
      /sends without encryption/,
    ],
  ] as const;
  for (const [location, properties, message] of refused) {
    it(`refuses ${Object.keys(properties).join(', ')}: ${message.source}`, () => {
      assert.throws(
        () => read(location, properties),
        (error) => {
          assert.ok(error instanceof SqlError);
          assert.match(error.message, message);
          for (const value of Object.values(properties).filter((text) => text.length > 4 && text !== 'other'))
            assert.ok(!error.message.includes(`'${value}'`));
          return true;
        },
      );
    });
  }
});
