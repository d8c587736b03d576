import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import type { Capabilities } from '../../blob-store.ts';
import {
  checkCrc64,
  checkedPart,
  countedContent,
  crc64OfParts,
  uploadedPart,
} from '../../objects/checked-parts.ts';
import { Crc64 } from '../../objects/crc64.ts';
import { crc64Of, factsOf, readingOf } from '../../objects/object-answer.ts';
import { multipartBytesMax } from '../../objects/parts.ts';
import type {
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
    this.capabilities = {
      conditionalPut: 'native',
      checksum: 'crc64',
      bodyBytesMax: Math.max(multipartBytesMax(this.limits), this.limits.singleBytesMax),
      deleteBatch: 1000,
      listIsConsistent: true,
    };
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
    await this.#keepIfEqual(name, doing, { sent: crc64.digest(), headers: res.headers }, signal);
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
    try {
      const { res } = await this.#client.run(`look at '${name}'`, signal, (sdk) => sdk.head(name));
      return factsOf(res.headers, ownPrefix);
    } catch (error) {
      if (error instanceof StorageError && error.kind === 'not_found') return undefined;
      throw error;
    }
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

  async delete(names: readonly string[], signal: AbortSignal): Promise<readonly Error[]> {
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
      .map((name) => new StorageError('unavailable', `cannot remove '${name}': the store kept it`));
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
    await this.#keepIfEqual(name, doing, { sent: crc64OfParts(parts), headers: res.headers }, signal);
  }

  async abortUpload({ name, id }: Upload, signal: AbortSignal): Promise<void> {
    const doing = `remove the parts of '${name}'`;
    try {
      await this.#client.run(doing, signal, (sdk) => sdk.abortMultipartUpload(name, id));
    } catch (error) {
      if (!(error instanceof StorageError) || error.kind !== 'not_found') throw error;
    }
  }

  async listUploads(prefix: string, token: string | undefined, signal: AbortSignal): Promise<UploadPage> {
    const [key, id] = token === undefined ? [] : token.split('\n');
    const query = {
      prefix,
      'max-uploads': pageMax,
      ...(key !== undefined && { 'key-marker': key }),
      ...(id !== undefined && { 'upload-id-marker': id }),
    };
    const doing = `list unfinished uploads of '${prefix}'`;
    const page = await this.#client.run(doing, signal, (sdk) => sdk.listUploads(query));
    const uploads = page.uploads.map(({ name, uploadId, initiated }) => ({
      name,
      id: uploadId,
      startedAt: Date.parse(initiated),
    }));
    if (!page.isTruncated) return { uploads };
    return { uploads, next: `${page.nextKeyMarker ?? ''}\n${page.nextUploadIdMarker ?? ''}` };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client[Symbol.asyncDispose]();
  }

  async #deleteOne(name: string, signal: AbortSignal): Promise<void> {
    await this.#client.run(`remove '${name}'`, signal, (sdk) => sdk.delete(name));
  }

  /** An object that is not what was sent is removed again: later jobs would take it for what its name says. */
  async #keepIfEqual(
    name: string,
    doing: string,
    { sent, headers }: Readonly<{ sent: bigint; headers: IncomingHttpHeaders }>,
    signal: AbortSignal,
  ): Promise<void> {
    try {
      checkCrc64(doing, sent, crc64Of(headers, ownPrefix));
    } catch (error) {
      await this.#deleteOne(name, signal);
      throw error;
    }
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
