import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FailingProxy } from '../../../doubles/failing-proxy.ts';
import { startOssServer } from '../../../doubles/oss-server.ts';
import { wholeJob } from '../../../support/whole-job.ts';

const dataMebibytes = 3;

describe('a whole job in OSS', () => {
  it('passes through a network that fails one request of twenty, and leaves nothing', async () => {
    const keys = new Map([['AKDOUBLE', { secretKey: 'the-secret' }]]);
    await using server = await startOssServer({ keys, bucket: 'bucket-oss', region: 'cn-beijing' });
    await using proxy = await FailingProxy.start({ port: server.port, share: 0.05, seed: 3 });
    await wholeJob(
      {
        location: 'oss://bucket-oss/backup',
        properties: {
          'fs.oss.accessKeyId': 'AKDOUBLE',
          'fs.oss.accessKeySecret': 'the-secret',
          'fs.oss.endpoint': proxy.endpoint,
          'fs.oss.region': 'cn-beijing',
        },
        leftovers: async () => [...server.objects.objects.keys(), ...server.objects.uploads.keys()],
      },
      dataMebibytes,
    );
    assert.ok(proxy.failed > 0, `none of ${proxy.passed} requests failed`);
  });
});
