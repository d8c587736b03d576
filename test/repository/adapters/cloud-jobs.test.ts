import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { startCloud } from '../../support/cloud-double.ts';
import { cos, oss } from '../../support/clouds.ts';
import { namesInDouble, wholeJobPastFailures } from '../../support/whole-job.ts';

describe('a whole job past a network that fails', () => {
  for (const cloud of [cos, oss]) {
    // Behind a look before each write, bodies go in parts.
    for (const hasVersions of [false, true]) {
      const how = hasVersions ? 'in parts, in a bucket with versions' : 'in one request for each blob';
      it(`in ${cloud.name}, ${how}`, async () => {
        await using server = await startCloud(cloud, { hasVersions });
        await wholeJobPastFailures({ port: server.port, seed: 3 }, (endpoint) => ({
          location: `${cloud.location}/backup`,
          properties: cloud.propertiesAt(endpoint),
          leftovers: async () => namesInDouble(server),
        }));
        assert.equal(server.count('put_part') > 0, hasVersions);
      });
    }
  }
});
