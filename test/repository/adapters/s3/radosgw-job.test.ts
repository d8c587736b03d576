import { describe, it } from 'node:test';
import {
  CreateBucketCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  type S3Client,
} from '@aws-sdk/client-s3';
import { findRadosgw, skipReason } from '../../../support/programs.ts';
import { radosgwClient, radosgwProperties, startRadosgw } from '../../../support/radosgw.ts';
import { wholeJobPastFailures } from '../../../support/whole-job.ts';

const skip = skipReason(findRadosgw(), 'radosgw');
describe('a whole job in Ceph', { skip }, () => {
  it('passes through a network that fails one request of twenty, and leaves nothing', async () => {
    await using server = await startRadosgw();
    const client = radosgwClient(server);
    await client.send(new CreateBucketCommand({ Bucket: 'jobs' }));
    await wholeJobPastFailures({ port: server.port, seed: 1 }, (endpoint) => ({
      location: 's3a://jobs/some/path',
      properties: radosgwProperties(endpoint),
      leftovers: () => namesIn(client, 'jobs'),
    }));
    client.destroy();
  });
});

/** Objects and unfinished uploads. */
async function namesIn(client: S3Client, bucket: string): Promise<readonly string[]> {
  const { Contents: objects = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket }));
  const { Uploads: uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
  return [...objects, ...uploads].map(({ Key: name = '' }) => name);
}
