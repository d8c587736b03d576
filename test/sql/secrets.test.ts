import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isSecretName } from '../../src/sql/secrets.ts';

describe('the name of a secret property', () => {
  const secrets = [
    'aws.s3.access_key',
    'aws.s3.secret_key',
    'aws.s3.session_token',
    'fs.s3a.access.key',
    'fs.s3a.secret.key',
    'fs.s3a.session.token',
    's3.secret_key',
    'AWS_SECRET_KEY',
    'AWS_TOKEN',
    'fs.oss.accessKeyId',
    'fs.oss.accessKeySecret',
    'fs.oss.securityToken',
    'fs.cosn.userinfo.secretId',
    'fs.cosn.userinfo.secretKey',
    'gcp.gcs.service_account_private_key',
    'gcp.gcs.service_account_private_key_id',
    'azure.blob.shared_key',
    'azure.blob.sas_token',
    'azure.adls2.oauth2_client_secret',
    'azure.blob.sas_token',
    'fs.azure.account.key.account.blob.core.windows.net',
    'fs.azure.sas.box.account.blob.core.windows.net',
    'fs.azure.account.key.account.blob.core.windows.net',
    'password',
    'hadoop.security.kerberos.keytab',
  ];
  for (const name of secrets) it(`is recognised: ${name}`, () => assert.equal(isSecretName(name), true));

  const shown = [
    'aws.s3.endpoint',
    'aws.s3.region',
    'aws.s3.iam_role_arn',
    'aws.s3.use_instance_profile',
    'fs.oss.endpoint',
    'fs.cosn.bucket.endpoint_suffix',
    'gcp.gcs.service_account_email',
    'username',
    'dfs.nameservices',
    'key_columns',
  ];
  for (const name of shown) it(`is another: ${name}`, () => assert.equal(isSecretName(name), false));
});
