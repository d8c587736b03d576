import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  CreateBucketCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  type S3Client,
} from '@aws-sdk/client-s3';
import { FailingProxy } from '../../../doubles/failing-proxy.ts';
import { findRadosgw, skipReason } from '../../../support/programs.ts';
import { radosgwClient, radosgwProperties, startRadosgw } from '../../../support/radosgw.ts';
import { wholeJob } from '../../../support/whole-job.ts';

/** Of rows as they are in the engine: hashes, so that their blobs are half as large. */
const dataMebibytes = 300;

const skip = skipReason(findRadosgw(), 'radosgw');
describe('a whole job in Ceph', { skip }, () => {
  it('passes through a network that fails one request of twenty, and leaves nothing', async () => {
    await using server = await startRadosgw();
    const client = radosgwClient(server);
    await client.send(new CreateBucketCommand({ Bucket: 'jobs' }));
    await using proxy = await FailingProxy.start({ port: server.port, share: 0.05, seed: 1 });
    const place = { location: 's3a://jobs/some/path', properties: radosgwProperties(proxy.endpoint) };
    await wholeJob({ ...place, leftovers: () => namesIn(client, 'jobs') }, dataMebibytes);
    client.destroy();
    assert.ok(proxy.failed > 1, `${proxy.failed} of ${proxy.failed + proxy.passed} requests failed`);
  });
});

/** Objects and unfinished uploads. */
async function namesIn(client: S3Client, bucket: string): Promise<readonly string[]> {
  const { Contents: objects = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket }));
  const { Uploads: uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
  return [...objects, ...uploads].map(({ Key: name = '' }) => name);
}
