import type { IncomingHttpHeaders } from 'node:http';
import OSS, { type Options, type TransportAnswer, type TransportRequest } from 'ali-oss';
import { HttpSender, readAnswer } from '../../objects/http-sender.ts';
import { ossError } from './errors.ts';
import type { OssOptions } from './options.ts';

/** Longer than any process runs: nobody refreshes tokens here. */
const neverMs = 2 ** 31;

/** Runs requests of the SDK over a transport of ours, which can be cancelled. */
export class OssClient implements Disposable {
  readonly #sender: HttpSender;
  readonly #options: Omit<Options, 'urllib'>;

  constructor(bucket: string, options: OssOptions, silenceMsMax: number) {
    this.#sender = new HttpSender(silenceMsMax);
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
    const exchange = new Exchange(this.#sender, signal);
    try {
      return await request(new OSS({ ...this.#options, urllib: exchange }));
    } catch (error) {
      throw ossError(doing, error, exchange);
    }
  }

  [Symbol.dispose](): void {
    this.#sender[Symbol.dispose]();
  }
}

/** The transport of one request. Keeps what the SDK's errors lose: the network's own error, headers, elements. */
class Exchange {
  readonly #sender: HttpSender;
  readonly #signal: AbortSignal;
  failure: unknown;
  /** Of an answer that is no success. */
  body = '';
  headers: IncomingHttpHeaders = {};

  constructor(sender: HttpSender, signal: AbortSignal) {
    this.#sender = sender;
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
    const res = await this.#sender.send({ method, url: new URL(url), headers, body }, this.#signal);
    const status = res.statusCode ?? 0;
    this.headers = res.headers;
    if (customResponse === true && status < 300)
      return { status, headers: res.headers, data: undefined, res };
    const data = await readAnswer(res);
    if (status >= 200 && status < 300 && !isError(data)) return { status, headers: res.headers, data, res };
    this.body = data.toString();
    return { status: status < 300 ? 500 : status, headers: res.headers, data, res };
  }
}

/** An answer that began well may end in an error: its status was sent before. */
function isError(data: Buffer): boolean {
  return /^\s*(<\?xml[^>]*\?>)?\s*<Error>/.test(data.toString('latin1', 0, 200));
}
