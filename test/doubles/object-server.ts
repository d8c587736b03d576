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

/** `expiresAt` in milliseconds since the epoch. */
export type Keys = Readonly<{ secretKey: string; sessionToken?: string; expiresAt?: number }>;

/** In what S3 and the stores that were made after it differ. */
export type Vendor = Readonly<{
  /** Of the store's own headers: `x-amz-`, `x-oss-`, `x-cos-`. */
  prefix: string;
  /** Where a request names the bucket. */
  bucketIn: 'host' | 'path';
  /** How the signature was made, and with which key; without one for other proofs. Throws a Refusal for a wrong one. */
  authorize: (call: ObjectCall) => Readonly<{ accessKey?: string; dialect: string }>;
  /** The value of one of the store's own headers, named without the prefix. */
  ownHeader: (headers: Headers, name: string) => string | undefined;
  wrongDigest: string;
  tokenHeader: string;
  wrongToken: Refusal;
  expiredToken: Refusal;
  /** True for a write under the condition that nothing has the name. */
  isConditional: (call: ObjectCall) => boolean;
  /** The answer to a conditional write of a name that is taken. */
  taken: Refusal;
  etagOf: (bytes: Buffer) => string;
  /** Checksums beside the ETag. */
  sums: (bytes: Buffer) => Readonly<Record<string, string>>;
  /** True: a range past the end is the whole object, unless `range-behavior: standard` is said. */
  rangesAreLenient: boolean;
  deletesMany: boolean;
  /** The answer in the dialect in which was asked. */
  reworded: (reply: Reply, dialect: string) => Reply;
}>;

export type ObjectServerOptions = Readonly<{
  keys: ReadonlyMap<string, Keys>;
  bucket: string;
  /** The server's clock. */
  now?: () => number;
  fault?: (operation: string, count: number) => ServerFault | undefined;
  pageMax?: number;
  /** A free one unless it is named. */
  port?: number;
  /** What is there already. */
  objects?: MemoryObjects;
  /** In a bucket with versions the header against overwriting is ignored. */
  hasVersions?: boolean;
  /** Stored and answered instead of what was sent, as after a fault of memory: the digest was right before. */
  damages?: (operation: string, count: number) => boolean;
}>;

const calm = new AbortController().signal;

/** A store of one bucket in memory. Checks signatures, and fails as it is told. */
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
    const { pageMax = 1000, now = Date.now } = options;
    this.objects = options.objects ?? new MemoryObjects({ pageMax, now });
  }

  static async start(vendor: Vendor, options: ObjectServerOptions): Promise<ObjectServer> {
    const server = createServer();
    const double = new ObjectServer(server, vendor, options);
    server.on('request', (request, response) => {
      double.#serve(request, response).catch(() => response.destroy());
    });
    await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
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
    const [, first = '', ...rest] = url.pathname.split('/');
    const isInPath = this.#vendor.bucketIn === 'path';
    const bucket = isInPath ? first : ((headers['host'] ?? '').split('.', 1)[0] ?? '');
    const key = decodeURIComponent(isInPath ? rest.join('/') : url.pathname.slice(1));
    const method = request.method ?? 'GET';
    const operation = operationOf(method, key, url.searchParams);
    return { operation, method, target, bucket, key, query: url.searchParams, headers, body };
  }

  async #reply(call: ObjectCall, count: number): Promise<Reply> {
    try {
      const { dialect, accessKey } = this.#vendor.authorize(call);
      if (accessKey !== undefined) this.#checkToken(call, this.#options.keys.get(accessKey));
      if (call.bucket !== this.#options.bucket) throw new Refusal(404, 'NoSuchBucket', 'no such bucket');
      this.calls.push({ operation: call.operation, dialect, headers: call.headers });
      this.#checkDigest(call);
      return this.#vendor.reworded(await this.#run(call, count), dialect);
    } catch (error) {
      const refusal = error instanceof StorageError ? refusalOf(error, this.#vendor.taken) : error;
      if (!(refusal instanceof Refusal)) throw error;
      // An answer to HEAD has no body.
      return call.method === 'HEAD' ? { status: refusal.status } : errorReply(refusal);
    }
  }

  #checkToken({ headers }: ObjectCall, known: Keys | undefined): void {
    const { tokenHeader, wrongToken, expiredToken } = this.#vendor;
    if (known?.sessionToken !== headers[tokenHeader]) throw wrongToken;
    const { now = Date.now } = this.#options;
    if ((known?.expiresAt ?? Infinity) < now()) throw expiredToken;
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
        const sha256 = this.#vendor.ownHeader(call.headers, 'meta-sha256');
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
    const sha256 = this.#vendor.ownHeader(call.headers, 'meta-sha256') ?? '';
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

  async #complete(call: ObjectCall, upload: { name: string; id: string }): Promise<Reply> {
    const { key, body } = call;
    const numbers = [...body.toString().matchAll(/<PartNumber>(\d+)</g)].map((match) => Number(match[1]));
    const etags = [...unescape(body.toString()).matchAll(/<ETag>"([^<]*)"</g)].map((match) => match[1]);
    const sent = this.objects.uploads.get(upload.id)?.parts;
    if (sent !== undefined && numbers.some((number, at) => this.#etagOf(sent.get(number)) !== etags[at])) {
      throw new Refusal(400, 'InvalidPart', 'a part is missing or has another ETag');
    }
    const parts = numbers.map((number) => ({ number, tag: '' }));
    await this.objects.completeUpload(upload, parts, this.#isConditional(call), calm);
    const bytes = this.objects.objects.get(key)?.bytes ?? Buffer.alloc(0);
    const etag = `"${this.#etagOf(bytes)}-${numbers.length}"`;
    const reply = xml('CompleteMultipartUploadResult', `<Key>${escape(key)}</Key><ETag>${etag}</ETag>`);
    return { ...reply, headers: { ...reply.headers, ...this.#sums(bytes), etag } };
  }

  #isConditional(call: ObjectCall): boolean {
    return this.#vendor.isConditional(call) && !this.#options.hasVersions;
  }

  async #get({ key, operation, headers }: ObjectCall): Promise<Reply> {
    const { prefix, rangesAreLenient, ownHeader } = this.#vendor;
    const range = /^bytes=(\d+)-(\d+)$/.exec(headers['range'] ?? '');
    const stored = this.objects.objects.get(key);
    const isPast = range !== null && stored !== undefined && Number(range[1]) >= stored.bytes.length;
    const isLenient = rangesAreLenient && ownHeader(headers, 'range-behavior') !== 'standard';
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
    if (!this.#vendor.deletesMany) throw new Refusal(501, 'NotImplemented', 'not implemented');
    const names = [...body.toString().matchAll(/<Key>([^<]*)</g)].map((match) => unescape(match[1] ?? ''));
    await this.objects.delete(names, calm);
    return xml('DeleteResult', names.map((name) => `<Deleted><Key>${escape(name)}</Key></Deleted>`).join(''));
  }

  #sums(bytes: Buffer): Record<string, string> {
    return { ...this.#vendor.sums(bytes), etag: `"${this.#etagOf(bytes)}"` };
  }

  #etagOf(bytes: Buffer | undefined): string | undefined {
    return bytes && this.#vendor.etagOf(bytes);
  }
}

export function md5(bytes: Buffer): string {
  return createHash('md5').update(bytes).digest('hex');
}

/** What the stores of OSS' kind have in common: MD5 in capitals, CRC-64, and a header against overwriting. */
export function ossLike(
  prefix: string,
): Omit<Vendor, 'authorize' | 'wrongDigest' | 'tokenHeader' | 'expiredToken' | 'rangesAreLenient'> {
  return {
    prefix,
    bucketIn: 'host',
    ownHeader: (headers, name) => headers[`${prefix}${name}`],
    isConditional: ({ headers }) => headers[`${prefix}forbid-overwrite`] === 'true',
    taken: new Refusal(409, 'FileAlreadyExists', 'The object you specified already exists'),
    wrongToken: new Refusal(403, 'InvalidSecurityToken', 'The token is wrong.'),
    etagOf: (bytes) => md5(bytes).toUpperCase(),
    sums: (bytes) => ({ [`${prefix}hash-crc64ecma`]: String(new Crc64().update(bytes).digest()) }),
    deletesMany: true,
    reworded: (reply) => reply,
  };
}
