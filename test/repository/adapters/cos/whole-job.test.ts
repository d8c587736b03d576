import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { startCosServer } from '../../../doubles/cos-server.ts';
import { namesInDouble, wholeJobPastFailures } from '../../../support/whole-job.ts';

const keys = new Map([['AKDOUBLE', { secretKey: 'the-secret' }]]);
const bucket = 'backups-1250000000';

describe('a whole job in COS', () => {
  // Behind a look before each write, bodies go in parts.
  for (const hasVersions of [false, true]) {
    it(`passes through a network that fails, ${hasVersions ? 'in parts, in a bucket with versions' : 'in one request for each blob'}`, async () => {
      await using server = await startCosServer({ keys, bucket, hasVersions });
      await wholeJobPastFailures({ port: server.port, seed: 3 }, (endpoint) => ({
        location: `cosn://${bucket}/backup`,
        properties: {
          'fs.cosn.userinfo.secretId': 'AKDOUBLE',
          'fs.cosn.userinfo.secretKey': 'the-secret',
          'fs.cosn.bucket.endpoint_suffix': endpoint,
          'fs.cosn.bucket.region': 'ap-beijing',
        },
        leftovers: async () => namesInDouble(server),
      }));
      assert.equal(server.count('put_part') > 0, hasVersions);
    });
  }
});
