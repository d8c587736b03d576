import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import {
  CreateBucketCommand,
  ListObjectVersionsCommand,
  PutObjectLockConfigurationCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { BlobStore } from '../../../../src/repository/blob-store.ts';
import { openStore } from '../../../../src/repository/open-store.ts';
import { probe, requireFit } from '../../../../src/repository/probe.ts';
import { StorageError } from '../../../../src/repository/storage-error.ts';
import { conformsToBlobStore } from '../../../conformance/blob-store.ts';
import { calm, put } from '../../../conformance/blob-store/support.ts';
import { findRadosgw, skipReason } from '../../../support/programs.ts';
import {
  type Radosgw,
  radosgwClient,
  radosgwProperties,
  radosgwRole,
  startRadosgw,
} from '../../../support/radosgw.ts';
import { storeParts } from '../../../support/store-parts.ts';

const skip = skipReason(findRadosgw(), 'radosgw');
describe('Ceph', { skip }, () => {
  let server: Radosgw;
  let client: S3Client;
  before(async () => {
    server = await startRadosgw();
    client = radosgwClient(server);
    await client.send(new CreateBucketCommand({ Bucket: 'backups' }));
  });
  after(async () => {
    client.destroy();
    await server[Symbol.asyncDispose]();
  });

  conformsToBlobStore({ name: 'Ceph', open: () => open(server) });

  it('is found fit, also with an assumed role', async () => {
    const sts = { 'aws.s3.iam_role_arn': radosgwRole, 'aws.s3.sts.endpoint': server.endpoint };
    for (const properties of [{}, sts]) {
      await using store = await open(server, properties);
      requireFit(await probe(store, Date.now, calm), 'Ceph');
    }
  });

  it('refuses a role that it does not know, and a wrong secret', async () => {
    // This version answers AccessDenied to some of what AWS has names of its own for.
    const refusals = ['invalid_credentials', 'permission_denied'];
    const wrong = [
      { 'aws.s3.iam_role_arn': `${radosgwRole}2`, 'aws.s3.sts.endpoint': server.endpoint },
      { 'aws.s3.secret_key': 'wrong' },
    ];
    for (const properties of wrong) {
      await using store = await open(server, properties);
      await assert.rejects(
        put(store, 'a', 'x'),
        (error) => error instanceof StorageError && refusals.includes(error.kind) && !error.retryable,
      );
    }
  });

  it('keeps what a lock protects: a removal hides it, and the version stays', async () => {
    await client.send(new CreateBucketCommand({ Bucket: 'locked', ObjectLockEnabledForBucket: true }));
    const rule = { DefaultRetention: { Mode: 'GOVERNANCE', Days: 1 } } as const;
    const configuration = { ObjectLockEnabled: 'Enabled', Rule: rule } as const;
    await client.send(
      new PutObjectLockConfigurationCommand({ Bucket: 'locked', ObjectLockConfiguration: configuration }),
    );
    await using store = await open(server, {}, 'locked');
    requireFit(await probe(store, Date.now, calm), 'Ceph');
    const { Versions: versions = [] } = await client.send(
      new ListObjectVersionsCommand({ Bucket: 'locked' }),
    );
    assert.ok(versions.length > 0);
  });
});

/** A store of its own path. */
function open(
  { endpoint }: Radosgw,
  properties: Readonly<Record<string, string>> = {},
  bucket = 'backups',
): Promise<BlobStore> {
  const all = new Map(Object.entries({ ...radosgwProperties(endpoint), ...properties }));
  return openStore(`s3a://${bucket}/${randomUUID()}`, all, storeParts());
}
