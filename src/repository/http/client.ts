import {
  Agent,
  type ClientRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
} from 'node:http';
import { Agent as SecureAgent, request as requestSecurely } from 'node:https';
import { once } from 'node:events';
import { checkCancelled } from '../cancel.ts';
import { networkError } from '../objects/network-failure.ts';
import { silenceMsOf } from '../silence.ts';
import { StorageError } from '../storage-error.ts';

export type HttpOrder = Readonly<{
  /** What the request does, for messages: `cannot <doing>: …`. */
  doing: string;
  method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'PATCH' | 'DELETE';
  url: URL;
  headers?: Readonly<Record<string, string>>;
  /** An iterable is read once, and sent in chunks unless the headers say its length. Its own failure is thrown as it is. */
  body?: Uint8Array | AsyncIterable<Uint8Array>;
}>;

/** An answer of any status. Its pieces must be read or returned from, else they hold the connection. */
export type HttpAnswer = Readonly<{
  status: number;
  headers: IncomingHttpHeaders;
  /** Fails with `unavailable` when the connection is cut before the end. */
  pieces: AsyncIterable<Uint8Array>;
}>;

/** The gate bounds calls; this only keeps them from waiting for a connection. */
const socketsMax = 256;
/** Idle connections are closed before servers close them, so that no request meets a closed one. */
const idleMsMax = 4_000;

/**
 * Single requests of HTTP for adapters without an SDK: no redirect is followed, nothing is tried twice. Whatever keeps an
 * answer away is a StorageError: `cancelled` after `signal` aborted, `timeout` when the connection was silent for too
 * long, else what the network says.
 */
export class HttpClient implements AsyncDisposable {
  readonly #silenceMsMax: number;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: socketsMax, timeout: idleMsMax });
  readonly #secureAgent = new SecureAgent({ keepAlive: true, maxSockets: socketsMax, timeout: idleMsMax });

  constructor(silenceMsMax: number) {
    this.#silenceMsMax = silenceMsMax;
  }

  async send(order: HttpOrder, signal: AbortSignal): Promise<HttpAnswer> {
    const { doing, body } = order;
    checkCancelled(signal, doing);
    const sent = this.#open(order, signal);
    try {
      const answered = once(sent, 'response') as Promise<[IncomingMessage]>;
      const [[message]] = await Promise.all([answered, sendBody(sent, body)]);
      const { statusCode: status = 0, headers } = message;
      return { status, headers, pieces: piecesOf(doing, message, signal) };
    } catch (error) {
      throw failureOf(doing, error, signal);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#agent.destroy();
    this.#secureAgent.destroy();
  }

  #open({ doing, method, url, headers = {}, body }: HttpOrder, signal: AbortSignal): ClientRequest {
    const isSecure = url.protocol === 'https:';
    const sized = body instanceof Uint8Array ? { 'content-length': String(body.length) } : {};
    const sent = (isSecure ? requestSecurely : request)(url, {
      method,
      headers: { 'user-agent': 'holdfast', ...sized, ...headers },
      agent: isSecure ? this.#secureAgent : this.#agent,
      signal,
    });
    const timeout = new StorageError('timeout', `cannot ${doing}: '${url.host}' did not answer in time`);
    let answer: IncomingMessage | undefined;
    sent.once('response', (message) => (answer = message));
    // The answer first: behind a request that was destroyed it says that the server has cut it.
    const silenceMs = silenceMsOf(sizeOf(body, headers), this.#silenceMsMax);
    sent.setTimeout(silenceMs, () => (answer ?? sent).destroy(timeout));
    return sent;
  }
}

/** Endless for an iterable whose length no header says. */
function sizeOf(body: HttpOrder['body'], headers: NonNullable<HttpOrder['headers']>): number {
  if (body === undefined) return 0;
  if (body instanceof Uint8Array) return body.length;
  const [, length] = Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-length') ?? [];
  return length === undefined ? Infinity : Number(length);
}

/** The bytes of an answer as text. Fails with `corrupt` for more than `bytesMax`: nothing of that size is expected. */
export async function readText({ pieces }: HttpAnswer, bytesMax: number): Promise<string> {
  const parts: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const piece of pieces) {
    sizeBytes += piece.length;
    if (sizeBytes > bytesMax) throw new StorageError('corrupt', `an answer has more than ${bytesMax} bytes`);
    parts.push(piece);
  }
  return Buffer.concat(parts).toString('utf8');
}

const notDoneCodes: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'HPE_INVALID_CONSTANT',
]);

/** True when the request that failed so has done nothing: the server was not reached, or speaks no HTTP. */
export function wasNotDone(error: unknown): boolean {
  const cause = error instanceof StorageError ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause && notDoneCodes.has(cause.code);
}

/** A server that answers before it has read everything has refused: what is left is not sent. */
async function sendBody(sent: ClientRequest, body: HttpOrder['body']): Promise<void> {
  if (body === undefined || body instanceof Uint8Array) return void sent.end(body);
  let isAnswered = false;
  sent.once('response', () => (isAnswered = true));
  try {
    for await (const piece of body) {
      if (isAnswered || sent.destroyed) return;
      if (piece.length > 0 && !sent.write(piece)) await drained(sent);
    }
    sent.end();
  } catch (error) {
    sent.destroy();
    throw error;
  }
}

/** The request takes more, or will never. */
function drained(sent: ClientRequest): Promise<void> {
  return new Promise((resolve) => {
    const events = ['drain', 'close', 'response'] as const;
    const settle = (): void => {
      for (const event of events) sent.off(event, settle);
      resolve();
    };
    for (const event of events) sent.once(event, settle);
  });
}

async function* piecesOf(
  doing: string,
  message: IncomingMessage,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    for await (const piece of message as AsyncIterable<Uint8Array>) yield piece;
  } catch (error) {
    throw failureOf(doing, error, signal);
  }
}

function failureOf(doing: string, error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) {
    return new StorageError('cancelled', `${doing} was cancelled`, { cause: signal.reason });
  }
  if (error instanceof StorageError) return error;
  const network = networkError(doing, error);
  if (network !== undefined) return network;
  const isBroken = error instanceof Error && 'code' in error && String(error.code).startsWith('HPE_');
  if (!isBroken) return error;
  return new StorageError('unavailable', `cannot ${doing}: the answer is not HTTP`, { cause: error });
}
