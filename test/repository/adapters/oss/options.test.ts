import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SqlError } from '../../../../src/base/sql-error.ts';
import { type OssOptions, readOssOptions } from '../../../../src/repository/adapters/oss/options.ts';

const keys = { 'fs.oss.accessKeyId': 'AK', 'fs.oss.accessKeySecret': 'HIDDEN' };
const zhangjiakou = 'oss-cn-zhangjiakou-internal.aliyuncs.com';

function read(properties: Readonly<Record<string, string>>, bucket = 'bucket_oss'): OssOptions {
  return readOssOptions(bucket, new Map(Object.entries(properties)));
}

describe('the PROPERTIES of OSS', () => {
  it("are those of StarRocks' documents: https, version 4, the region of the endpoint", () => {
    const options = read({ ...keys, 'fs.oss.endpoint': zhangjiakou });
    assert.equal(options.endpoint.href, `https://${zhangjiakou}/`);
    assert.equal(options.region, 'cn-zhangjiakou');
    assert.equal(options.signer, 'v4');
    assert.equal(options.securityToken, undefined);
    assert.equal(options.accessKeySecret.reveal(), 'HIDDEN');
  });

  const regions = [
    { properties: { 'fs.oss.endpoint': 'oss-cn-hangzhou.aliyuncs.com' }, region: 'cn-hangzhou' },
    { properties: { 'fs.oss.endpoint': 'https://oss-us-west-1.aliyuncs.com' }, region: 'us-west-1' },
    { properties: { 'fs.oss.endpoint': 'backup.example', 'fs.oss.region': 'cn-x' }, region: 'cn-x' },
    { properties: { 'fs.oss.endpoint': 'backup.example', 'fs.oss.region': 'oss-cn-x' }, region: 'cn-x' },
    { properties: { 'fs.oss.endpoint': 'old.example', 'fs.oss.signer.version': '1' }, region: undefined },
  ];
  for (const { properties, region } of regions) {
    it(`${JSON.stringify(properties)} lie in region ${region}`, () => {
      assert.equal(read({ ...keys, ...properties }).region, region);
    });
  }

  const refusals = [
    { name: 'no key', properties: { 'fs.oss.endpoint': zhangjiakou }, text: /accessKeyId' is missing/ },
    {
      name: 'no secret',
      properties: { 'fs.oss.accessKeyId': 'AK', 'fs.oss.endpoint': zhangjiakou },
      text: /accessKeySecret' is missing/,
    },
    { name: 'no endpoint', properties: keys, text: /endpoint' is missing/ },
    {
      name: 'an endpoint that tells no region',
      properties: { ...keys, 'fs.oss.endpoint': 'oss-accelerate.aliyuncs.com' },
      text: /fs\.oss\.region' is missing/,
    },
    {
      name: 'an IP address and no region, also for version 1',
      properties: { ...keys, 'fs.oss.endpoint': '10.0.0.1', 'fs.oss.signer.version': '1' },
      text: /fs\.oss\.region' is missing/,
    },
    {
      name: 'a region with odd characters',
      properties: { ...keys, 'fs.oss.endpoint': zhangjiakou, 'fs.oss.region': 'a/b' },
      text: /is no region/,
    },
    {
      name: 'another signature',
      properties: { ...keys, 'fs.oss.endpoint': zhangjiakou, 'fs.oss.signer.version': '2' },
      text: /must be 1 or 4/,
    },
  ];
  for (const { name, properties, text } of refusals) {
    it(`refuse ${name}, without telling values`, () => {
      const isRefused = (error: unknown): boolean =>
        error instanceof SqlError && text.test(error.message) && !error.message.includes('HIDDEN');
      assert.throws(() => read(properties), isRefused);
    });
  }

  it('refuse a name that no bucket of OSS has', () => {
    assert.throws(
      () => read({ ...keys, 'fs.oss.endpoint': zhangjiakou }, 'a.b'),
      /no name of a bucket of OSS/,
    );
  });
});
