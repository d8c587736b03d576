import { createHash, randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Capabilities } from '../../blob-store.ts';
import { watchedContent } from '../../objects/checked-parts.ts';
import { unlessMissing } from '../../objects/missing.ts';
import { answerBytesOf, timeOf, totalBytes } from '../../objects/object-answer.ts';
import { multipartBytesMax } from '../../objects/parts.ts';
import { removeEach } from '../../objects/remove-each.ts';
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
import { StorageError } from '../../storage-error.ts';
import { elementsOf, escaped, textOf } from './answer.ts';
import type { AzureClient } from './client.ts';

const mebibyte = 1024 * 1024;
const contentType = 'application/octet-stream';
/** All ids of the blocks of one blob must be of one length. */
const numberDigits = 6;

/** The single requests of Blob Storage, with block blobs. */
export class AzureRequests implements ObjectRequests {
  readonly capabilities: Capabilities;
  readonly limits: ObjectLimits = {
    singleBytesMax: 5000 * mebibyte,
    partBytesMin: mebibyte,
    partsMax: 50_000,
  };
  readonly #client: AzureClient;

  constructor(client: AzureClient) {
    this.#client = client;
    this.capabilities = {
      conditionalPut: 'native',
      checksum: 'md5',
      bodyBytesMax: Math.max(multipartBytesMax(this.limits), this.limits.singleBytesMax),
      deleteBatch: 1000,
      listIsConsistent: true,
    };
  }

  async putWhole(name: string, whole: WholeContent, ifAbsent: boolean, signal: AbortSignal): Promise<void> {
    const doing = `write '${name}'`;
    const md5 = createHash('md5');
    const content = watchedContent(whole, (piece) => md5.update(piece));
    const known = content.kind === 'bytes' ? md5.copy().digest('base64') : undefined;
    const headers = {
      'x-ms-blob-type': 'BlockBlob',
      'content-type': contentType,
      'x-ms-meta-sha256': content.sha256,
      ...(known !== undefined && { 'content-md5': known }),
      ...(ifAbsent && { 'if-none-match': '*' }),
    };
    const body = content.kind === 'bytes' ? content.bytes : content;
    const answered = await this.#client.headers(doing, { method: 'PUT', name, headers, body }, signal);
    const [sent, received] = [md5.digest('base64'), answered['content-md5']];
    if (received === undefined || received === sent) return;
    // Later jobs would take it for what its name says.
    await this.#deleteOne(name, signal);
    throw new StorageError(
      'corrupt',
      `cannot ${doing}: the store received MD5 ${received} instead of ${sent}`,
    );
  }

  async get(name: string, span: Span | undefined, signal: AbortSignal): Promise<ObjectReading> {
    const doing = `read '${name}'`;
    const headers = span === undefined ? {} : { 'x-ms-range': `bytes=${span.first}-${span.last}` };
    const answer = await this.#client.send(doing, { method: 'GET', name, headers }, signal);
    return {
      facts: factsOf(answer.headers),
      answerBytes: answerBytesOf(doing, answer.headers),
      pieces: answer.pieces,
    };
  }

  async head(name: string, signal: AbortSignal): Promise<ObjectFacts | undefined> {
    const call = { method: 'HEAD', name } as const;
    const headers = await unlessMissing(() => this.#client.headers(`look at '${name}'`, call, signal));
    return headers && factsOf(headers);
  }

  async list({ prefix, byFolder, token }: ListQuery, signal: AbortSignal): Promise<ListPage> {
    const query = {
      restype: 'container',
      comp: 'list',
      prefix,
      ...(byFolder && { delimiter: '/' }),
      ...(token !== undefined && { marker: token }),
    };
    const call = { method: 'GET', query } as const;
    const page = await this.#client.read(`list '${prefix}'`, call, 'EnumerationResults', signal);
    const objects = elementsOf(page, 'Blob')
      // Data Lake lists its folders beside the blobs.
      .filter((blob) => textOf(blob, 'ResourceType') !== 'directory')
      .map((blob) => ({
        name: textOf(blob, 'Name') ?? '',
        sizeBytes: Number(textOf(blob, 'Content-Length') ?? 0),
        modifiedAt: Date.parse(textOf(blob, 'Last-Modified') ?? '') || 0,
      }));
    const folders = elementsOf(page, 'BlobPrefix').map((folder) => textOf(folder, 'Name') ?? '');
    const next = textOf(page, 'NextMarker');
    return { objects, folders, ...(next !== undefined && { next }) };
  }

  async delete(names: readonly string[], signal: AbortSignal): Promise<readonly DeleteFailure[]> {
    return removeEach(names, (name) => this.#deleteOne(name, signal), signal);
  }

  /** Azure knows no uploads, only blocks that belong to a name: what they are to become is kept in the id. */
  async createUpload(name: string, sha256: string | undefined, _signal: AbortSignal): Promise<Upload> {
    return { name, id: `${randomBytes(16).toString('hex')}.${sha256 ?? ''}` };
  }

  async putPart(
    { name, id }: Upload,
    number: number,
    bytes: Uint8Array,
    signal: AbortSignal,
  ): Promise<UploadedPart> {
    const tag = blockId(id, number);
    const headers = { 'content-md5': createHash('md5').update(bytes).digest('base64') };
    const query = { comp: 'block', blockid: tag };
    const call = { method: 'PUT', name, query, headers, body: bytes } as const;
    await this.#client.headers(`write part ${number} of '${name}'`, call, signal);
    return { number, tag };
  }

  async completeUpload(
    { name, id }: Upload,
    parts: readonly UploadedPart[],
    ifAbsent: boolean,
    signal: AbortSignal,
  ): Promise<void> {
    const blocks = parts.map(({ tag }) => `<Latest>${escaped(tag)}</Latest>`).join('');
    const body = Buffer.from(`<?xml version="1.0" encoding="utf-8"?><BlockList>${blocks}</BlockList>`);
    const sha256 = id.split('.')[1] ?? '';
    const headers = {
      'content-type': 'application/xml',
      'x-ms-blob-content-type': contentType,
      ...(sha256 !== '' && { 'x-ms-meta-sha256': sha256 }),
      ...(ifAbsent && { 'if-none-match': '*' }),
    };
    const call = { method: 'PUT', name, query: { comp: 'blocklist' }, headers, body } as const;
    await this.#client.headers(`join the parts of '${name}'`, call, signal);
  }

  /** Nothing can remove blocks without writing the blob: Azure removes them a week after the last of them. */
  async abortUpload(_upload: Upload, _signal: AbortSignal): Promise<void> {}

  async listUploads(_prefix: string, _token: string | undefined, _signal: AbortSignal): Promise<UploadPage> {
    return { uploads: [] };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client[Symbol.asyncDispose]();
  }

  async #deleteOne(name: string, signal: AbortSignal): Promise<void> {
    const headers = { 'x-ms-delete-snapshots': 'include' };
    const call = { method: 'DELETE', name, headers } as const;
    await unlessMissing(() => this.#client.headers(`remove '${name}'`, call, signal));
  }
}

function blockId(uploadId: string, number: number): string {
  const [random = ''] = uploadId.split('.');
  return Buffer.from(`${random}-${String(number).padStart(numberDigits, '0')}`).toString('base64');
}

/** The header with the MD5 of a whole blob is another one when a part was asked for. */
function factsOf(headers: IncomingHttpHeaders): ObjectFacts {
  const isPart = headers['content-range'] !== undefined;
  const md5 = headers[isPart ? 'x-ms-blob-content-md5' : 'content-md5'];
  const sha256 = headers['x-ms-meta-sha256'];
  return {
    sizeBytes: totalBytes(headers) ?? 0,
    modifiedAt: timeOf(headers),
    ...(typeof sha256 === 'string' && /^[0-9a-f]{64}$/.test(sha256) && { sha256 }),
    ...(typeof md5 === 'string' && { md5: Buffer.from(md5, 'base64').toString('hex') }),
  };
}
