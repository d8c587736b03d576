import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { Readable } from 'node:stream';
import { StorageError } from '../storage-error.ts';
import { networkError } from './network-failure.ts';

export type HttpCall = Readonly<{
  method: string;
  url: URL;
  headers: Readonly<Record<string, string>>;
  /** A stream is read once; its length is in `headers`. */
  body?: Uint8Array | AsyncIterable<Uint8Array> | undefined;
}>;

/** Calls are bounded elsewhere; this only keeps parts of them from waiting for a connection. */
const socketsMax = 256;
/** Lists of a thousand names and errors are far below. */
const answerBytesMax = 16 * 1024 * 1024;

/** Sends requests over connections that are kept: for adapters whose SDK cannot be cancelled. Tries once. */
export class HttpSender implements Disposable {
  readonly #agents: Readonly<Record<string, http.Agent>> = {
    'http:': new http.Agent({ keepAlive: true, maxSockets: socketsMax }),
    'https:': new https.Agent({ keepAlive: true, maxSockets: socketsMax }),
  };
  readonly #silenceMsMax: number;

  constructor(silenceMsMax: number) {
    this.#silenceMsMax = silenceMsMax;
  }

  /**
   * The answer, whatever its status; its body must be read or destroyed. Throws errors of the network as they are, with
   * their codes. `signal` ends the request, and the answer's body too.
   */
  async send({ method, url, headers, body }: HttpCall, signal: AbortSignal): Promise<IncomingMessage> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const agent = this.#agents[url.protocol];
    const { request: open } = url.protocol === 'https:' ? https : http;
    const request = open(url, { method, headers, agent, signal });
    request.setTimeout(this.#silenceMsMax, () => request.destroy(silenceError()));
    request.once('response', resolve);
    // After the answer this changes nothing: a store may refuse a body before it has read all of it.
    request.on('error', reject);
    if (body === undefined || body instanceof Uint8Array) request.end(body);
    else {
      const source = Readable.from(body, { objectMode: false });
      source.on('error', (error) => request.destroy(error));
      request.once('close', () => source.destroy());
      source.pipe(request);
    }
    return promise;
  }

  [Symbol.dispose](): void {
    for (const agent of Object.values(this.#agents)) agent.destroy();
  }
}

/** A short body, whole. */
export async function readAnswer(answer: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  let seenBytes = 0;
  for await (const piece of answer) {
    pieces.push(piece);
    seenBytes += piece.length;
    if (seenBytes > answerBytesMax) {
      throw new StorageError('corrupt', `an answer is longer than ${answerBytesMax} bytes`);
    }
  }
  return Buffer.concat(pieces);
}

/** What `send` threw, or the body of an answer, as a StorageError; other errors are returned unchanged. */
export function transportError(doing: string, failure: unknown): unknown {
  if (failure instanceof StorageError || !(failure instanceof Error)) return failure;
  if (failure.name === 'AbortError') {
    return new StorageError('cancelled', `${doing} was cancelled`, { cause: failure });
  }
  return networkError(doing, failure) ?? failure;
}

function silenceError(): Error {
  return Object.assign(new Error('the connection was silent for too long'), { code: 'ESOCKETTIMEDOUT' });
}
