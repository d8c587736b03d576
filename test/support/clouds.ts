import { startCosServer } from '../doubles/cos-server.ts';
import { startOssServer } from '../doubles/oss-server.ts';
import { startS3Server } from '../doubles/s3-server.ts';
import { type KeyedCloud, withKeys } from './cloud-double.ts';

/** With the number of an account at its end, as all buckets of COS. */
export const cosBucket = 'bucket-1250000000';
const ossRegion = 'cn-zhangjiakou';

export const cos: KeyedCloud = {
  name: 'COS',
  start: async (options) => startCosServer({ keys: new Map(), bucket: cosBucket, ...options }),
  location: `cosn://${cosBucket}`,
  ...withKeys(
    {
      accessKey: 'fs.cosn.userinfo.secretId',
      secretKey: 'fs.cosn.userinfo.secretKey',
      token: 'fs.cosn.userinfo.sessionToken',
      endpoint: 'fs.cosn.bucket.endpoint_suffix',
    },
    { 'fs.cosn.bucket.region': 'ap-beijing' },
  ),
  codes: { wrongToken: 'InvalidSecurityToken', expiredToken: 'ExpiredToken' },
  checksum: 'CRC-64',
  answersSums: true,
};

export const oss: KeyedCloud = {
  name: 'OSS',
  start: async (options) =>
    startOssServer({ keys: new Map(), bucket: 'bucket', region: ossRegion, ...options }),
  location: 'oss://bucket',
  ...withKeys(
    {
      accessKey: 'fs.oss.accessKeyId',
      secretKey: 'fs.oss.accessKeySecret',
      token: 'fs.oss.securityToken',
      endpoint: 'fs.oss.endpoint',
    },
    { 'fs.oss.region': ossRegion },
  ),
  codes: { wrongToken: 'InvalidSecurityToken', expiredToken: 'SecurityTokenExpired' },
  checksum: 'CRC-64',
  answersSums: true,
};

export const s3: KeyedCloud = {
  name: 'S3',
  start: async (options) => startS3Server({ conditions: 'aws', keys: new Map(), ...options }),
  location: 's3a://bucket',
  ...withKeys({
    accessKey: 'aws.s3.access_key',
    secretKey: 'aws.s3.secret_key',
    token: 'aws.s3.session_token',
    endpoint: 'aws.s3.endpoint',
  }),
  codes: { wrongToken: 'InvalidToken', expiredToken: 'ExpiredToken' },
  checksum: 'MD5',
  answersSums: false,
};
