import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FailingProxy } from '../../../doubles/failing-proxy.ts';
import { S3Server } from '../../../doubles/s3-server.ts';
import { wholeJob } from '../../../support/whole-job.ts';

const keys = new Map([['AKIADOUBLE', { secretKey: 'the-secret' }]]);
const dataMebibytes = 20;

describe('a whole job in S3', () => {
  it('passes through a network that fails one request of twenty, and leaves nothing', async () => {
    await using server = await S3Server.start({ conditions: 'aws', keys });
    const port = Number(new URL(server.endpoint).port);
    await using proxy = await FailingProxy.start({ port, share: 0.05, seed: 1 });
    await wholeJob(
      {
        location: 's3a://bucket/some/path',
        properties: {
          'aws.s3.access_key': 'AKIADOUBLE',
          'aws.s3.secret_key': 'the-secret',
          'aws.s3.endpoint': proxy.endpoint,
        },
        leftovers: async () => [...server.objects.objects.keys(), ...server.objects.uploads.keys()],
      },
      dataMebibytes,
    );
    assert.ok(proxy.failed > 0, `none of ${proxy.passed} requests failed`);
  });
});
