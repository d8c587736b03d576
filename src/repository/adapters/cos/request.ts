import { createHash } from 'node:crypto';
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
import { deleteFailure } from '../../objects/http-failure.ts';
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
import { childrenOf, type Element, textOf, writeElement } from './answer.ts';
import type { CosClient } from './client.ts';

const mebibyte = 1024 * 1024;
const pageMax = '1000';
/** Of the store's own headers. */
const ownPrefix = 'x-cos-';

/** The single requests of COS. */
export class CosRequests implements ObjectRequests {
  readonly capabilities: Capabilities;
  readonly limits: ObjectLimits = {
    singleBytesMax: 5 * 1024 * mebibyte,
    partBytesMin: mebibyte,
    partsMax: 10_000,
  };
  readonly #client: CosClient;

  constructor(client: CosClient) {
    this.#client = client;
    // One page of COS' documentation still calls lists eventually consistent.
    this.capabilities = crc64Capabilities(this.limits, false);
  }

  async putWhole(name: string, whole: WholeContent, ifAbsent: boolean, signal: AbortSignal): Promise<void> {
    const doing = `write '${name}'`;
    const { content, crc64 } = countedContent(whole);
    const bytes = content.kind === 'bytes' ? content.bytes : undefined;
    const headers = {
      'Content-Type': 'application/octet-stream',
      'x-cos-meta-sha256': content.sha256,
      ...(bytes !== undefined && { 'Content-MD5': md5Of(bytes) }),
    };
    const body = content.kind === 'bytes' ? content.bytes : content;
    const call = { method: 'PUT', name, headers, body, ifAbsent } as const;
    const answered = await this.#client.headers(doing, call, signal);
    const sums = { sent: crc64.digest(), received: crc64Of(answered, ownPrefix) };
    await keepIfEqual(doing, sums, () => this.#deleteOne(name, signal));
  }

  async get(name: string, span: Span | undefined, signal: AbortSignal): Promise<ObjectReading> {
    const doing = `read '${name}'`;
    const headers = span === undefined ? {} : { Range: `bytes=${span.first}-${span.last}` };
    const answer = await this.#client.send(doing, { method: 'GET', name, headers }, signal);
    return readingOf(doing, answer, ownPrefix);
  }

  async head(name: string, signal: AbortSignal): Promise<ObjectFacts | undefined> {
    const call = { method: 'HEAD', name } as const;
    const headers = await unlessMissing(() => this.#client.headers(`look at '${name}'`, call, signal));
    return headers && factsOf(headers, ownPrefix);
  }

  async list({ prefix, byFolder, token }: ListQuery, signal: AbortSignal): Promise<ListPage> {
    const query = {
      prefix,
      'max-keys': pageMax,
      ...(byFolder && { delimiter: '/' }),
      ...(token !== undefined && { marker: token }),
    };
    const call = { method: 'GET', query } as const;
    const { element } = await this.#client.read(`list '${prefix}'`, call, 'ListBucketResult', signal);
    const objects = childrenOf(element, 'Contents').map((object) => ({
      name: textOf(object, 'Key') ?? '',
      sizeBytes: Number(textOf(object, 'Size') ?? 0),
      modifiedAt: timeOf(object, 'LastModified'),
    }));
    const folders = childrenOf(element, 'CommonPrefixes').map((folder) => textOf(folder, 'Prefix') ?? '');
    const next = isTruncated(element) ? textOf(element, 'NextMarker') : undefined;
    return { objects, folders, ...(next !== undefined && { next }) };
  }

  async delete(names: readonly string[], signal: AbortSignal): Promise<readonly DeleteFailure[]> {
    const [only, ...others] = names;
    if (only === undefined) return [];
    if (others.length === 0) {
      await this.#deleteOne(only, signal);
      return [];
    }
    const body = writeElement({ Delete: { Quiet: 'true', Object: names.map((name) => ({ Key: name })) } });
    const headers = { 'Content-MD5': md5Of(Buffer.from(body)), 'Content-Type': 'application/xml' };
    const call = { method: 'POST', query: { delete: '' }, headers, body } as const;
    const { element } = await this.#client.read('remove blobs', call, 'DeleteResult', signal);
    return childrenOf(element, 'Error')
      .map((one) =>
        deleteFailure(textOf(one, 'Key') ?? '', textOf(one, 'Code'), textOf(one, 'Message') ?? ''),
      )
      .filter(({ error }) => error.kind !== 'not_found');
  }

  async createUpload(name: string, sha256: string | undefined, signal: AbortSignal): Promise<Upload> {
    const doing = `begin to write '${name}'`;
    const headers = {
      'Content-Type': 'application/octet-stream',
      ...(sha256 !== undefined && { 'x-cos-meta-sha256': sha256 }),
    };
    const call = { method: 'POST', name, query: { uploads: '' }, headers } as const;
    const { element } = await this.#client.read(doing, call, 'InitiateMultipartUploadResult', signal);
    const id = textOf(element, 'UploadId');
    if (id === undefined)
      throw new StorageError('unavailable', `cannot ${doing}: the answer names no upload`);
    return { name, id };
  }

  async putPart(
    { name, id }: Upload,
    number: number,
    bytes: Uint8Array,
    signal: AbortSignal,
  ): Promise<UploadedPart> {
    const doing = `write part ${number} of '${name}'`;
    const query = { partNumber: String(number), uploadId: id };
    const headers = { 'Content-MD5': md5Of(bytes) };
    const call = { method: 'PUT', name, query, headers, body: bytes } as const;
    const answered = await this.#client.headers(doing, call, signal);
    const { etag } = answered;
    if (etag === undefined) throw new StorageError('unavailable', `cannot ${doing}: the answer has no ETag`);
    const crc64 = new Crc64().update(bytes).digest();
    checkCrc64(doing, crc64, crc64Of(answered, ownPrefix));
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
    const listed = parts.map(({ number, etag }) => ({ PartNumber: String(number), ETag: etag }));
    const body = writeElement({ CompleteMultipartUpload: { Part: listed } });
    const headers = { 'Content-Type': 'application/xml' };
    const call = { method: 'POST', name, query: { uploadId: id }, headers, body, ifAbsent } as const;
    const answered = await this.#client.read(doing, call, 'CompleteMultipartUploadResult', signal);
    const sums = { sent: crc64OfParts(parts), received: crc64Of(answered.headers, ownPrefix) };
    await keepIfEqual(doing, sums, () => this.#deleteOne(name, signal));
  }

  async abortUpload({ name, id }: Upload, signal: AbortSignal): Promise<void> {
    const call = { method: 'DELETE', name, query: { uploadId: id } } as const;
    await unlessMissing(() => this.#client.headers(`remove the parts of '${name}'`, call, signal));
  }

  async listUploads(prefix: string, token: string | undefined, signal: AbortSignal): Promise<UploadPage> {
    const query = { uploads: '', ...uploadsQuery(prefix, token) };
    const doing = `list unfinished uploads of '${prefix}'`;
    const call = { method: 'GET', query } as const;
    const { element } = await this.#client.read(doing, call, 'ListMultipartUploadsResult', signal);
    const uploads = childrenOf(element, 'Upload').map((upload) => ({
      name: textOf(upload, 'Key') ?? '',
      id: textOf(upload, 'UploadId') ?? '',
      startedAt: timeOf(upload, 'Initiated'),
    }));
    if (!isTruncated(element)) return { uploads };
    const [key, id] = ['NextKeyMarker', 'NextUploadIdMarker'].map((marker) => textOf(element, marker));
    return { uploads, next: uploadToken({ key, id }) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client[Symbol.asyncDispose]();
  }

  async #deleteOne(name: string, signal: AbortSignal): Promise<void> {
    const call = { method: 'DELETE', name } as const;
    await unlessMissing(() => this.#client.headers(`remove '${name}'`, call, signal));
  }
}

function md5Of(bytes: Uint8Array): string {
  return createHash('md5').update(bytes).digest('base64');
}

function isTruncated(element: Element): boolean {
  return textOf(element, 'IsTruncated') === 'true';
}

function timeOf(element: Element, name: string): number {
  return Date.parse(textOf(element, name) ?? '') || 0;
}
