import { createHash } from 'node:crypto';
import type { Capabilities } from '../../src/repository/blob-store.ts';
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
} from '../../src/repository/objects/requests.ts';
import { StorageError } from '../../src/repository/storage-error.ts';

type Stored = Readonly<{ bytes: Buffer; sha256: string | undefined; modifiedAt: number }>;
type Unfinished = {
  readonly name: string;
  readonly sha256: string | undefined;
  readonly parts: Map<number, Buffer>;
};

/** Called before each request, and after it with `applied`; throws to make it fail there. */
export type RequestFault = (operation: string, count: number, applied: boolean) => void | Promise<void>;

/** When everything here was written. */
const testDay = Date.UTC(2026, 0, 1);
const mebibyte = 1024 * 1024;

/** An object store in memory, request by request: what an adapter of a cloud would be, with faults on demand. */
export class MemoryObjects implements ObjectRequests {
  readonly capabilities: Capabilities = {
    conditionalPut: 'native',
    checksum: 'md5',
    bodyBytesMax: 1024 * mebibyte,
    deleteBatch: 1000,
    listIsConsistent: true,
  };
  readonly limits: ObjectLimits;
  readonly objects: Map<string, Stored> = new Map();
  readonly uploads: Map<string, Unfinished> = new Map();
  /** Requests so far, by operation. */
  readonly counts: Map<string, number> = new Map();
  readonly #fault: RequestFault;
  readonly #pageMax: number;
  readonly #now: () => number;
  #uploadId = 0;

  constructor(
    options: Readonly<{
      fault?: RequestFault;
      pageMax?: number;
      singleBytesMax?: number;
      now?: () => number;
    }> = {},
  ) {
    this.#fault = options.fault ?? (() => undefined);
    this.#pageMax = options.pageMax ?? 1000;
    this.#now = options.now ?? (() => testDay);
    const singleBytesMax = options.singleBytesMax ?? 1024 * mebibyte;
    this.limits = { singleBytesMax, partBytesMin: 1, partsMax: 10_000 };
  }

  async putWhole(name: string, content: WholeContent, ifAbsent: boolean, signal: AbortSignal): Promise<void> {
    await this.#request('put', signal, async () => {
      const pieces = content.kind === 'bytes' ? [content.bytes] : await Array.fromAsync(content.pieces);
      const bytes = Buffer.concat(pieces);
      if (bytes.length !== content.sizeBytes) throw new StorageError('unavailable', 'the request was cut');
      signal.throwIfAborted();
      this.#store(name, bytes, content.sha256, ifAbsent);
    });
  }

  async get(name: string, span: Span | undefined, signal: AbortSignal): Promise<ObjectReading> {
    return this.#request('get', signal, async () => {
      const stored = this.objects.get(name);
      if (stored === undefined) throw new StorageError('not_found', `'${name}' does not exist`);
      if (span !== undefined && span.first >= stored.bytes.length)
        throw new StorageError('invalid_range', 'past the end');
      const bytes = span === undefined ? stored.bytes : stored.bytes.subarray(span.first, span.last + 1);
      return { facts: factsOf(stored), answerBytes: bytes.length, pieces: piecesOf(bytes) };
    });
  }

  async head(name: string, signal: AbortSignal): Promise<ObjectFacts | undefined> {
    return this.#request('head', signal, async () => {
      const stored = this.objects.get(name);
      return stored && factsOf(stored);
    });
  }

  async list({ prefix, byFolder, token }: ListQuery, signal: AbortSignal): Promise<ListPage> {
    return this.#request('list', signal, async () => {
      const names = [...this.objects.keys()].filter((name) => name.startsWith(prefix)).sort();
      const entries = new Set(names.map((name) => (byFolder ? upToSlash(name, prefix.length) : name)));
      const rest = [...entries].filter((entry) => token === undefined || entry > token);
      const page = rest.slice(0, this.#pageMax);
      const next = rest.length > page.length ? page.at(-1) : undefined;
      const found = page.filter((entry) => !entry.endsWith('/'));
      return {
        objects: found.map((name) => ({ name, ...factsOf(this.objects.get(name) as Stored) })),
        folders: page.filter((entry) => entry.endsWith('/')),
        ...(next !== undefined && { next }),
      };
    });
  }

  async delete(names: readonly string[], signal: AbortSignal): Promise<readonly DeleteFailure[]> {
    return this.#request('delete', signal, async () => {
      for (const name of names) this.objects.delete(name);
      return [];
    });
  }

  async createUpload(name: string, sha256: string | undefined, signal: AbortSignal): Promise<Upload> {
    return this.#request('create_upload', signal, async () => {
      const id = `upload-${++this.#uploadId}`;
      this.uploads.set(id, { name, sha256, parts: new Map() });
      return { name, id };
    });
  }

  async putPart(
    { id }: Upload,
    number: number,
    bytes: Uint8Array,
    signal: AbortSignal,
  ): Promise<UploadedPart> {
    return this.#request('put_part', signal, async () => {
      this.#upload(id).parts.set(number, Buffer.from(bytes));
      return { number, tag: String(bytes.length) };
    });
  }

  async completeUpload(
    { id }: Upload,
    parts: readonly UploadedPart[],
    ifAbsent: boolean,
    signal: AbortSignal,
  ): Promise<void> {
    await this.#request('complete_upload', signal, async () => {
      const { name, sha256, parts: sent } = this.#upload(id);
      const bytes = parts.map((part) => sent.get(part.number) as Buffer);
      this.#store(name, Buffer.concat(bytes), sha256, ifAbsent);
      this.uploads.delete(id);
    });
  }

  async abortUpload({ id }: Upload, signal: AbortSignal): Promise<void> {
    await this.#request('abort_upload', signal, async () => this.uploads.delete(id));
  }

  async listUploads(prefix: string, _token: string | undefined, signal: AbortSignal): Promise<UploadPage> {
    return this.#request('list_uploads', signal, async () => {
      const found = [...this.uploads].filter(([, upload]) => upload.name.startsWith(prefix));
      return { uploads: found.map(([id, { name }]) => ({ id, name, startedAt: testDay })) };
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Nothing is held outside of the process.
  }

  async #request<T>(operation: string, signal: AbortSignal, run: () => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    const count = (this.counts.get(operation) ?? 0) + 1;
    this.counts.set(operation, count);
    await this.#fault(operation, count, false);
    const value = await run();
    await this.#fault(operation, count, true);
    return value;
  }

  #upload(id: string): Unfinished {
    const upload = this.uploads.get(id);
    if (upload === undefined) throw new StorageError('not_found', `no upload '${id}'`);
    return upload;
  }

  #store(name: string, bytes: Buffer, sha256: string | undefined, ifAbsent: boolean): void {
    if (ifAbsent && this.objects.has(name))
      throw new StorageError('already_exists', `'${name}' already exists`);
    this.objects.set(name, { bytes, sha256, modifiedAt: this.#now() });
  }
}

function factsOf({ bytes, sha256, modifiedAt }: Stored): ObjectFacts {
  const md5 = createHash('md5').update(bytes).digest('hex');
  return { sizeBytes: bytes.length, modifiedAt, md5, ...(sha256 !== undefined && { sha256 }) };
}

function upToSlash(name: string, from: number): string {
  const slash = name.indexOf('/', from);
  return slash < 0 ? name : name.slice(0, slash + 1);
}

async function* piecesOf(bytes: Buffer): AsyncGenerator<Uint8Array> {
  const pieceBytes = 64 * 1024;
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}
