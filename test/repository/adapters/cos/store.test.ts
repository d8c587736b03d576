import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { put } from '../../../conformance/blob-store/support.ts';
import { cos, cosBucket } from '../../../support/clouds.ts';
import { openCloud, startCloud } from '../../../support/cloud-double.ts';
import { worksAsCloud } from '../../../support/cloud-store.ts';

worksAsCloud(cos);

describe('COS alone', () => {
  it('names the bucket as the host, below the name of the region', async () => {
    await using server = await startCloud(cos);
    await using store = await openCloud(cos, server);
    await put(store, 'a', 'x');
    assert.equal(server.calls[0]?.headers['host'], `${cosBucket}.cos.ap-beijing.myqcloud.com`);
  });
});
