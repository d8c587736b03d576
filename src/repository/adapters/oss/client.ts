import type { IncomingHttpHeaders } from 'node:http';
import OSS, { type Options, type TransportAnswer, type TransportRequest } from 'ali-oss';
import { HttpClient, readText } from '../../http/client.ts';
import { ossError } from './errors.ts';
import type { OssOptions } from './options.ts';

/** Lists of a thousand names and errors are far below. */
const answerBytesMax = 16 * 1024 * 1024;
/** Longer than any process runs: nobody refreshes tokens here. */
const neverMs = 2 ** 31;

/** Runs requests of the SDK over a transport of ours, which can be cancelled. */
export class OssClient implements AsyncDisposable {
  readonly #http: HttpClient;
  readonly #options: Omit<Options, 'urllib'>;

  constructor(bucket: string, options: OssOptions, silenceMsMax: number) {
    this.#http = new HttpClient(silenceMsMax);
    this.#options = {
      accessKeyId: options.accessKeyId,
      accessKeySecret: options.accessKeySecret.reveal(),
      ...(options.securityToken !== undefined && {
        stsToken: options.securityToken.reveal(),
        refreshSTSTokenInterval: neverMs,
      }),
      bucket,
      endpoint: options.endpoint.origin,
      ...(options.region !== undefined && { region: `oss-${options.region}` }),
      secure: options.endpoint.protocol === 'https:',
      authorizationV4: options.signer === 'v4',
      retryMax: 0,
    };
  }

  /** One request; its failure becomes a StorageError `cannot <doing>: <why>`. */
  async run<T>(doing: string, signal: AbortSignal, request: (sdk: OSS) => Promise<T>): Promise<T> {
    const exchange = new Exchange(this.#http, doing, signal);
    try {
      return await request(new OSS({ ...this.#options, urllib: exchange }));
    } catch (error) {
      throw ossError(doing, error, exchange);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#http[Symbol.asyncDispose]();
  }
}

/** The transport of one request. Keeps what the SDK's errors lose: the network's own error, headers, elements. */
class Exchange {
  readonly #http: HttpClient;
  readonly #doing: string;
  readonly #signal: AbortSignal;
  failure: unknown;
  /** Of an answer that is no success. */
  body = '';
  headers: IncomingHttpHeaders = {};

  constructor(http: HttpClient, doing: string, signal: AbortSignal) {
    this.#http = http;
    this.#doing = doing;
    this.#signal = signal;
  }

  async request(url: string, request: TransportRequest): Promise<TransportAnswer> {
    try {
      return await this.#exchange(url, request);
    } catch (error) {
      this.failure = error;
      throw error;
    }
  }

  async #exchange(url: string, request: TransportRequest): Promise<TransportAnswer> {
    const { method, stream, content, customResponse } = request;
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    );
    const bytes = content === undefined ? undefined : Buffer.from(content);
    // The SDK counts the characters of a text.
    if (bytes !== undefined) headers['Content-Length'] = String(bytes.length);
    const body = stream ?? bytes;
    const order = { doing: this.#doing, method, url: new URL(url), headers, ...(body && { body }) };
    const res = await this.#http.send(order, this.#signal);
    const { status } = res;
    this.headers = res.headers;
    if (customResponse === true && status < 300)
      return { status, headers: res.headers, data: undefined, res };
    const text = await readText(res, answerBytesMax);
    const data = Buffer.from(text);
    if (status >= 200 && status < 300 && !isError(text)) return { status, headers: res.headers, data, res };
    this.body = text;
    return { status: status < 300 ? 500 : status, headers: res.headers, data, res };
  }
}

/** An answer that began well may end in an error: its status was sent before. */
function isError(text: string): boolean {
  return /^\s*(<\?xml[^>]*\?>)?\s*<Error>/.test(text);
}
