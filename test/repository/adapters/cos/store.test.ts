import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, describe, it } from 'node:test';
import type { BlobStore } from '../../../../src/repository/blob-store.ts';
import { blobKey } from '../../../../src/repository/key.ts';
import { openStore } from '../../../../src/repository/open-store.ts';
import { probe } from '../../../../src/repository/probe.ts';
import { conformsToBlobStore } from '../../../conformance/blob-store.ts';
import { calm, put } from '../../../conformance/blob-store/support.ts';
import { startCosServer } from '../../../doubles/cos-server.ts';
import type { ObjectServer, ObjectServerOptions } from '../../../doubles/object-server.ts';
import { survivesFaults, wrongSecret } from '../../../support/cloud-faults.ts';
import { storeParts } from '../../../support/store-parts.ts';

const bucket = 'bucket-1250000000';
const keys = new Map([['AKDOUBLE', { secretKey: 'the/secret+of=the-double' }]]);
const usual = {
  'fs.cosn.userinfo.secretId': 'AKDOUBLE',
  'fs.cosn.userinfo.secretKey': 'the/secret+of=the-double',
  'fs.cosn.bucket.region': 'ap-beijing',
};

async function start(options: Partial<ObjectServerOptions> = {}): Promise<ObjectServer> {
  return startCosServer({ keys, bucket, ...options });
}

async function open(
  server: ObjectServer,
  changes: Parameters<typeof storeParts>[0] = {},
  properties: Readonly<Record<string, string>> = {},
  path = 'x',
): Promise<BlobStore> {
  const endpoint = { 'fs.cosn.bucket.endpoint_suffix': server.endpoint };
  const all = new Map(Object.entries({ ...usual, ...endpoint, ...properties }));
  return openStore(`cosn://${bucket}/${path}`, all, storeParts(changes));
}

describe('COS', () => {
  let shared: ObjectServer | undefined;
  after(() => shared?.[Symbol.asyncDispose]());
  conformsToBlobStore({
    name: 'COS',
    open: async () => {
      shared ??= await start({ pageMax: 7 });
      return open(shared, {}, {}, randomUUID());
    },
  });

  it('takes names that XML and URLs must escape', async () => {
    await using server = await start();
    await using store = await open(server, {}, {}, 'a%20&%3C%25%C3%A9+(1)');
    for (const key of ['a', 'b']) await put(store, key, key);
    assert.deepEqual([...server.objects.objects.keys()], ['a &<%é+(1)/a', 'a &<%é+(1)/b']);
    assert.equal((await Array.fromAsync(store.list('', calm))).length, 2);
    await store.deleteMany(['a', 'b'].map(blobKey), calm);
    assert.equal(server.objects.objects.size, 0);
  });

  it('names the bucket as the host, below the name of the region', async () => {
    await using server = await start();
    await using store = await open(server);
    await put(store, 'a', 'x');
    assert.equal(server.calls[0]?.headers['host'], `${bucket}.cos.ap-beijing.myqcloud.com`);
  });

  it('is found fit; in a bucket with versions with a warning', async () => {
    for (const hasVersions of [false, true]) {
      await using server = await start({ hasVersions });
      await using store = await open(server);
      const { steps, needsEmulation } = await probe(store, Date.now, calm);
      assert.deepEqual(
        steps.filter(({ outcome }) => outcome === 'failed'),
        [],
      );
      assert.equal(needsEmulation, hasVersions);
    }
  });

  survivesFaults({
    name: 'COS',
    start,
    open,
    wrongKeys: [
      {
        name: 'a wrong secret',
        properties: { 'fs.cosn.userinfo.secretKey': wrongSecret },
        code: 'SignatureDoesNotMatch',
      },
      {
        name: 'an unknown key',
        properties: { 'fs.cosn.userinfo.secretId': 'AKOTHER' },
        code: 'InvalidAccessKeyId',
      },
      {
        name: 'a token that is none',
        properties: { 'fs.cosn.userinfo.sessionToken': wrongSecret },
        code: 'InvalidSecurityToken',
      },
    ],
    expiredCode: 'ExpiredToken',
    token: { 'fs.cosn.userinfo.sessionToken': 'the-token' },
  });
});
