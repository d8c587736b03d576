import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SqlError } from '../../../../src/base/sql-error.ts';
import { type CosOptions, readCosOptions } from '../../../../src/repository/adapters/cos/options.ts';

const keys = { 'fs.cosn.userinfo.secretId': 'AK', 'fs.cosn.userinfo.secretKey': 'HIDDEN' };
const bucket = 'bucket-1250000000';
const suffix = 'fs.cosn.bucket.endpoint_suffix';

function read(properties: Readonly<Record<string, string>>): CosOptions {
  return readCosOptions(bucket, new Map(Object.entries(properties)));
}

describe('the PROPERTIES of COS', () => {
  it("are those of StarRocks' documents, over https", () => {
    const options = read({ ...keys, [suffix]: 'cos.ap-beijing.myqcloud.com' });
    assert.equal(options.origin, `https://${bucket}.cos.ap-beijing.myqcloud.com`);
    assert.equal(options.host, `${bucket}.cos.ap-beijing.myqcloud.com`);
    assert.equal(options.sessionToken, undefined);
    assert.equal(options.secretKey.reveal(), 'HIDDEN');
  });

  const places = [
    {
      properties: { 'fs.cosn.bucket.region': 'ap-paris' },
      origin: `https://${bucket}.cos.ap-paris.myqcloud.com`,
      host: `${bucket}.cos.ap-paris.myqcloud.com`,
    },
    {
      properties: { [suffix]: 'cos.x.example:8080', 'fs.cosn.useHttps': 'false' },
      origin: `http://${bucket}.cos.x.example:8080`,
      host: `${bucket}.cos.x.example:8080`,
    },
    {
      properties: { [suffix]: 'http://10.0.0.1:8080', 'fs.cosn.bucket.region': 'ap-paris' },
      origin: 'http://10.0.0.1:8080',
      host: `${bucket}.cos.ap-paris.myqcloud.com`,
    },
  ];
  for (const { properties, origin, host } of places) {
    it(`${JSON.stringify(properties)} lead to ${origin}`, () => {
      const options = read({ ...keys, ...properties });
      assert.deepEqual({ origin: options.origin, host: options.host }, { origin, host });
    });
  }

  const refusals = [
    { name: 'no id', properties: { [suffix]: 'cos.x' }, text: /secretId' is missing/ },
    {
      name: 'no key',
      properties: { 'fs.cosn.userinfo.secretId': 'AK', [suffix]: 'cos.x' },
      text: /secretKey' is missing/,
    },
    { name: 'no endpoint', properties: keys, text: /endpoint_suffix' is missing/ },
    {
      name: 'an IP address and no region',
      properties: { ...keys, [suffix]: '10.0.0.1' },
      text: /region' is missing/,
    },
    {
      name: 'a region with odd characters',
      properties: { ...keys, 'fs.cosn.bucket.region': 'a/b' },
      text: /is no region/,
    },
  ];
  for (const { name, properties, text } of refusals) {
    it(`refuse ${name}, without telling values`, () => {
      const isRefused = (error: unknown): boolean =>
        error instanceof SqlError && text.test(error.message) && !error.message.includes('HIDDEN');
      assert.throws(() => read(properties), isRefused);
    });
  }
});
