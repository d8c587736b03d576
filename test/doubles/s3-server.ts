import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { StorageError } from '../../src/repository/storage-error.ts';
import {
  errorReply,
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
  xml,
} from './http-answers.ts';
import { MemoryObjects } from './memory-objects.ts';
import { verifySignature } from './signature-v4.ts';

export type Keys = Readonly<{ secretKey: string; sessionToken?: string; expiresAt?: number }>;

export type S3ServerOptions = Readonly<{
  /** `aws` keeps conditions; `google` knows only its own; `deaf` ignores them; `mute` refuses them with 501. */
  conditions: 'aws' | 'google' | 'deaf' | 'mute';
  deletesMany?: boolean;
  bucket?: string;
  keys: ReadonlyMap<string, Keys>;
  /** The server's clock. */
  now?: () => number;
  fault?: (operation: string, count: number) => ServerFault | undefined;
  pageMax?: number;
  /** Google's tokens, in the place of signatures. */
  isToken?: (token: string) => boolean;
}>;

type Call = Readonly<{
  operation: string;
  method: string;
  key: string;
  query: URLSearchParams;
  headers: Headers;
  body: Buffer;
}>;

const taken = new Refusal(412, 'PreconditionFailed', 'At least one of the pre-conditions did not hold');
const calm = new AbortController().signal;

/** An S3 server of one bucket in memory, which recomputes every signature and hash, and fails as it is told. */
export class S3Server implements AsyncDisposable {
  readonly #server: Server;
  readonly #options: S3ServerOptions;
  readonly objects: MemoryObjects;
  /** What was accepted so far, each with the dialect it was signed in. */
  readonly calls: { operation: string; dialect: string }[] = [];
  readonly #counts = new Map<string, number>();

  private constructor(server: Server, options: S3ServerOptions) {
    this.#server = server;
    this.#options = options;
    this.objects = new MemoryObjects({ pageMax: options.pageMax ?? 1000, now: options.now ?? Date.now });
  }

  static async start(options: S3ServerOptions): Promise<S3Server> {
    const server = createServer();
    const double = new S3Server(server, options);
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
    const count = (this.#counts.get(call.operation) ?? 0) + 1;
    this.#counts.set(call.operation, count);
    const fault = this.#options.fault?.(call.operation, count);
    response.setHeader('x-amz-request-id', 'double');
    if (fault?.kind === 'hang') return;
    if (fault?.kind === 'late') await sleep(fault.delayMs);
    const isApplied = fault === undefined || isAfterwards(fault);
    const reply = isApplied ? await this.#reply(call, request) : { status: 500 };
    if (fault?.kind === 'cut') response.destroy();
    else if (fault?.kind === 'answer') send(response, errorReply(fault));
    else send(response, reply, fault);
  }

  #read(request: IncomingMessage, body: Buffer): Call {
    const url = new URL(request.url ?? '/', 'http://double');
    const [, bucket = '', ...rest] = url.pathname.split('/');
    const key = decodeURIComponent(rest.join('/'));
    const headers = headersOf(request);
    const method = request.method ?? 'GET';
    const operation =
      bucket === (this.#options.bucket ?? 'bucket')
        ? operationOf(method, key, url.searchParams)
        : 'no_bucket';
    return { operation, method, key, query: url.searchParams, headers, body };
  }

  async #reply(call: Call, request: IncomingMessage): Promise<Reply> {
    try {
      const dialect = this.#authorize(call, request.url ?? '/');
      this.calls.push({ operation: call.operation, dialect });
      if (this.#options.conditions === 'google') refuseWhatGoogleRefuses(call, dialect);
      const reply = await this.#run(call);
      return dialect === 'bearer' ? inGoogleDialect(reply) : reply;
    } catch (error) {
      const refusal = error instanceof StorageError ? refusalOf(error, taken) : error;
      if (refusal instanceof Refusal) return errorReply(refusal);
      throw error;
    }
  }

  #authorize({ method, headers, body }: Call, target: string): string {
    const { keys, now = Date.now, isToken } = this.#options;
    const [, token] = /^Bearer (.+)$/.exec(headers['authorization'] ?? '') ?? [];
    if (token !== undefined && isToken !== undefined) {
      if (!isToken(token)) throw new Refusal(401, 'AuthenticationRequired', 'Authentication required.');
      return 'bearer';
    }
    const secretOf = (key: string): string | undefined => keys.get(key)?.secretKey;
    const verdict = verifySignature({ method, target, headers }, { secretOf, now: now(), service: 's3' });
    if (verdict.outcome === 'refused') throw new Refusal(403, verdict.code, verdict.message);
    if (verdict.outcome === 'anonymous') {
      if (keys.size > 0) throw new Refusal(403, 'AccessDenied', 'Access Denied');
      return 'anonymous';
    }
    const known = keys.get(verdict.accessKey);
    if (known?.sessionToken !== headers['x-amz-security-token']) throw new Refusal(403, 'InvalidToken');
    if ((known?.expiresAt ?? Infinity) < now())
      throw new Refusal(400, 'ExpiredToken', 'The token has expired');
    const hash = createHash('sha256').update(body).digest('hex');
    if (verdict.contentHash !== undefined && verdict.contentHash !== hash) {
      throw new Refusal(400, 'XAmzContentSHA256Mismatch');
    }
    return verdict.dialect;
  }

  async #run(call: Call): Promise<Reply> {
    const { operation, key, query, headers, body } = call;
    const { objects } = this;
    const upload = { name: key, id: query.get('uploadId') ?? '' };
    switch (operation) {
      case 'put': {
        const sha256 = headers['x-amz-meta-sha256'] ?? headers['x-goog-meta-sha256'] ?? '';
        const content = { kind: 'bytes', bytes: body, sizeBytes: body.length, sha256 } as const;
        await objects.putWhole(key, content, this.#isConditional(headers), calm);
        return { status: 200, headers: { etag: `"${md5(body)}"` } };
      }
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
        const { id } = await objects.createUpload(
          key,
          headers['x-amz-meta-sha256'] ?? headers['x-goog-meta-sha256'],
          calm,
        );
        return xml('InitiateMultipartUploadResult', `<UploadId>${id}</UploadId>`);
      }
      case 'put_part': {
        await objects.putPart(upload, Number(query.get('partNumber')), body, calm);
        return { status: 200, headers: { etag: `"${md5(body)}"` } };
      }
      case 'complete_upload': {
        const numbers = [...body.toString().matchAll(/<PartNumber>(\d+)</g)].map((match) => Number(match[1]));
        const isConditional = this.#options.conditions === 'aws' && headers['if-none-match'] === '*';
        await objects.completeUpload(
          upload,
          numbers.map((number) => ({ number, tag: '' })),
          isConditional,
          calm,
        );
        return xml('CompleteMultipartUploadResult', '<ETag>"x-1"</ETag>');
      }
      case 'abort_upload':
        if (!objects.uploads.has(upload.id)) throw new Refusal(404, 'NoSuchUpload');
        await objects.abortUpload(upload, calm);
        return { status: 204 };
      case 'list_uploads': {
        const { uploads } = await objects.listUploads(query.get('prefix') ?? '', undefined, calm);
        const items = uploads.map(
          ({ name, id, startedAt }) =>
            `<Upload><Key>${name}</Key><UploadId>${id}</UploadId><Initiated>${iso(startedAt)}</Initiated></Upload>`,
        );
        return xml('ListMultipartUploadsResult', `<IsTruncated>false</IsTruncated>${items.join('')}`);
      }
      case 'no_bucket':
        throw new Refusal(404, 'NoSuchBucket', 'The specified bucket does not exist');
      default:
        throw new Refusal(405, 'MethodNotAllowed');
    }
  }

  #isConditional(headers: Call['headers']): boolean {
    switch (this.#options.conditions) {
      case 'aws':
        return headers['if-none-match'] === '*';
      case 'google':
        return headers['x-goog-if-generation-match'] === '0';
      case 'deaf':
        return false;
      case 'mute':
        if (headers['if-none-match'] !== undefined)
          throw new Refusal(501, 'NotImplemented', 'not implemented');
        return false;
    }
  }

  async #get({ key, operation, headers }: Call): Promise<Reply> {
    const range = /^bytes=(\d+)-(\d+)$/.exec(headers['range'] ?? '');
    const span = range === null ? undefined : { first: Number(range[1]), last: Number(range[2]) };
    const { facts, pieces } = await this.objects.get(key, span, calm);
    const body = Buffer.concat(await Array.fromAsync(pieces));
    const last = (span?.first ?? 0) + body.length - 1;
    return {
      status: span === undefined ? 200 : 206,
      headers: {
        'content-length': String(body.length),
        'last-modified': new Date(facts.modifiedAt).toUTCString(),
        etag: `"${facts.md5}"`,
        ...(facts.sha256 && { 'x-amz-meta-sha256': facts.sha256 }),
        ...(span !== undefined && { 'content-range': `bytes ${span.first}-${last}/${facts.sizeBytes}` }),
      },
      ...(operation === 'get' && { body }),
    };
  }

  async #list(query: URLSearchParams): Promise<Reply> {
    const token = query.get('continuation-token') ?? undefined;
    const prefix = query.get('prefix') ?? '';
    const byFolder = query.get('delimiter') === '/';
    const page = await this.objects.list({ prefix, byFolder, ...(token !== undefined && { token }) }, calm);
    const objects = page.objects.map(
      ({ name, sizeBytes, modifiedAt }) =>
        `<Contents><Key>${name}</Key><Size>${sizeBytes}</Size><LastModified>${iso(modifiedAt)}</LastModified></Contents>`,
    );
    const folders = page.folders.map((name) => `<CommonPrefixes><Prefix>${name}</Prefix></CommonPrefixes>`);
    const next = page.next && `<NextContinuationToken>${page.next}</NextContinuationToken>`;
    const isTruncated = `<IsTruncated>${page.next !== undefined}</IsTruncated>`;
    return xml('ListBucketResult', [isTruncated, next, ...objects, ...folders].join(''));
  }

  async #deleteMany({ headers, body }: Call): Promise<Reply> {
    if (this.#options.deletesMany === false) throw new Refusal(501, 'NotImplemented', 'not implemented');
    const sum = createHash('md5').update(body).digest('base64');
    if (headers['content-md5'] !== sum)
      throw new Refusal(400, 'InvalidRequest', 'Missing required header: Content-MD5');
    const names = [...body.toString().matchAll(/<Key>([^<]*)</g)].map((match) => match[1] ?? '');
    await this.objects.delete(names, calm);
    return xml('DeleteResult', '');
  }
}

/** Headers that Google's XML interface answers with an error, or that must not stand beside each other. */
function refuseWhatGoogleRefuses({ headers }: Call, dialect: string): void {
  const names = Object.keys(headers);
  const checksum = names.find((name) => /^x-amz-(sdk-)?checksum/.test(name));
  if (checksum !== undefined) throw new Refusal(400, 'ExcessHeaderValues', checksum);
  if (headers['content-encoding']?.includes('aws-chunked'))
    throw new Refusal(400, 'InvalidArgument', 'aws-chunked');
  const isMixed = names.some((name) =>
    name.startsWith(dialect === 'GOOG4' || dialect === 'bearer' ? 'x-amz-' : 'x-goog-'),
  );
  if (isMixed) throw new Refusal(400, 'MalformedSecurityHeader', 'x-amz and x-goog headers are mixed');
}

/** Google answers in the dialect in which it was asked. */
function inGoogleDialect(reply: Reply): Reply {
  const renamed = Object.entries(reply.headers ?? {}).map(([name, value]) => [
    name.replace(/^x-amz-/, 'x-goog-'),
    value,
  ]);
  return { ...reply, headers: Object.fromEntries(renamed) };
}

function md5(bytes: Buffer): string {
  return createHash('md5').update(bytes).digest('hex');
}
