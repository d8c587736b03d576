import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { assert } from '../../../base/assert.ts';
import { credentialsOf } from './credentials.ts';
import { signGoogle } from './google-signer.ts';
import { addHeaders } from './headers.ts';
import type { S3Options } from './options.ts';

type Signer = Extract<NonNullable<S3ClientConfig['signer']>, object>;

const connectTimeoutMs = 10_000;
/** The gate bounds calls; this only keeps parts of them from waiting for a connection. */
const socketsMax = 256;

/** The client for all requests. Its retries, its checksums in chunked framing and its configuration files are off. */
export function openClient(options: S3Options, silenceMsMax: number): S3Client {
  const credentials = credentialsOf(options);
  const identity: Partial<S3ClientConfig> =
    credentials === undefined
      ? { signer: anonymousSigner, credentials: async () => ({ accessKeyId: '', secretAccessKey: '' }) }
      : { credentials };
  return withHeaders(new S3Client({ ...baseConfig(options, silenceMsMax), ...identity }));
}

/** The client for conditional writes to Google; undefined elsewhere, and without keys of one's own. */
export function openConditionalClient(options: S3Options, silenceMsMax: number): S3Client | undefined {
  const credentials = options.dialect === 'google' ? credentialsOf(options) : undefined;
  if (credentials === undefined) return undefined;
  const signer: Signer = {
    sign: async (request) => {
      const { accessKeyId: accessKey, secretAccessKey: secretKey } = await credentials();
      assert('method' in request && 'headers' in request, 'only requests are signed here');
      signGoogle(request, { accessKey, secretKey }, new Date());
      return request;
    },
  };
  return withHeaders(new S3Client({ ...baseConfig(options, silenceMsMax), credentials, signer }));
}

function withHeaders(client: S3Client): S3Client {
  addHeaders(client);
  return client;
}

const anonymousSigner: Signer = { sign: async (request) => request };

function baseConfig(options: S3Options, silenceMsMax: number): S3ClientConfig {
  const { endpoint, region, pathStyle, isRegionGuessed } = options;
  const agent = { keepAlive: true, maxSockets: socketsMax };
  return {
    region,
    ...(endpoint !== undefined && { endpoint: endpoint.href }),
    forcePathStyle: pathStyle,
    followRegionRedirects: isRegionGuessed,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    maxAttempts: 1,
    defaultsMode: 'standard',
    ignoreConfiguredEndpointUrls: true,
    customUserAgent: 'holdfast',
    requestHandler: {
      connectionTimeout: Math.min(connectTimeoutMs, silenceMsMax),
      socketTimeout: silenceMsMax,
      httpAgent: agent,
      httpsAgent: agent,
    },
  };
}
