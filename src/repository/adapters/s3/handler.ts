import { Agent } from 'node:http';
import { Agent as SecureAgent } from 'node:https';
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { silenceMsOf } from '../../silence.ts';

type Handler = S3Client['config']['requestHandler'];

const connectTimeoutMs = 10_000;
/** The gate bounds calls; this only keeps parts of them from waiting for a connection. */
const socketsMax = 256;
/** Requests with more than this are given the time that the largest may take. */
const smallBytesMax = 64 * 1024;

/**
 * Sends the requests of a client. The SDK knows one time of silence for each handler; two of them make a difference between a
 * request that asks and one that sends much.
 */
export function openHandler(silenceMsMax: number): Handler {
  const connectionTimeout = Math.min(connectTimeoutMs, silenceMsMax);
  const httpAgent = new Agent({ keepAlive: true, maxSockets: socketsMax });
  const httpsAgent = new SecureAgent({ keepAlive: true, maxSockets: socketsMax });
  const shared = { connectionTimeout, httpAgent, httpsAgent };
  const asking = sdkHandler({ ...shared, socketTimeout: silenceMsMax });
  const sending = sdkHandler({ ...shared, socketTimeout: silenceMsOf(Infinity, silenceMsMax) });
  return {
    metadata: asking.metadata ?? { handlerProtocol: 'http/1.1' },
    handle: (request, options) =>
      (bytesOf(request.headers) > smallBytesMax ? sending : asking).handle(request, options),
    destroy: () => {
      for (const each of [asking, sending]) each.destroy?.();
    },
  };
}

/** The SDK exports its handler only inside a client. */
function sdkHandler(requestHandler: NonNullable<S3ClientConfig['requestHandler']>): Handler {
  return new S3Client({ region: 'unused', requestHandler }).config.requestHandler;
}

function bytesOf(headers: Readonly<Record<string, string>>): number {
  return Number(headers['content-length'] ?? 0);
}
