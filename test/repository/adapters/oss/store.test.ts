import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, describe, it } from 'node:test';
import type { BlobBody, BlobStore } from '../../../../src/repository/blob-store.ts';
import { blobKey } from '../../../../src/repository/key.ts';
import { openStore } from '../../../../src/repository/open-store.ts';
import { probe } from '../../../../src/repository/probe.ts';
import { conformsToBlobStore } from '../../../conformance/blob-store.ts';
import {
  assertFails,
  calm,
  fresh,
  mebibyte,
  patternBytes,
  put,
  read,
} from '../../../conformance/blob-store/support.ts';
import type { ObjectServer, ObjectServerOptions } from '../../../doubles/object-server.ts';
import { startOssServer } from '../../../doubles/oss-server.ts';
import { survivesFaults, wrongSecret } from '../../../support/cloud-faults.ts';
import { storeParts } from '../../../support/store-parts.ts';

const keys = new Map([['AKDOUBLE', { secretKey: 'the/secret+of=the-double' }]]);
const usual = {
  'fs.oss.accessKeyId': 'AKDOUBLE',
  'fs.oss.accessKeySecret': 'the/secret+of=the-double',
  'fs.oss.region': 'cn-zhangjiakou',
};

const largeBytes = patternBytes(9 * mebibyte);

async function start(options: Partial<ObjectServerOptions> = {}): Promise<ObjectServer> {
  return startOssServer({ keys, bucket: 'bucket', region: 'cn-zhangjiakou', ...options });
}

async function open(
  server: ObjectServer,
  changes: Parameters<typeof storeParts>[0] = {},
  properties: Readonly<Record<string, string>> = {},
  path = 'x',
): Promise<BlobStore> {
  const all = new Map(Object.entries({ ...usual, 'fs.oss.endpoint': server.endpoint, ...properties }));
  return openStore(`oss://bucket/${path}`, all, storeParts(changes));
}

describe('OSS', () => {
  let shared: ObjectServer | undefined;
  after(() => shared?.[Symbol.asyncDispose]());
  conformsToBlobStore({
    name: 'OSS',
    open: async () => {
      shared ??= await start({ pageMax: 7 });
      return open(shared, {}, {}, randomUUID());
    },
  });

  it('signs every request with version 4, or with version 1 when told so', async () => {
    for (const [version, properties] of [
      ['V4', {}],
      ['V1', { 'fs.oss.signer.version': '1' }],
    ] as const) {
      await using server = await start({ pageMax: 2 });
      await using store = await open(server, {}, properties);
      for (const key of ['a', 'b/c', 'd']) await put(store, key, '0123');
      const large: BlobBody = {
        kind: 'stream',
        open: async function* pieces() {
          yield largeBytes;
        },
      };
      await store.put(blobKey('large'), large, fresh, calm);
      assert.equal((await read(store, 'a', { start: 1, length: 2 })).toString(), '12');
      assert.equal((await Array.fromAsync(store.list('', calm))).length, 4);
      assert.deepEqual(await Array.fromAsync(store.listSegments('', calm)), ['a', 'b', 'd', 'large']);
      await store.deleteMany(['a', 'd'].map(blobKey), calm);
      await store.deleteMany([blobKey('b/c')], calm);
      await server.objects.createUpload('x/y', undefined, calm);
      assert.equal(await store.sweepUploads(0, calm), 1);
      const dialects = server.calls.map(({ operation, dialect }) => `${operation} ${dialect}`);
      const operations = `put get list delete delete_many create_upload put_part complete_upload list_uploads
        abort_upload`.split(/\s+/);
      for (const operation of operations) assert.ok(dialects.includes(`${operation} ${version}`), operation);
      assert.ok(dialects.every((one) => one.endsWith(version)));
    }
  });

  it('asks for ranges that are refused past the end', async () => {
    await using server = await start();
    await using store = await open(server);
    await put(store, 'a', '0123');
    await assertFails('invalid_range', read(store, 'a', { start: 4, length: 1 }));
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
    name: 'OSS',
    start,
    open,
    wrongKeys: [
      {
        name: 'a wrong secret',
        properties: { 'fs.oss.accessKeySecret': wrongSecret },
        code: 'SignatureDoesNotMatch',
      },
      { name: 'an unknown key', properties: { 'fs.oss.accessKeyId': 'AKOTHER' }, code: 'InvalidAccessKeyId' },
      {
        name: 'a token that is none',
        properties: { 'fs.oss.securityToken': wrongSecret },
        code: 'InvalidSecurityToken',
      },
    ],
    expiredCode: 'SecurityTokenExpired',
    token: { 'fs.oss.securityToken': 'the-token' },
  });
});
