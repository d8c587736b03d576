import { isIP } from 'node:net';
import { Secret } from '../../../base/secret.ts';
import { readEndpoint } from '../../objects/endpoint.ts';
import { missingProperty, propertyError, type PropertyTable, readProperties } from '../../properties.ts';

type Name = 'secretId' | 'secretKey' | 'sessionToken' | 'endpoint' | 'region' | 'https';

/** StarRocks' keys, which are those of Hadoop's plugin for COS, and those of Doris. */
export const cosProperties: PropertyTable<Name> = {
  secretId: ['fs.cosn.userinfo.secretId', 'cos.access_key'],
  secretKey: ['fs.cosn.userinfo.secretKey', 'cos.secret_key'],
  sessionToken: ['fs.cosn.userinfo.sessionToken', 'cos.session_token'],
  endpoint: ['fs.cosn.bucket.endpoint_suffix', 'cos.endpoint'],
  region: ['fs.cosn.bucket.region', 'cos.region'],
  https: ['fs.cosn.useHttps'],
};

export type CosOptions = Readonly<{
  secretId: string;
  secretKey: Secret;
  sessionToken: Secret | undefined;
  /** Where requests go. */
  origin: string;
  /** The host that they name and sign: the bucket is its first label. */
  host: string;
}>;

/** What PROPERTIES say of a bucket. Throws SqlError for what is missing; its text has no values. */
export function readCosOptions(bucket: string, properties: ReadonlyMap<string, string>): CosOptions {
  const reader = readProperties(cosProperties, properties);
  const required = (name: Name): string => {
    const text = reader.text(name);
    if (text === undefined) throw missingProperty(reader.spelling(name));
    return text;
  };
  const secretId = required('secretId');
  const secretKey = new Secret(required('secretKey'));
  const token = reader.text('sessionToken');
  const sessionToken = token === undefined ? undefined : new Secret(token);
  const region = reader.text('region');
  if (region !== undefined && !/^[a-z0-9-]{1,60}$/.test(region)) {
    throw propertyError(`'${reader.spelling('region')}' is no region`, "Write it as in 'ap-beijing'.");
  }
  const usual = region === undefined ? undefined : `cos.${region}.myqcloud.com`;
  const scheme = reader.flag('https') === false ? 'http' : 'https';
  const endpoint = readEndpoint(reader, 'endpoint', scheme) ?? URL.parse(`${scheme}://${usual}`);
  if (endpoint === null || (reader.text('endpoint') === undefined && usual === undefined)) {
    throw propertyError(
      `'${reader.spelling('endpoint')}' is missing`,
      "Write it as in 'cos.ap-beijing.myqcloud.com'.",
    );
  }
  const identity = { secretId, secretKey, sessionToken };
  if (isIP(endpoint.hostname.replaceAll(/^\[|\]$/g, '')) === 0) {
    const host = `${bucket}.${endpoint.host}`;
    return { ...identity, origin: `${endpoint.protocol}//${host}`, host };
  }
  if (usual === undefined) {
    throw propertyError(
      `'${reader.spelling('region')}' is missing, and the endpoint does not tell it`,
      "Write the region of the bucket, as in 'ap-beijing'.",
    );
  }
  return { ...identity, origin: endpoint.origin, host: `${bucket}.${usual}` };
}
