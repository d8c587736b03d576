import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { startCosServer } from '../../../doubles/cos-server.ts';
import { FailingProxy } from '../../../doubles/failing-proxy.ts';
import { wholeJob } from '../../../support/whole-job.ts';

const dataMebibytes = 3;

describe('a whole job in COS', () => {
  it('passes through a network that fails one request of twenty, and leaves nothing', async () => {
    const keys = new Map([['AKDOUBLE', { secretKey: 'the-secret' }]]);
    const bucket = 'backups-1250000000';
    await using server = await startCosServer({ keys, bucket });
    await using proxy = await FailingProxy.start({ port: server.port, share: 0.05, seed: 3 });
    await wholeJob(
      {
        location: `cosn://${bucket}/backup`,
        properties: {
          'fs.cosn.userinfo.secretId': 'AKDOUBLE',
          'fs.cosn.userinfo.secretKey': 'the-secret',
          'fs.cosn.bucket.endpoint_suffix': proxy.endpoint,
          'fs.cosn.bucket.region': 'ap-beijing',
        },
        leftovers: async () => [...server.objects.objects.keys(), ...server.objects.uploads.keys()],
      },
      dataMebibytes,
    );
    assert.ok(proxy.failed > 0, `none of ${proxy.passed} requests failed`);
  });
});
