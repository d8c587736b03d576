import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Capabilities } from '../../blob-store.ts';
import {
  checkCrc64,
  checkedPart,
  countedContent,
  crc64Capabilities,
  crc64OfParts,
  keepIfEqual,
  uploadedPart,
} from '../../objects/checked-parts.ts';
import { Crc64 } from '../../objects/crc64.ts';
import { unlessMissing } from '../../objects/missing.ts';
import { crc64Of, factsOf, readingOf } from '../../objects/object-answer.ts';
import type {
  DeleteFailure,
  ListPage,
  ListQuery,
  ObjectFacts,
  ObjectLimits,
  ObjectReading,
  ObjectRequests,
  Span,
  Upload,
  UploadedPart,
  UploadPage,
  WholeContent,
} from '../../objects/requests.ts';
import { uploadsQuery, uploadToken } from '../../objects/upload-pages.ts';
import { StorageError } from '../../storage-error.ts';
import type { OssClient } from './client.ts';

const mebibyte = 1024 * 1024;
const pageMax = '1000';
/** Of the store's own headers. */
const ownPrefix = 'x-oss-';
const contentType = 'application/octet-stream';
/** Answered with 409 FileAlreadyExists. OSS ignores it in a bucket with versions, which the probe finds out. */
const onlyIfAbsent = { 'x-oss-forbid-overwrite': 'true' };

/** The single requests of OSS. */
export class OssRequests implements ObjectRequests {
  readonly capabilities: Capabilities;
  readonly limits: ObjectLimits = {
    singleBytesMax: 5 * 1024 * mebibyte,
    partBytesMin: 100 * 1024,
    partsMax: 10_000,
  };
  readonly #client: OssClient;

  constructor(client: OssClient) {
    this.#client = client;
    this.capabilities = crc64Capabilities(this.limits, true);
  }

  async putWhole(name: string, whole: WholeContent, ifAbsent: boolean, signal: AbortSignal): Promise<void> {
    const doing = `write '${name}'`;
    const { content, crc64 } = countedContent(whole);
    const options = {
      mime: contentType,
      meta: { sha256: content.sha256 },
      ...(ifAbsent && { headers: onlyIfAbsent }),
    };
    const { res } = await this.#client.run(doing, signal, async (sdk) =>
      content.kind === 'bytes'
        ? sdk.put(name, bufferOf(content.bytes), options)
        : sdk.putStream(name, readableOf(content.pieces), { ...options, contentLength: content.sizeBytes }),
    );
    const sums = { sent: crc64.digest(), received: crc64Of(res.headers, ownPrefix) };
    await keepIfEqual(doing, sums, () => this.#deleteOne(name, signal));
  }

  async get(name: string, span: Span | undefined, signal: AbortSignal): Promise<ObjectReading> {
    const doing = `read '${name}'`;
    const headers =
      span === undefined
        ? {}
        : { Range: `bytes=${span.first}-${span.last}`, 'x-oss-range-behavior': 'standard' };
    const { stream } = await this.#client.run(doing, signal, (sdk) => sdk.getStream(name, { headers }));
    return readingOf(doing, stream, ownPrefix);
  }

  async head(name: string, signal: AbortSignal): Promise<ObjectFacts | undefined> {
    const doing = `look at '${name}'`;
    const found = await unlessMissing(() => this.#client.run(doing, signal, (sdk) => sdk.head(name)));
    return found && factsOf(found.res.headers, ownPrefix);
  }

  async list({ prefix, byFolder, token }: ListQuery, signal: AbortSignal): Promise<ListPage> {
    const query = {
      prefix,
      'max-keys': pageMax,
      ...(byFolder && { delimiter: '/' }),
      ...(token !== undefined && { 'continuation-token': token }),
    };
    const page = await this.#client.run(`list '${prefix}'`, signal, (sdk) => sdk.listV2(query));
    const objects = page.objects.map(({ name, size, lastModified }) => ({
      name,
      sizeBytes: size,
      modifiedAt: Date.parse(lastModified),
    }));
    const next = page.isTruncated ? page.nextContinuationToken : null;
    return { objects, folders: page.prefixes ?? [], ...(next !== null && { next }) };
  }

  async delete(names: readonly string[], signal: AbortSignal): Promise<readonly DeleteFailure[]> {
    const [only, ...others] = names;
    if (only === undefined) return [];
    if (others.length === 0) {
      await this.#deleteOne(only, signal);
      return [];
    }
    const { deleted } = await this.#client.run('remove blobs', signal, (sdk) =>
      sdk.deleteMulti(names, { quiet: false }),
    );
    const gone = new Set(deleted.map(({ Key: name }) => name));
    return names
      .filter((name) => !gone.has(name))
      .map((name) => ({
        name,
        error: new StorageError('unavailable', `cannot remove '${name}': the store kept it`),
      }));
  }

  async createUpload(name: string, sha256: string | undefined, signal: AbortSignal): Promise<Upload> {
    const doing = `begin to write '${name}'`;
    const meta = sha256 === undefined ? {} : { sha256 };
    const { uploadId: id } = await this.#client.run(doing, signal, (sdk) =>
      sdk.initMultipartUpload(name, { meta, headers: { 'Content-Type': contentType } }),
    );
    if (id === undefined) throw incomplete(doing, 'names no upload');
    return { name, id };
  }

  async putPart(
    { name, id }: Upload,
    number: number,
    bytes: Uint8Array,
    signal: AbortSignal,
  ): Promise<UploadedPart> {
    const doing = `write part ${number} of '${name}'`;
    const headers = { 'Content-MD5': createHash('md5').update(bytes).digest('base64') };
    const { etag, res } = await this.#client.run(doing, signal, (sdk) =>
      sdk._uploadPart(name, id, number, { stream: Readable.from([bytes]), size: bytes.length }, { headers }),
    );
    const crc64 = new Crc64().update(bytes).digest();
    checkCrc64(doing, crc64, crc64Of(res.headers, ownPrefix));
    return uploadedPart({ number, etag, crc64, sizeBytes: bytes.length });
  }

  async completeUpload(
    { name, id }: Upload,
    uploaded: readonly UploadedPart[],
    ifAbsent: boolean,
    signal: AbortSignal,
  ): Promise<void> {
    const doing = `join the parts of '${name}'`;
    const parts = uploaded.map(checkedPart);
    const { res } = await this.#client.run(doing, signal, (sdk) =>
      sdk.completeMultipartUpload(name, id, parts, ifAbsent ? { headers: onlyIfAbsent } : {}),
    );
    const sums = { sent: crc64OfParts(parts), received: crc64Of(res.headers, ownPrefix) };
    await keepIfEqual(doing, sums, () => this.#deleteOne(name, signal));
  }

  async abortUpload({ name, id }: Upload, signal: AbortSignal): Promise<void> {
    const doing = `remove the parts of '${name}'`;
    await unlessMissing(() => this.#client.run(doing, signal, (sdk) => sdk.abortMultipartUpload(name, id)));
  }

  async listUploads(prefix: string, token: string | undefined, signal: AbortSignal): Promise<UploadPage> {
    const query = uploadsQuery(prefix, token);
    const doing = `list unfinished uploads of '${prefix}'`;
    const page = await this.#client.run(doing, signal, (sdk) => sdk.listUploads(query));
    const uploads = page.uploads.map(({ name, uploadId, initiated }) => ({
      name,
      id: uploadId,
      startedAt: Date.parse(initiated),
    }));
    if (!page.isTruncated) return { uploads };
    const { nextKeyMarker: key, nextUploadIdMarker: id } = page;
    return { uploads, next: uploadToken({ key, id }) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client[Symbol.asyncDispose]();
  }

  async #deleteOne(name: string, signal: AbortSignal): Promise<void> {
    await this.#client.run(`remove '${name}'`, signal, (sdk) => sdk.delete(name));
  }
}

function incomplete(doing: string, lack: string): StorageError {
  return new StorageError('unavailable', `cannot ${doing}: the answer ${lack}`);
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Errors of the pieces reach the caller by the signal; without a listener they would end the process. */
function readableOf(pieces: AsyncIterable<Uint8Array>): Readable {
  return Readable.from(pieces, { objectMode: false }).on('error', () => undefined);
}
