import type { IncomingHttpHeaders } from 'node:http';
import COS from 'cos-nodejs-sdk-v5';
import { type HttpAnswer, HttpClient, type HttpOrder, readText } from '../../http/client.ts';
import { percentEncoded } from '../../http/percent-encoded.ts';
import { StorageError } from '../../storage-error.ts';
import { type Element, readElement } from './answer.ts';
import { cosError } from './errors.ts';
import type { CosOptions } from './options.ts';

/** Lists of a thousand names and errors are far below. */
const answerBytesMax = 16 * 1024 * 1024;

export type CosCall = Readonly<{
  method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  /** The object's name; missing for requests to the bucket. */
  name?: string;
  query?: Readonly<Record<string, string>>;
  headers?: Readonly<Record<string, string>>;
  body?: Uint8Array | string | Readonly<{ sizeBytes: number; pieces: AsyncIterable<Uint8Array> }>;
  /** The object must be absent. COS ignores this in a bucket with versions, which the probe finds out. */
  ifAbsent?: boolean;
}>;

/** Signs requests with the SDK, and sends them. */
export class CosClient implements AsyncDisposable {
  readonly #options: CosOptions;
  readonly #http: HttpClient;

  constructor(options: CosOptions, silenceMsMax: number) {
    this.#options = options;
    this.#http = new HttpClient(silenceMsMax);
  }

  /** The answer of a request that succeeded; its pieces must be read. */
  async send(doing: string, call: CosCall, signal: AbortSignal): Promise<HttpAnswer> {
    const answer = await this.#http.send(this.#signed(doing, call), signal);
    const { status, headers } = answer;
    if (status >= 200 && status < 300) return answer;
    const body = await readText(answer, answerBytesMax);
    throw cosError(doing, { status, headers, body, isConditional: call.ifAbsent === true });
  }

  /** As `send`, with the body read: `element` is its root, which must be `root`. */
  async read(
    doing: string,
    call: CosCall,
    root: string,
    signal: AbortSignal,
  ): Promise<Readonly<{ element: Element; headers: IncomingHttpHeaders }>> {
    const answer = await this.send(doing, call, signal);
    const { status, headers } = answer;
    const body = await readText(answer, answerBytesMax);
    const element = readElement(body, root);
    if (element !== undefined) return { element, headers };
    if (readElement(body, 'Error') !== undefined) {
      throw cosError(doing, { status, headers, body, isConditional: call.ifAbsent === true });
    }
    throw new StorageError('invalid_argument', `cannot ${doing}: the answer is none of COS`, {
      hint: 'Look at fs.cosn.bucket.endpoint_suffix.',
    });
  }

  /** As `send`, for an answer of which only the headers count. */
  async headers(doing: string, call: CosCall, signal: AbortSignal): Promise<IncomingHttpHeaders> {
    const answer = await this.send(doing, call, signal);
    await readText(answer, answerBytesMax);
    return answer.headers;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#http[Symbol.asyncDispose]();
  }

  #signed(
    doing: string,
    { method, name = '', query = {}, headers = {}, body, ifAbsent }: CosCall,
  ): HttpOrder {
    const { secretId, secretKey, sessionToken, host, origin } = this.#options;
    const content = typeof body === 'string' ? Buffer.from(body) : body;
    const sizeBytes = content instanceof Uint8Array ? content.length : (content?.sizeBytes ?? 0);
    const named = {
      ...headers,
      Host: host,
      ...((method === 'PUT' || method === 'POST') && { 'Content-Length': String(sizeBytes) }),
      ...(ifAbsent === true && { 'x-cos-forbid-overwrite': 'true' }),
    };
    const signing = {
      SecretId: secretId,
      SecretKey: secretKey.reveal(),
      // In this spelling: the other one's type lacks HEAD.
      method,
      Key: name,
      Query: query,
      Headers: named,
    };
    const authorization = COS.getAuthorization(signing);
    const sent = content instanceof Uint8Array ? content : content?.pieces;
    return {
      doing,
      method,
      url: new URL(`${origin}/${name.split('/').map(percentEncoded).join('/')}${queryText(query)}`),
      headers: {
        ...named,
        Authorization: authorization,
        ...(sessionToken !== undefined && { 'x-cos-security-token': sessionToken.reveal() }),
      },
      ...(sent !== undefined && { body: sent }),
    };
  }
}

function queryText(query: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(query).map(([name, value]) =>
    value === '' ? percentEncoded(name) : `${percentEncoded(name)}=${percentEncoded(value)}`,
  );
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}
