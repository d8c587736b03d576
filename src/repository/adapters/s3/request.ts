import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  type GetObjectCommandOutput,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import type { Capabilities } from '../../blob-store.ts';
import { deleteFailure } from '../../objects/http-failure.ts';
import { unlessMissing } from '../../objects/missing.ts';
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
import { uploadPosition, uploadToken } from '../../objects/upload-pages.ts';
import { StorageError } from '../../storage-error.ts';
import { attempt, s3Error } from './errors.ts';
import type { S3Options } from './options.ts';

const mebibyte = 1024 * 1024;
const deleteBatch = 1000;

export type S3Place = Readonly<{
  client: S3Client;
  /** Signs conditional writes where the store wants another dialect for them. */
  conditionalClient: S3Client | undefined;
  bucket: string;
  dialect: S3Options['dialect'];
}>;

/** The single requests of S3 and of the stores made after it. */
export class S3Requests implements ObjectRequests {
  readonly capabilities: Capabilities;
  readonly limits: ObjectLimits = {
    singleBytesMax: 5 * 1024 * mebibyte,
    partBytesMin: 5 * mebibyte,
    partsMax: 10_000,
  };
  readonly #client: S3Client;
  readonly #conditionalClient: S3Client | undefined;
  readonly #bucket: string;
  readonly #dialect: S3Options['dialect'];
  /** Learned from the first answer: some stores know no request that deletes many. */
  #deletesMany = true;

  constructor({ client, conditionalClient, bucket, dialect }: S3Place) {
    this.#client = client;
    this.#conditionalClient = conditionalClient;
    this.#bucket = bucket;
    this.#dialect = dialect;
    this.capabilities = {
      // Others than AWS may keep the condition of a write and ignore that of a completion, as Ceph 16 does.
      conditionalPut: dialect === 'aws' ? 'native' : 'single_request',
      checksum: 'sha256',
      bodyBytesMax: Math.max(multipartBytesMax(this.limits), this.limits.singleBytesMax),
      deleteBatch,
      listIsConsistent: true,
    };
  }

  async putWhole(name: string, content: WholeContent, ifAbsent: boolean, signal: AbortSignal): Promise<void> {
    const { sha256, sizeBytes } = content;
    const command = new PutObjectCommand({
      ...this.#named(name),
      Body: content.kind === 'bytes' ? content.bytes : readableOf(content.pieces),
      ContentLength: sizeBytes,
      Metadata: { sha256 },
      ...(ifAbsent && { IfNoneMatch: '*' }),
    });
    const client = ifAbsent ? (this.#conditionalClient ?? this.#client) : this.#client;
    await attempt(`write '${name}'`, () => client.send(command, { abortSignal: signal }));
  }

  async get(name: string, span: Span | undefined, signal: AbortSignal): Promise<ObjectReading> {
    const doing = `read '${name}'`;
    const command = new GetObjectCommand({
      ...this.#named(name),
      ...(span !== undefined && { Range: `bytes=${span.first}-${span.last}` }),
    });
    const answer = await attempt(doing, () => this.#client.send(command, { abortSignal: signal }));
    const answerBytes = answer.ContentLength;
    const sizeBytes = totalBytes(answer.ContentRange) ?? answerBytes;
    if (answerBytes === undefined || sizeBytes === undefined || !(answer.Body instanceof Readable)) {
      throw new StorageError('corrupt', `cannot ${doing}: the answer does not say how long it is`);
    }
    const facts = { ...this.#factsOf(answer), sizeBytes };
    return { facts, answerBytes, pieces: piecesOf(doing, answer.Body, signal) };
  }

  async head(name: string, signal: AbortSignal): Promise<ObjectFacts | undefined> {
    const command = new HeadObjectCommand(this.#named(name));
    const answer = await unlessMissing(() =>
      attempt(`look at '${name}'`, () => this.#client.send(command, { abortSignal: signal })),
    );
    return answer && { ...this.#factsOf(answer), sizeBytes: answer.ContentLength ?? 0 };
  }

  async list({ prefix, byFolder, token }: ListQuery, signal: AbortSignal): Promise<ListPage> {
    const command = new ListObjectsV2Command({
      Bucket: this.#bucket,
      Prefix: prefix,
      ...(byFolder && { Delimiter: '/' }),
      ...(token !== undefined && { ContinuationToken: token }),
    });
    const page = await attempt(`list '${prefix}'`, () => this.#client.send(command, { abortSignal: signal }));
    const objects = (page.Contents ?? []).map((object) => ({
      name: object.Key ?? '',
      sizeBytes: object.Size ?? 0,
      modifiedAt: object.LastModified?.getTime() ?? 0,
    }));
    const folders = (page.CommonPrefixes ?? []).map((folder) => folder.Prefix ?? '');
    const next = page.IsTruncated === true ? page.NextContinuationToken : undefined;
    return { objects, folders, ...(next !== undefined && { next }) };
  }

  async delete(names: readonly string[], signal: AbortSignal): Promise<readonly DeleteFailure[]> {
    if (names.length > 1 && this.#deletesMany) {
      try {
        return await this.#deleteTogether(names, signal);
      } catch (error) {
        if (!(error instanceof StorageError) || error.kind !== 'not_supported') throw error;
        this.#deletesMany = false;
      }
    }
    return removeEach(names, (name) => this.#deleteOne(name, signal), signal);
  }

  async createUpload(name: string, sha256: string | undefined, signal: AbortSignal): Promise<Upload> {
    const command = new CreateMultipartUploadCommand({
      ...this.#named(name),
      ...(sha256 !== undefined && { Metadata: { sha256 } }),
    });
    const doing = `begin to write '${name}'`;
    const { UploadId: id } = await attempt(doing, () => this.#client.send(command, { abortSignal: signal }));
    if (id === undefined)
      throw new StorageError('unavailable', `cannot ${doing}: the answer names no upload`);
    return { name, id };
  }

  async putPart(
    upload: Upload,
    number: number,
    bytes: Uint8Array,
    signal: AbortSignal,
  ): Promise<UploadedPart> {
    const command = new UploadPartCommand({
      ...this.#upload(upload),
      PartNumber: number,
      Body: bytes,
      ContentLength: bytes.length,
    });
    const doing = `write part ${number} of '${upload.name}'`;
    const { ETag: tag } = await attempt(doing, () => this.#client.send(command, { abortSignal: signal }));
    if (tag === undefined) throw new StorageError('unavailable', `cannot ${doing}: the answer has no ETag`);
    return { number, tag };
  }

  async completeUpload(
    upload: Upload,
    parts: readonly UploadedPart[],
    ifAbsent: boolean,
    signal: AbortSignal,
  ): Promise<void> {
    const command = new CompleteMultipartUploadCommand({
      ...this.#upload(upload),
      MultipartUpload: { Parts: parts.map(({ number, tag }) => ({ PartNumber: number, ETag: tag })) },
      ...(ifAbsent && this.#dialect !== 'google' && { IfNoneMatch: '*' }),
    });
    const doing = `join the parts of '${upload.name}'`;
    await attempt(doing, () => this.#client.send(command, { abortSignal: signal }));
  }

  async abortUpload(upload: Upload, signal: AbortSignal): Promise<void> {
    const command = new AbortMultipartUploadCommand(this.#upload(upload));
    const doing = `remove the parts of '${upload.name}'`;
    await unlessMissing(() => attempt(doing, () => this.#client.send(command, { abortSignal: signal })));
  }

  async listUploads(prefix: string, token: string | undefined, signal: AbortSignal): Promise<UploadPage> {
    const { key, id } = uploadPosition(token);
    const command = new ListMultipartUploadsCommand({
      Bucket: this.#bucket,
      Prefix: prefix,
      ...(key !== undefined && { KeyMarker: key }),
      ...(id !== undefined && { UploadIdMarker: id }),
    });
    const doing = `list unfinished uploads of '${prefix}'`;
    const page = await attempt(doing, () => this.#client.send(command, { abortSignal: signal }));
    const uploads = (page.Uploads ?? []).map((upload) => ({
      name: upload.Key ?? '',
      id: upload.UploadId ?? '',
      startedAt: upload.Initiated?.getTime() ?? 0,
    }));
    if (page.IsTruncated !== true) return { uploads };
    return { uploads, next: uploadToken({ key: page.NextKeyMarker, id: page.NextUploadIdMarker }) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#client.destroy();
    this.#conditionalClient?.destroy();
  }

  async #deleteTogether(names: readonly string[], signal: AbortSignal): Promise<readonly DeleteFailure[]> {
    const command = new DeleteObjectsCommand({
      Bucket: this.#bucket,
      Delete: { Objects: names.map((name) => ({ Key: name })), Quiet: true },
    });
    const answer = await attempt('remove blobs', () => this.#client.send(command, { abortSignal: signal }));
    return (answer.Errors ?? [])
      .map(({ Key: name = '', Code: code, Message: message = '' }) => deleteFailure(name, code, message))
      .filter(({ error }) => error.kind !== 'not_found');
  }

  async #deleteOne(name: string, signal: AbortSignal): Promise<void> {
    const command = new DeleteObjectCommand(this.#named(name));
    await unlessMissing(() =>
      attempt(`remove '${name}'`, () => this.#client.send(command, { abortSignal: signal })),
    );
  }

  #named(name: string): { Bucket: string; Key: string } {
    return { Bucket: this.#bucket, Key: name };
  }

  #upload({ name, id }: Upload): { Bucket: string; Key: string; UploadId: string } {
    return { ...this.#named(name), UploadId: id };
  }

  #factsOf(answer: GetObjectCommandOutput | HeadObjectCommandOutput): Omit<ObjectFacts, 'sizeBytes'> {
    const sha256 = answer.Metadata?.['sha256'];
    // The ETag of a multipart or of an encrypted object is no MD5 of its content.
    const isPlain = answer.ServerSideEncryption === undefined && answer.SSECustomerAlgorithm === undefined;
    const md5 = isPlain ? /^"?([0-9a-f]{32})"?$/.exec(answer.ETag ?? '')?.[1] : undefined;
    return {
      modifiedAt: answer.LastModified?.getTime() ?? 0,
      ...(sha256 !== undefined && /^[0-9a-f]{64}$/.test(sha256) && { sha256 }),
      ...(md5 !== undefined && { md5 }),
    };
  }
}

/** Errors of the pieces reach the caller by the signal; without a listener they would end the process. */
function readableOf(pieces: AsyncIterable<Uint8Array>): Readable {
  return Readable.from(pieces, { objectMode: false }).on('error', () => undefined);
}

async function* piecesOf(
  doing: string,
  body: Readable,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  const stop = (): void => {
    body.destroy(new StorageError('cancelled', `${doing} was cancelled`, { cause: signal.reason }));
  };
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    for await (const piece of body as AsyncIterable<Uint8Array>) yield piece;
  } catch (error) {
    throw s3Error(doing, error);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** The size after the slash of `bytes 0-9/100`. */
function totalBytes(contentRange: string | undefined): number | undefined {
  const total = /\/(\d+)$/.exec(contentRange ?? '')?.[1];
  return total === undefined ? undefined : Number(total);
}
