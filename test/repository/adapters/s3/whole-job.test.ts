import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openS3Store } from '../../../../src/repository/adapters/s3/store.ts';
import { readS3Options } from '../../../../src/repository/adapters/s3/options.ts';
import { objectTools, type openAdapter } from '../../../../src/repository/open-adapter.ts';
import { type S3ServerOptions, startS3Server } from '../../../doubles/s3-server.ts';
import { namesInDouble, wholeJobPastFailures } from '../../../support/whole-job.ts';

const keys = new Map([['AKIADOUBLE', { secretKey: 'the-secret' }]]);

/** Speaks to any endpoint as to Google's own. */
const openAsGoogle: typeof openAdapter = async (location, properties, tools) => {
  assert.ok(location.scheme === 's3a');
  const { bucket, path } = location;
  const options = { ...readS3Options(bucket, properties), dialect: 'google' as const };
  return openS3Store({ bucket, path, options, silenceMsMax: tools.silenceMsMax }, objectTools(tools));
};

const clouds: readonly Readonly<{
  name: string;
  conditions: S3ServerOptions['conditions'];
  isInParts: boolean;
  openAdapter?: typeof openAdapter;
}>[] = [
  { name: 'S3', conditions: 'aws', isInParts: false },
  { name: 'a store that knows no conditions, in parts', conditions: 'mute', isInParts: true },
  { name: 'Google by HMAC keys', conditions: 'google', isInParts: false, openAdapter: openAsGoogle },
];

describe('a whole job in', () => {
  for (const { name, conditions, isInParts, ...changes } of clouds) {
    it(`${name} passes through a network that fails one request of twenty`, async () => {
      await using server = await startS3Server({ conditions, keys });
      await wholeJobPastFailures({ port: server.port, seed: 1 }, (endpoint) => ({
        location: 's3a://bucket/some/path',
        properties: {
          'aws.s3.access_key': 'AKIADOUBLE',
          'aws.s3.secret_key': 'the-secret',
          'aws.s3.endpoint': endpoint,
        },
        leftovers: async () => namesInDouble(server),
        ...changes,
      }));
      assert.equal(server.count('put_part') > 0, isInParts);
      const isGoogles = server.calls.some(({ dialect }) => dialect === 'GOOG4');
      assert.equal(isGoogles, conditions === 'google');
    });
  }
});
