import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Crc64 } from '../../src/repository/objects/crc64.ts';
import { StorageError } from '../../src/repository/storage-error.ts';
import {
  errorReply,
  escape,
  type Headers,
  headersOf,
  isAfterwards,
  iso,
  operationOf,
  Refusal,
  refusalOf,
  type Reply,
  send,
  type ServerFault,
  unescape,
  xml,
} from './http-answers.ts';
import { MemoryObjects } from './memory-objects.ts';

export type ObjectCall = Readonly<{
  operation: string;
  method: string;
  /** The path with the query, as sent. */
  target: string;
  bucket: string;
  key: string;
  query: URLSearchParams;
  headers: Headers;
  body: Buffer;
}>;

export type Keys = Readonly<{ secretKey: string; sessionToken?: string; expired?: boolean }>;

/** In what the stores that were made after S3, each with headers of its own, differ. */
export type Vendor = Readonly<{
  /** `x-oss-` or `x-cos-`. */
  prefix: string;
  /** How the signature was made. Throws a Refusal for one that is wrong. */
  authorize: (call: ObjectCall) => Readonly<{ accessKey: string; dialect: string }>;
  wrongDigest: string;
  tokenHeader: string;
  expiredToken: Refusal;
  /** True: a range past the end is the whole object, unless `range-behavior: standard` is said. */
  rangesAreLenient: boolean;
}>;

export type ObjectServerOptions = Readonly<{
  keys: ReadonlyMap<string, Keys>;
  bucket: string;
  /** The server's clock. */
  now?: () => number;
  fault?: (operation: string, count: number) => ServerFault | undefined;
  pageMax?: number;
  /** In a bucket with versions the header against overwriting is ignored. */
  hasVersions?: boolean;
  /** Stored and answered instead of what was sent, as after a fault of memory: the digest was right before. */
  damages?: (operation: string, count: number) => boolean;
}>;

const calm = new AbortController().signal;
const taken = new Refusal(409, 'FileAlreadyExists', 'The object you specified already exists');

/** A store of one bucket in memory, reached by the name of its host. Checks signatures, and fails as it is told. */
export class ObjectServer implements AsyncDisposable {
  readonly #server: Server;
  readonly #vendor: Vendor;
  readonly #options: ObjectServerOptions;
  readonly objects: MemoryObjects;
  /** What was accepted so far, each with how it was signed. */
  readonly calls: Readonly<{ operation: string; dialect: string; headers: Headers }>[] = [];
  readonly #counts = new Map<string, number>();

  private constructor(server: Server, vendor: Vendor, options: ObjectServerOptions) {
    this.#server = server;
    this.#vendor = vendor;
    this.#options = options;
    this.objects = new MemoryObjects({ pageMax: options.pageMax ?? 1000, now: options.now ?? Date.now });
  }

  static async start(vendor: Vendor, options: ObjectServerOptions): Promise<ObjectServer> {
    const server = createServer();
    const double = new ObjectServer(server, vendor, options);
    server.on('request', (request, response) => {
      double.#serve(request, response).catch(() => response.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return double;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Requests of an operation that arrived, failed ones too. */
  count(operation: string): number {
    return this.#counts.get(operation) ?? 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = Buffer.concat(await Array.fromAsync(request as AsyncIterable<Buffer>));
    const call = this.#read(request, body);
    const count = this.count(call.operation) + 1;
    this.#counts.set(call.operation, count);
    response.setHeader(`${this.#vendor.prefix}request-id`, 'double');
    const fault = this.#options.fault?.(call.operation, count);
    if (fault?.kind === 'hang') return;
    if (fault?.kind === 'late') await sleep(fault.delayMs);
    const isApplied = fault === undefined || isAfterwards(fault);
    const reply = isApplied ? await this.#reply(call, count) : { status: 500 };
    if (fault?.kind === 'cut') response.destroy();
    else if (fault?.kind === 'answer') send(response, errorReply(fault));
    else send(response, reply, fault);
  }

  #read(request: IncomingMessage, body: Buffer): ObjectCall {
    const target = request.url ?? '/';
    const url = new URL(target, 'http://double');
    const headers = headersOf(request);
    const bucket = (headers['host'] ?? '').split('.', 1)[0] ?? '';
    const key = decodeURIComponent(url.pathname.slice(1));
    const method = request.method ?? 'GET';
    const operation = operationOf(method, key, url.searchParams);
    return { operation, method, target, bucket, key, query: url.searchParams, headers, body };
  }

  async #reply(call: ObjectCall, count: number): Promise<Reply> {
    try {
      const { dialect, accessKey } = this.#vendor.authorize(call);
      this.#checkToken(call, this.#options.keys.get(accessKey));
      if (call.bucket !== this.#options.bucket) throw new Refusal(404, 'NoSuchBucket', 'no such bucket');
      this.calls.push({ operation: call.operation, dialect, headers: call.headers });
      this.#checkDigest(call);
      return await this.#run(call, count);
    } catch (error) {
      const refusal = error instanceof StorageError ? refusalOf(error, taken) : error;
      if (!(refusal instanceof Refusal)) throw error;
      // An answer to HEAD has no body.
      return call.method === 'HEAD' ? { status: refusal.status } : errorReply(refusal);
    }
  }

  #checkToken({ headers }: ObjectCall, known: Keys | undefined): void {
    if (known?.sessionToken !== headers[this.#vendor.tokenHeader]) {
      throw new Refusal(403, 'InvalidSecurityToken', 'The token is wrong.');
    }
    if (known?.expired === true) throw this.#vendor.expiredToken;
  }

  #checkDigest({ operation, headers, body }: ObjectCall): void {
    const given = headers['content-md5'];
    const isRequired = operation === 'delete_many';
    if (given === undefined && !isRequired) return;
    if (given !== createHash('md5').update(body).digest('base64')) {
      throw new Refusal(400, this.#vendor.wrongDigest, 'The Content-MD5 is not that of the body.');
    }
  }

  async #run(call: ObjectCall, count: number): Promise<Reply> {
    const { operation, key, query } = call;
    const { objects } = this;
    const upload = { name: key, id: query.get('uploadId') ?? '' };
    switch (operation) {
      case 'put':
        return await this.#put(call, count);
      case 'get':
      case 'head':
        return await this.#get(call);
      case 'delete':
        await objects.delete([key], calm);
        return { status: 204 };
      case 'delete_many':
        return await this.#deleteMany(call);
      case 'list':
        return await this.#list(query);
      case 'create_upload': {
        const sha256 = call.headers[`${this.#vendor.prefix}meta-sha256`];
        const { id } = await objects.createUpload(key, sha256, calm);
        return xml('InitiateMultipartUploadResult', `<UploadId>${id}</UploadId>`);
      }
      case 'put_part': {
        const body = this.#stored(call, count);
        await objects.putPart(upload, Number(query.get('partNumber')), body, calm);
        return { status: 200, headers: this.#sums(body) };
      }
      case 'complete_upload':
        return await this.#complete(call, upload);
      case 'abort_upload':
        if (!objects.uploads.has(upload.id)) throw new Refusal(404, 'NoSuchUpload');
        await objects.abortUpload(upload, calm);
        return { status: 204 };
      case 'list_uploads':
        return await this.#listUploads(query);
      default:
        throw new Refusal(405, 'MethodNotAllowed');
    }
  }

  async #put(call: ObjectCall, count: number): Promise<Reply> {
    const bytes = this.#stored(call, count);
    const sha256 = call.headers[`${this.#vendor.prefix}meta-sha256`] ?? '';
    const content = { kind: 'bytes', bytes, sizeBytes: bytes.length, sha256 } as const;
    await this.objects.putWhole(call.key, content, this.#isConditional(call), calm);
    return { status: 200, headers: this.#sums(bytes) };
  }

  #stored({ operation, body }: ObjectCall, count: number): Buffer {
    if (this.#options.damages?.(operation, count) !== true) return body;
    const damaged = Buffer.from(body);
    damaged[0] = (damaged[0] ?? 0) ^ 1;
    return damaged;
  }

  async #complete({ key, body, headers }: ObjectCall, upload: { name: string; id: string }): Promise<Reply> {
    const numbers = [...body.toString().matchAll(/<PartNumber>(\d+)</g)].map((match) => Number(match[1]));
    const etags = [...unescape(body.toString()).matchAll(/<ETag>"([^<]*)"</g)].map((match) => match[1]);
    const sent = this.objects.uploads.get(upload.id)?.parts;
    if (sent !== undefined && numbers.some((number, at) => etagOf(sent.get(number)) !== etags[at])) {
      throw new Refusal(400, 'InvalidPart', 'a part is missing or has another ETag');
    }
    const parts = numbers.map((number) => ({ number, tag: '' }));
    await this.objects.completeUpload(upload, parts, this.#isConditional({ headers }), calm);
    const bytes = this.objects.objects.get(key)?.bytes ?? Buffer.alloc(0);
    const etag = `"${etagOf(bytes)}-${numbers.length}"`;
    const reply = xml('CompleteMultipartUploadResult', `<Key>${escape(key)}</Key><ETag>${etag}</ETag>`);
    return { ...reply, headers: { ...reply.headers, ...this.#sums(bytes), etag } };
  }

  #isConditional({ headers }: Pick<ObjectCall, 'headers'>): boolean {
    return headers[`${this.#vendor.prefix}forbid-overwrite`] === 'true' && !this.#options.hasVersions;
  }

  async #get({ key, operation, headers }: ObjectCall): Promise<Reply> {
    const { prefix, rangesAreLenient } = this.#vendor;
    const range = /^bytes=(\d+)-(\d+)$/.exec(headers['range'] ?? '');
    const stored = this.objects.objects.get(key);
    const isPast = range !== null && stored !== undefined && Number(range[1]) >= stored.bytes.length;
    const isLenient = rangesAreLenient && headers[`${prefix}range-behavior`] !== 'standard';
    const isRange = range !== null && !(isPast && isLenient);
    const span = isRange ? { first: Number(range[1]), last: Number(range[2]) } : undefined;
    const { facts, pieces } = await this.objects.get(key, span, calm);
    const body = Buffer.concat(await Array.fromAsync(pieces));
    const last = (span?.first ?? 0) + body.length - 1;
    const whole = stored?.bytes ?? body;
    return {
      status: span === undefined ? 200 : 206,
      headers: {
        ...this.#sums(whole),
        'content-length': String(body.length),
        'last-modified': new Date(facts.modifiedAt).toUTCString(),
        ...(facts.sha256 && { [`${prefix}meta-sha256`]: facts.sha256 }),
        ...(span !== undefined && { 'content-range': `bytes ${span.first}-${last}/${facts.sizeBytes}` }),
      },
      ...(operation === 'get' && { body }),
    };
  }

  async #list(query: URLSearchParams): Promise<Reply> {
    const token = query.get('continuation-token') ?? query.get('marker') ?? undefined;
    const prefix = query.get('prefix') ?? '';
    const byFolder = query.get('delimiter') === '/';
    const page = await this.objects.list({ prefix, byFolder, ...(token && { token }) }, calm);
    const objects = page.objects.map(
      ({ name, sizeBytes, modifiedAt }) =>
        `<Contents><Key>${escape(name)}</Key><Size>${sizeBytes}</Size>` +
        `<LastModified>${iso(modifiedAt)}</LastModified></Contents>`,
    );
    const folders = page.folders.map(
      (name) => `<CommonPrefixes><Prefix>${escape(name)}</Prefix></CommonPrefixes>`,
    );
    const nextName = query.get('list-type') === '2' ? 'NextContinuationToken' : 'NextMarker';
    const next = page.next === undefined ? '' : `<${nextName}>${escape(page.next)}</${nextName}>`;
    const isTruncated = `<IsTruncated>${page.next !== undefined}</IsTruncated>`;
    return xml('ListBucketResult', [isTruncated, next, ...objects, ...folders].join(''));
  }

  async #listUploads(query: URLSearchParams): Promise<Reply> {
    const { uploads } = await this.objects.listUploads(query.get('prefix') ?? '', undefined, calm);
    const after = query.get('upload-id-marker');
    const rest = uploads.filter(({ id }) => after === null || id > after);
    const page = rest.slice(0, this.#options.pageMax ?? 1000);
    const items = page.map(
      ({ name, id, startedAt }) =>
        `<Upload><Key>${escape(name)}</Key><UploadId>${id}</UploadId><Initiated>${iso(startedAt)}</Initiated></Upload>`,
    );
    const last = page.at(-1);
    const isTruncated = rest.length > page.length;
    const next = `<NextKeyMarker>${escape(last?.name ?? '')}</NextKeyMarker><NextUploadIdMarker>${last?.id ?? ''}</NextUploadIdMarker>`;
    return xml(
      'ListMultipartUploadsResult',
      `<IsTruncated>${isTruncated}</IsTruncated>${isTruncated ? next : ''}${items.join('')}`,
    );
  }

  async #deleteMany({ body }: ObjectCall): Promise<Reply> {
    const names = [...body.toString().matchAll(/<Key>([^<]*)</g)].map((match) => unescape(match[1] ?? ''));
    await this.objects.delete(names, calm);
    return xml('DeleteResult', names.map((name) => `<Deleted><Key>${escape(name)}</Key></Deleted>`).join(''));
  }

  #sums(bytes: Buffer): Record<string, string> {
    const crc64 = new Crc64().update(bytes).digest();
    return { etag: `"${etagOf(bytes)}"`, [`${this.#vendor.prefix}hash-crc64ecma`]: String(crc64) };
  }
}

function etagOf(bytes: Buffer | undefined): string | undefined {
  return bytes && createHash('md5').update(bytes).digest('hex').toUpperCase();
}
