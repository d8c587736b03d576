import type { IncomingHttpHeaders } from 'node:http';
import { type HttpAnswer, HttpClient, type HttpOrder, readText } from '../../http/client.ts';
import { percentEncoded } from '../../http/percent-encoded.ts';
import type { KeptToken } from '../../http/kept-token.ts';
import { elementsOf } from './answer.ts';
import { azureError, foreignAnswer } from './errors.ts';
import type { AzureOptions } from './options.ts';
import { sharedKeyAuthorization } from './shared-key.ts';

/** Of the service: the first with the kind of a resource in lists, which tells folders of Data Lake from blobs. */
const apiVersion = '2021-12-02';
/** Lists of five thousand names are far below. */
const answerBytesMax = 32 * 1024 * 1024;

export type AzureCall = Readonly<{
  method: 'GET' | 'HEAD' | 'PUT' | 'DELETE';
  /** The blob's name; missing for requests to the container. */
  name?: string;
  query?: Readonly<Record<string, string>>;
  /** Names in lower case. */
  headers?: Readonly<Record<string, string>>;
  body?: Uint8Array | Readonly<{ sizeBytes: number; pieces: AsyncIterable<Uint8Array> }>;
}>;

/** Signs requests to one container, and sends them. */
export class AzureClient implements AsyncDisposable {
  readonly #options: AzureOptions;
  /** For the identities that need one. */
  readonly #token: KeptToken | undefined;
  readonly #http: HttpClient;

  constructor(options: AzureOptions, token: KeptToken | undefined, silenceMsMax: number) {
    this.#options = options;
    this.#token = token;
    this.#http = new HttpClient(silenceMsMax);
  }

  /** The answer of a request that succeeded; its pieces must be read. */
  async send(doing: string, call: AzureCall, signal: AbortSignal): Promise<HttpAnswer> {
    const order = await this.#signed(doing, call);
    const answer = await this.#http.send(order, signal);
    const { status, headers } = answer;
    if (status >= 200 && status < 300) return answer;
    const body = await readText(answer, answerBytesMax);
    throw azureError(doing, { status, headers, body });
  }

  /** As `send`, with the body read: the content of its element `root`. */
  async read(doing: string, call: AzureCall, root: string, signal: AbortSignal): Promise<string> {
    const answer = await this.send(doing, call, signal);
    const [content] = elementsOf(await readText(answer, answerBytesMax), root);
    if (content === undefined) throw foreignAnswer(doing, answer.status);
    return content;
  }

  /** As `send`, for an answer of which only the headers count. */
  async headers(doing: string, call: AzureCall, signal: AbortSignal): Promise<IncomingHttpHeaders> {
    const answer = await this.send(doing, call, signal);
    await readText(answer, answerBytesMax);
    return answer.headers;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#http[Symbol.asyncDispose]();
  }

  async #signed(doing: string, { method, name, query, headers, body }: AzureCall): Promise<HttpOrder> {
    const url = this.#urlOf(name, query);
    const sizeBytes = body instanceof Uint8Array ? body.length : body?.sizeBytes;
    const named: Record<string, string> = {
      ...headers,
      'x-ms-version': apiVersion,
      'x-ms-date': new Date().toUTCString(),
      ...(method === 'PUT' && { 'content-length': String(sizeBytes ?? 0) }),
    };
    const authorization = await this.#authorization({ method, url, headers: named });
    const sent = body instanceof Uint8Array ? body : body?.pieces;
    return {
      doing,
      method,
      url,
      headers: { ...named, ...(authorization !== undefined && { authorization }) },
      ...(sent !== undefined && { body: sent }),
    };
  }

  #urlOf(name: string | undefined, query: Readonly<Record<string, string>> = {}): URL {
    const { endpoint, container, identity } = this.#options;
    const path =
      name === undefined ? container : `${container}/${name.split('/').map(percentEncoded).join('/')}`;
    const pairs = Object.entries(query).map(
      ([key, value]) => `${percentEncoded(key)}=${percentEncoded(value)}`,
    );
    if (identity.kind === 'sas') pairs.push(identity.query.reveal());
    const text = pairs.length === 0 ? '' : `?${pairs.join('&')}`;
    return new URL(`${endpoint.href.replace(/\/$/, '')}/${path}${text}`);
  }

  async #authorization(request: Parameters<typeof sharedKeyAuthorization>[0]): Promise<string | undefined> {
    const { account, identity } = this.#options;
    if (this.#token !== undefined) return `Bearer ${await this.#token.current()}`;
    if (identity.kind !== 'shared_key') return undefined;
    return sharedKeyAuthorization(request, { account, key: identity.key.reveal() });
  }
}
