import { randomUUID } from 'node:crypto';
import { after, before, describe } from 'node:test';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import type { BlobStore } from '../../../../src/repository/blob-store.ts';
import { openStore } from '../../../../src/repository/open-store.ts';
import { conformsToBlobStore } from '../../../conformance/blob-store.ts';
import { findRadosgw, skipReason } from '../../../support/programs.ts';
import { type Radosgw, radosgwKeys, startRadosgw } from '../../../support/radosgw.ts';
import { storeParts } from '../../../support/store-parts.ts';

const skip = skipReason(findRadosgw(), 'radosgw');

describe('Ceph', { skip }, () => {
  let server: Radosgw;
  before(async () => {
    server = await startRadosgw();
    await clientOf(server).send(new CreateBucketCommand({ Bucket: 'backups' }));
  });
  after(async () => server[Symbol.asyncDispose]());

  conformsToBlobStore({ name: 'Ceph', open: () => open(server) });
});

function clientOf({ endpoint }: Radosgw): S3Client {
  const credentials = { accessKeyId: radosgwKeys.accessKey, secretAccessKey: radosgwKeys.secretKey };
  return new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials });
}

/** A store of its own path. */
function open({ endpoint }: Radosgw): Promise<BlobStore> {
  const properties = new Map([
    ['aws.s3.access_key', radosgwKeys.accessKey],
    ['aws.s3.secret_key', radosgwKeys.secretKey],
    ['aws.s3.endpoint', endpoint],
  ]);
  return openStore(`s3a://backups/${randomUUID()}`, properties, storeParts());
}
