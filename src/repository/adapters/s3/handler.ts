import { S3Client } from '@aws-sdk/client-s3';
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
  const asking = sdkHandler(silenceMsMax, silenceMsMax);
  const sending = sdkHandler(silenceMsMax, silenceMsOf(Infinity, silenceMsMax));
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
function sdkHandler(silenceMsMax: number, socketTimeout: number): Handler {
  const agent = { keepAlive: true, maxSockets: socketsMax };
  const requestHandler = {
    connectionTimeout: Math.min(connectTimeoutMs, silenceMsMax),
    socketTimeout,
    httpAgent: agent,
    httpsAgent: agent,
  };
  return new S3Client({ region: 'unused', requestHandler }).config.requestHandler;
}

function bytesOf(headers: Readonly<Record<string, string>>): number {
  return Number(headers['content-length'] ?? 0);
}
