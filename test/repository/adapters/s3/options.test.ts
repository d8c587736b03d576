import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SqlError } from '../../../../src/base/sql-error.ts';
import { readS3Options, type S3Options } from '../../../../src/repository/adapters/s3/options.ts';

function options(properties: Readonly<Record<string, string>>, bucket = 'bucket'): S3Options {
  return readS3Options(bucket, new Map(Object.entries(properties)));
}

const keys = { 'aws.s3.access_key': 'AK', 'aws.s3.secret_key': 'THESECRET' };

describe('the endpoint of a bucket', () => {
  const cases = [
    { endpoint: undefined, href: undefined, region: 'us-east-1', pathStyle: false, dialect: 'aws' },
    {
      endpoint: 's3.eu-west-3.amazonaws.com',
      href: 'https://s3.eu-west-3.amazonaws.com/',
      region: 'eu-west-3',
      pathStyle: false,
      dialect: 'aws',
    },
    { endpoint: 's3-us-west-2.amazonaws.com', region: 'us-west-2', pathStyle: false, dialect: 'aws' },
    { endpoint: 's3.cn-north-1.amazonaws.com.cn', region: 'cn-north-1', pathStyle: false, dialect: 'aws' },
    {
      endpoint: 'https://bucket.vpce-1a2b.s3.us-east-2.vpce.amazonaws.com',
      region: 'us-east-2',
      pathStyle: false,
      dialect: 'aws',
    },
    { endpoint: 'storage.googleapis.com', region: 'auto', pathStyle: true, dialect: 'google' },
    { endpoint: 'abc.r2.cloudflarestorage.com', region: 'auto', pathStyle: true, dialect: 'other' },
    { endpoint: 's3.us-west-004.backblazeb2.com', region: 'us-west-004', pathStyle: true, dialect: 'other' },
    { endpoint: 's3.eu-central-1.wasabisys.com', region: 'eu-central-1', pathStyle: true, dialect: 'other' },
    {
      endpoint: 'http://minio:9000',
      href: 'http://minio:9000/',
      region: 'us-east-1',
      pathStyle: true,
      dialect: 'other',
    },
    {
      endpoint: 'minio:9000',
      href: 'https://minio:9000/',
      region: 'us-east-1',
      pathStyle: true,
      dialect: 'other',
    },
    {
      endpoint: '[::1]:9000',
      href: 'https://[::1]:9000/',
      region: 'us-east-1',
      pathStyle: true,
      dialect: 'other',
    },
  ] as const;
  for (const { endpoint, ...expected } of cases) {
    it(`is understood: ${endpoint}`, () => {
      const seen = options({ ...keys, ...(endpoint && { 'aws.s3.endpoint': endpoint }) });
      assert.equal(seen.region, expected.region);
      assert.equal(seen.pathStyle, expected.pathStyle);
      assert.equal(seen.dialect, expected.dialect);
      if ('href' in expected) assert.equal(seen.endpoint?.href, expected.href);
    });
  }

  it('has no TLS when that is switched off', () => {
    const seen = options({ ...keys, 'aws.s3.endpoint': 'minio:9000', 'aws.s3.enable_ssl': 'false' });
    assert.equal(seen.endpoint?.href, 'http://minio:9000/');
  });

  it('of a bucket with dots is used in path style', () => {
    assert.equal(options(keys, 'my.bucket').pathStyle, true);
    assert.equal(
      options({ ...keys, 'aws.s3.enable_path_style_access': 'false' }, 'my.bucket').pathStyle,
      false,
    );
  });

  it('leaves the region to be told by AWS when nobody names it', () => {
    assert.equal(options(keys).isRegionGuessed, true);
    assert.equal(options({ ...keys, 'aws.s3.region': 'eu-west-1' }).isRegionGuessed, false);
    assert.equal(options({ ...keys, 'fs.s3a.endpoint': 'minio:9000' }).isRegionGuessed, false);
  });
});

describe('the identity', () => {
  const cases = [
    { name: 'keys', properties: keys, kind: 'keys' },
    {
      name: "Hadoop's keys",
      properties: { 'fs.s3a.access.key': 'AK', 'fs.s3a.secret.key': 'SK' },
      kind: 'keys',
    },
    { name: 'nothing', properties: {}, kind: 'anonymous' },
    {
      name: 'keys, with the other ways switched off',
      properties: {
        ...keys,
        'aws.s3.use_instance_profile': 'false',
        'aws.s3.use_aws_sdk_default_behavior': 'false',
      },
      kind: 'keys',
    },
    {
      name: 'an instance profile',
      properties: { 'aws.s3.use_instance_profile': 'true' },
      kind: 'instance_profile',
    },
    {
      name: 'the chain of the SDK',
      properties: { 'aws.s3.use_aws_sdk_default_behavior': 'true' },
      kind: 'sdk_default',
    },
    {
      name: 'a web identity',
      properties: {
        'aws.s3.use_web_identity_token_file': 'true',
        'aws.s3.iam_role_arn': 'arn:aws:iam::1:role/r',
      },
      kind: 'web_identity',
    },
  ] as const;
  for (const { name, properties, kind } of cases) {
    it(`of ${name} is ${kind}`, () => assert.equal(options(properties).identity.kind, kind));
  }

  it('assumes a role, with an external id', () => {
    const { role } = options({
      'aws.s3.use_instance_profile': 'true',
      'aws.s3.iam_role_arn': 'arn:aws:iam::123456789012:role/backup',
      'aws.s3.external_id': 'ours',
      'aws.s3.region': 'eu-west-1',
    });
    const expected = { arn: 'arn:aws:iam::123456789012:role/backup', externalId: 'ours' };
    assert.deepEqual(role, { ...expected, endpoint: undefined, region: 'eu-west-1' });
  });

  it('shows no secret when it is printed', () => {
    assert.ok(!JSON.stringify(options({ ...keys, 'aws.s3.session_token': 'THETOKEN' })).includes('THE'));
  });
});

describe('wrong properties', () => {
  const cases = [
    {
      name: 'no secret key',
      properties: { 'aws.s3.access_key': 'AK' },
      text: "'aws.s3.secret_key' is missing",
    },
    {
      name: 'no access key',
      properties: { 'fs.s3a.secret.key': 'S' },
      text: "'aws.s3.access_key' is missing",
    },
    { name: 'a token alone', properties: { 'aws.s3.session_token': 'S' }, text: 'needs an access key' },
    {
      name: 'keys and a profile',
      properties: { ...keys, 'aws.s3.use_instance_profile': 'true' },
      text: 'more than one identity',
    },
    {
      name: 'a role for nobody',
      properties: { 'aws.s3.iam_role_arn': 'arn:aws:iam::1:role/r' },
      text: 'needs an identity',
    },
    { name: 'no role', properties: { ...keys, 'aws.s3.iam_role_arn': 'r' }, text: 'not of the form' },
    {
      name: 'a web identity for no role',
      properties: { 'aws.s3.use_web_identity_token_file': 'true' },
      text: 'needs',
    },
    {
      name: 'an endpoint with a path',
      properties: { ...keys, 'aws.s3.endpoint': 'h/THESECRET' },
      text: 'no endpoint',
    },
    {
      name: 'an endpoint with a user',
      properties: { 'aws.s3.endpoint': 'a:THESECRET@h' },
      text: 'no endpoint',
    },
    { name: 'an empty endpoint', properties: { 'aws.s3.endpoint': 'https://' }, text: 'no endpoint' },
    {
      name: 'a flag that is none',
      properties: { 'aws.s3.enable_ssl': '1', 'aws.s3.endpoint': 'h' },
      text: 'true or false',
    },
  ];
  for (const { name, properties, text } of cases) {
    it(`are refused: ${name}`, () => {
      assert.throws(
        () => options(properties),
        (error) =>
          error instanceof SqlError && error.message.includes(text) && !error.message.includes('THESECRET'),
      );
    });
  }
});
