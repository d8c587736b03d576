import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { startOssServer } from '../../../doubles/oss-server.ts';
import { namesInDouble, wholeJobPastFailures } from '../../../support/whole-job.ts';

const keys = new Map([['AKDOUBLE', { secretKey: 'the-secret' }]]);

describe('a whole job in OSS', () => {
  // Behind a look before each write, bodies go in parts.
  for (const hasVersions of [false, true]) {
    it(`passes through a network that fails, ${hasVersions ? 'in parts, in a bucket with versions' : 'in one request for each blob'}`, async () => {
      const place = { keys, bucket: 'bucket-oss', region: 'cn-beijing' };
      await using server = await startOssServer({ ...place, hasVersions });
      await wholeJobPastFailures({ port: server.port, seed: 3 }, (endpoint) => ({
        location: 'oss://bucket-oss/backup',
        properties: {
          'fs.oss.accessKeyId': 'AKDOUBLE',
          'fs.oss.accessKeySecret': 'the-secret',
          'fs.oss.endpoint': endpoint,
          'fs.oss.region': 'cn-beijing',
        },
        leftovers: async () => namesInDouble(server),
      }));
      assert.equal(server.count('put_part') > 0, hasVersions);
    });
  }
});
