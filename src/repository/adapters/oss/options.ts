import { isIP } from 'node:net';
import { Secret } from '../../../base/secret.ts';
import { readEndpoint } from '../../objects/endpoint.ts';
import { missingProperty, propertyError, type PropertyTable, readProperties } from '../../properties.ts';

type Name = 'accessKeyId' | 'accessKeySecret' | 'securityToken' | 'endpoint' | 'region' | 'signer';

/** StarRocks' keys, which are those of Hadoop and JindoFS, and those of Doris. */
export const ossProperties: PropertyTable<Name> = {
  accessKeyId: ['fs.oss.accessKeyId', 'oss.access_key'],
  accessKeySecret: ['fs.oss.accessKeySecret', 'oss.secret_key'],
  securityToken: ['fs.oss.securityToken', 'oss.session_token'],
  endpoint: ['fs.oss.endpoint', 'oss.endpoint'],
  region: ['fs.oss.region', 'oss.region'],
  signer: ['fs.oss.signer.version'],
};

export type OssOptions = Readonly<{
  accessKeyId: string;
  accessKeySecret: Secret;
  securityToken: Secret | undefined;
  endpoint: URL;
  /** As OSS names it: `cn-hangzhou`. Undefined where only version 1 is signed, which knows no regions. */
  region: string | undefined;
  signer: 'v1' | 'v4';
}>;

/** What PROPERTIES say of a bucket. Throws SqlError for what is missing; its text has no values. */
export function readOssOptions(bucket: string, properties: ReadonlyMap<string, string>): OssOptions {
  const reader = readProperties(ossProperties, properties);
  const required = (name: Name): string => {
    const text = reader.text(name);
    if (text === undefined) throw missingProperty(reader.spelling(name));
    return text;
  };
  if (!/^[a-z0-9_][a-z0-9_-]{1,61}[a-z0-9_]$/.test(bucket)) {
    throw propertyError(`'${bucket}' is no name of a bucket of OSS`);
  }
  const accessKeyId = required('accessKeyId');
  const accessKeySecret = new Secret(required('accessKeySecret'));
  required('endpoint');
  const endpoint = readEndpoint(reader, 'endpoint') as URL;
  const token = reader.text('securityToken');
  const securityToken = token === undefined ? undefined : new Secret(token);
  const region = reader.text('region')?.replace(/^oss-/, '') ?? regionOfHost(endpoint.hostname);
  const signer = readSigner(reader.text('signer'));
  // With an IP address the host of the request is made of the region.
  if (region === undefined && (signer === 'v4' || isIP(endpoint.hostname) !== 0)) {
    throw propertyError(
      `'${reader.spelling('region')}' is missing, and the endpoint does not tell it`,
      "Write the region of the bucket, as in 'cn-hangzhou'.",
    );
  }
  if (region !== undefined && !/^[a-z0-9-]{1,60}$/.test(region)) {
    throw propertyError(`'${reader.spelling('region')}' is no region`, "Write it as in 'cn-hangzhou'.");
  }
  return { accessKeyId, accessKeySecret, securityToken, endpoint, region, signer };
}

function readSigner(text: string | undefined): 'v1' | 'v4' {
  switch (text?.toLowerCase()) {
    case undefined:
    case '4':
    case 'v4':
      return 'v4';
    case '1':
    case 'v1':
      return 'v1';
    default:
      throw propertyError("'fs.oss.signer.version' must be 1 or 4");
  }
}

/** `oss-cn-hangzhou.aliyuncs.com`, with `-internal` from inside of Alibaba's network. */
function regionOfHost(host: string): string | undefined {
  const region = /^oss-([a-z0-9-]+?)(?:-internal)?\.aliyuncs\.com$/.exec(host)?.[1];
  return region?.startsWith('accelerate') ? undefined : region;
}
