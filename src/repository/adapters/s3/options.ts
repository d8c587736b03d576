import { Secret } from '../../../base/secret.ts';
import { readEndpoint } from '../../objects/endpoint.ts';
import {
  missingProperty,
  propertyError,
  type PropertyReader,
  type PropertyTable,
  readProperties,
} from '../../properties.ts';

type Name =
  | 'accessKey'
  | 'secretKey'
  | 'sessionToken'
  | 'endpoint'
  | 'region'
  | 'pathStyle'
  | 'ssl'
  | 'instanceProfile'
  | 'webIdentity'
  | 'webIdentityFile'
  | 'sdkDefault'
  | 'roleArn'
  | 'externalId'
  | 'stsEndpoint'
  | 'stsRegion';

/** StarRocks' keys, Hadoop's, and those of Doris. */
export const s3Properties: PropertyTable<Name> = {
  accessKey: ['aws.s3.access_key', 'fs.s3a.access.key', 's3.access_key', 'AWS_ACCESS_KEY'],
  secretKey: ['aws.s3.secret_key', 'fs.s3a.secret.key', 's3.secret_key', 'AWS_SECRET_KEY'],
  sessionToken: ['aws.s3.session_token', 'fs.s3a.session.token', 's3.session_token', 'AWS_TOKEN'],
  endpoint: ['aws.s3.endpoint', 'fs.s3a.endpoint', 's3.endpoint', 'AWS_ENDPOINT'],
  region: ['aws.s3.region', 'fs.s3a.endpoint.region', 's3.region', 'AWS_REGION'],
  pathStyle: ['aws.s3.enable_path_style_access', 'fs.s3a.path.style.access', 'use_path_style'],
  ssl: ['aws.s3.enable_ssl', 'fs.s3a.connection.ssl.enabled'],
  instanceProfile: ['aws.s3.use_instance_profile'],
  webIdentity: ['aws.s3.use_web_identity_token_file'],
  webIdentityFile: ['aws.s3.web_identity_token_file'],
  sdkDefault: ['aws.s3.use_aws_sdk_default_behavior'],
  roleArn: ['aws.s3.iam_role_arn', 'fs.s3a.assumed.role.arn', 's3.role_arn'],
  externalId: ['aws.s3.external_id', 's3.external_id'],
  stsEndpoint: ['aws.s3.sts.endpoint', 'fs.s3a.assumed.role.sts.endpoint'],
  stsRegion: ['aws.s3.sts.region'],
};

/** Who we are to the store, before a role is assumed. */
export type Identity =
  | Readonly<{ kind: 'keys'; accessKey: string; secretKey: Secret; sessionToken: Secret | undefined }>
  | Readonly<{ kind: 'instance_profile' }>
  | Readonly<{ kind: 'web_identity'; file: string }>
  /** The SDK's chain of environment, files and metadata. Only when asked for by name. */
  | Readonly<{ kind: 'sdk_default' }>
  | Readonly<{ kind: 'anonymous' }>;

export type Role = Readonly<{
  arn: string;
  externalId: string | undefined;
  /** Undefined for AWS' own of the region. */
  endpoint: string | undefined;
  region: string;
}>;

export type S3Options = Readonly<{
  /** Undefined for AWS' own of the region. */
  endpoint: URL | undefined;
  region: string;
  /** The region was a guess: AWS tells the right one when it is wrong. */
  isRegionGuessed: boolean;
  pathStyle: boolean;
  /** How a conditional write is said; the other requests are the same. */
  dialect: 'aws' | 'google' | 'other';
  identity: Identity;
  role: Role | undefined;
}>;

/** Where Kubernetes on AWS mounts the token of a service account. */
const webIdentityFileUsual = '/var/run/secrets/eks.amazonaws.com/serviceaccount/token';

/** What PROPERTIES say of a bucket. Throws SqlError for what contradicts itself; its text has no values. */
export function readS3Options(bucket: string, properties: ReadonlyMap<string, string>): S3Options {
  const reader = readProperties(s3Properties, properties);
  const endpoint = readS3Endpoint(reader, 'endpoint');
  const named = reader.text('region') ?? regionOfHost(endpoint?.hostname);
  const region = named ?? 'us-east-1';
  const isAws = endpoint === undefined || isAwsHost(endpoint.hostname);
  const isGoogle = endpoint !== undefined && /(^|\.)storage\.googleapis\.com$/.test(endpoint.hostname);
  return {
    endpoint,
    region,
    isRegionGuessed: named === undefined && isAws,
    // A bucket with dots fits no certificate of AWS as a part of the host name.
    pathStyle: reader.flag('pathStyle') ?? (!isAws || bucket.includes('.')),
    dialect: isGoogle ? 'google' : isAws ? 'aws' : 'other',
    identity: readIdentity(reader),
    role: readRole(reader, region),
  };
}

function readIdentity(reader: PropertyReader<Name>): Identity {
  const chosen: Identity[] = [];
  const keys = readKeys(reader);
  if (keys !== undefined) chosen.push(keys);
  if (reader.flag('instanceProfile')) chosen.push({ kind: 'instance_profile' });
  if (reader.flag('webIdentity') || reader.text('webIdentityFile') !== undefined) {
    if (reader.text('roleArn') === undefined) {
      throw propertyError(`a web identity needs '${reader.spelling('roleArn')}'`);
    }
    chosen.push({ kind: 'web_identity', file: reader.text('webIdentityFile') ?? webIdentityFileUsual });
  }
  if (reader.flag('sdkDefault')) chosen.push({ kind: 'sdk_default' });
  if (chosen.length > 1) {
    throw propertyError('they name more than one identity', 'Give keys, or one of the ways without keys.');
  }
  const [identity = { kind: 'anonymous' }] = chosen;
  if (identity.kind === 'anonymous' && reader.text('roleArn') !== undefined) {
    throw propertyError(
      `'${reader.spelling('roleArn')}' needs an identity that may assume the role`,
      "Give keys, or 'aws.s3.use_instance_profile' = 'true'.",
    );
  }
  return identity;
}

function readKeys(reader: PropertyReader<Name>): Identity | undefined {
  const accessKey = reader.text('accessKey');
  const secretKey = reader.text('secretKey');
  const sessionToken = reader.text('sessionToken');
  if (accessKey === undefined && secretKey === undefined) {
    if (sessionToken === undefined) return undefined;
    throw propertyError(`'${reader.spelling('sessionToken')}' needs an access key and a secret key`);
  }
  if (accessKey === undefined) throw missingProperty(reader.spelling('accessKey'));
  if (secretKey === undefined) throw missingProperty(reader.spelling('secretKey'));
  const token = sessionToken === undefined ? undefined : new Secret(sessionToken);
  return { kind: 'keys', accessKey, secretKey: new Secret(secretKey), sessionToken: token };
}

function readRole(reader: PropertyReader<Name>, region: string): Role | undefined {
  const arn = reader.text('roleArn');
  if (arn === undefined) return undefined;
  if (!/^arn:[a-z-]+:iam::[^:]*:role\/.+$/.test(arn)) {
    throw propertyError(
      `'${reader.spelling('roleArn')}' is not of the form arn:aws:iam::123456789012:role/name`,
    );
  }
  const externalId = reader.text('externalId');
  const endpoint = readS3Endpoint(reader, 'stsEndpoint')?.href;
  return { arn, externalId, endpoint, region: reader.text('stsRegion') ?? region };
}

function readS3Endpoint(reader: PropertyReader<Name>, name: 'endpoint' | 'stsEndpoint'): URL | undefined {
  return readEndpoint(reader, name, reader.flag('ssl') === false ? 'http' : 'https');
}

function isAwsHost(host: string): boolean {
  return /(^|\.)amazonaws\.com(\.cn)?$/.test(host);
}

/** The region in the endpoints of AWS, Wasabi, Backblaze, DigitalOcean and others; `auto` where there is none. */
function regionOfHost(host: string | undefined): string | undefined {
  if (host === undefined) return undefined;
  if (/(^|\.)(storage\.googleapis\.com|r2\.cloudflarestorage\.com)$/.test(host)) return 'auto';
  const labels = host.split('.');
  const region = labels.find((label) => /^[a-z]{2}(-[a-z]+)+-\d+$/.test(label));
  return region ?? /^s3-([a-z]{2}(?:-[a-z]+)+-\d+)$/.exec(labels[0] ?? '')?.[1];
}
