import type { IncomingMessage, ServerResponse } from 'node:http';
import type { StorageError } from '../../src/repository/storage-error.ts';

/** What goes wrong with one request. `applied`: after the store has done what was asked. */
export type ServerFault =
  | Readonly<{ kind: 'answer'; status: number; code?: string; retryAfter?: string; applied?: boolean }>
  | Readonly<{ kind: 'cut'; applied?: boolean }>
  | Readonly<{ kind: 'hang' }>
  /** A body that ends before its announced length, or has one wrong bit. */
  | Readonly<{ kind: 'truncated' | 'flipped' }>
  | Readonly<{ kind: 'late'; delayMs: number }>;

/** Headers in lower case, each once. */
export type Headers = Readonly<Record<string, string | undefined>>;
export type Reply = Readonly<{
  status: number;
  headers?: Readonly<Record<string, string>>;
  body?: string | Buffer;
}>;

/** An error that the store answers. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string = code) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export function headersOf(request: IncomingMessage): Headers {
  return Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join() : value,
    ]),
  );
}

/** The operation of a request to an object store of S3's form. */
export function operationOf(method: string, key: string, query: URLSearchParams): string {
  if (key === '' && query.has('delete')) return 'delete_many';
  if (key === '' && query.has('uploads')) return 'list_uploads';
  if (key === '') return 'list';
  if (query.has('uploads')) return 'create_upload';
  if (query.has('uploadId')) {
    return { PUT: 'put_part', POST: 'complete_upload', DELETE: 'abort_upload' }[method] ?? method;
  }
  return method.toLowerCase();
}

/** What `MemoryObjects` failed with; `taken` is the store's answer for a name that is taken. */
export function refusalOf({ kind, message }: StorageError, taken: Refusal): Refusal {
  switch (kind) {
    case 'not_found':
      return new Refusal(404, message.includes('upload') ? 'NoSuchUpload' : 'NoSuchKey', message);
    case 'already_exists':
      return taken;
    case 'invalid_range':
      return new Refusal(416, 'InvalidRange', message);
    default:
      return new Refusal(500, 'InternalError', message);
  }
}

/** True for a fault that happens to the answer of a request that was done. */
export function isAfterwards(fault: ServerFault): boolean {
  if ('applied' in fault) return fault.applied === true;
  return fault.kind === 'truncated' || fault.kind === 'flipped' || fault.kind === 'late';
}

type Answered = Readonly<{ status: number; code?: string; retryAfter?: string; message?: string }>;

export function errorReply({ status, code, retryAfter, message = 'injected' }: Answered): Reply {
  const body =
    code === undefined ? '' : `<Error><Code>${code}</Code><Message>${escape(message)}</Message></Error>`;
  const headers = {
    'content-type': 'application/xml',
    ...(retryAfter !== undefined && { 'retry-after': retryAfter }),
  };
  return { status, headers, body };
}

export function send(
  response: ServerResponse,
  { status, headers = {}, body = '' }: Reply,
  fault?: ServerFault,
): void {
  response.writeHead(status, headers);
  const bytes = Buffer.from(body);
  if (fault?.kind === 'flipped' && bytes.length > 0) bytes[0] = (bytes[0] ?? 0) ^ 1;
  if (fault?.kind !== 'truncated') return void response.end(bytes);
  response.write(bytes.subarray(0, bytes.length >> 1), () => response.destroy());
}

export function xml(name: string, content: string): Reply {
  const body = `<?xml version="1.0" encoding="UTF-8"?><${name}>${content}</${name}>`;
  return { status: 200, headers: { 'content-type': 'application/xml' }, body };
}

export function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

export function unescape(text: string): string {
  const characters: Readonly<Record<string, string>> = {
    '&lt;': '<',
    '&gt;': '>',
    '&quot;': '"',
    '&apos;': "'",
    '&#39;': "'",
    '&amp;': '&',
  };
  return text.replaceAll(/&(?:lt|gt|quot|apos|amp|#39);/g, (entity) => characters[entity] ?? entity);
}

export function iso(time: number): string {
  return new Date(time).toISOString();
}
