import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { assert } from '../../../base/assert.ts';
import { credentialsOf } from './credentials.ts';
import { googleHeaders, readGoogleHeaders } from './google-headers.ts';
import { signGoogle } from './google-signer.ts';
import { openHandler } from './handler.ts';
import { addHeaders } from './headers.ts';
import type { S3Options } from './options.ts';

type Signer = Extract<NonNullable<S3ClientConfig['signer']>, object>;

/** The client for all requests. Its retries, its checksums in chunked framing and its configuration files are off. */
export function openClient(options: S3Options, silenceMsMax: number): S3Client {
  const credentials = credentialsOf(options);
  const identity: Partial<S3ClientConfig> =
    credentials === undefined ? { signer: anonymousSigner, credentials: noCredentials } : { credentials };
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

/** Where a client gets the token of each request; one that is about to expire is not given. */
export type Tokens = Readonly<{ current: () => Promise<string> }>;

/** The client for Google's XML interface with tokens, in Google's own dialect throughout. */
export function openBearerClient(options: S3Options, tokens: Tokens, silenceMsMax: number): S3Client {
  const signer: Signer = {
    sign: async (request) => {
      const token = await tokens.current();
      assert('method' in request && 'headers' in request, 'only requests are signed here');
      request.headers = { ...googleHeaders(request.headers), authorization: `Bearer ${token}` };
      return request;
    },
  };
  const client = withHeaders(
    new S3Client({ ...baseConfig(options, silenceMsMax), credentials: noCredentials, signer }),
  );
  readGoogleHeaders(client);
  return client;
}

function withHeaders(client: S3Client): S3Client {
  addHeaders(client);
  return client;
}

/** The SDK wants some before it asks the signer. */
const noCredentials = async (): Promise<{ accessKeyId: string; secretAccessKey: string }> => ({
  accessKeyId: '',
  secretAccessKey: '',
});

const anonymousSigner: Signer = { sign: async (request) => request };

function baseConfig(options: S3Options, silenceMsMax: number): S3ClientConfig {
  const { endpoint, region, pathStyle, isRegionGuessed } = options;
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
    requestHandler: openHandler(silenceMsMax),
  };
}
