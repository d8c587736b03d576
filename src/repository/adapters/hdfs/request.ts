import { userInfo } from 'node:os';
import type { ByteRange } from '../../blob-store.ts';
import { type HttpAnswer, HttpClient, type HttpOrder, readText, wasNotDone } from '../../http/client.ts';
import { StorageError } from '../../storage-error.ts';
import { field, hdfsError, isElsewhere, readFailure } from './errors.ts';
import { NameNodes, type Reply } from './name-nodes.ts';
import type { HdfsOptions } from './options.ts';

export type FileStatus = Readonly<{
  /** Name within the folder that was listed; empty for the path itself. */
  name: string;
  kind: 'file' | 'folder' | 'other';
  sizeBytes: number;
  modifiedAt: number;
}>;

/** `refused`: a gateway that says only no, because of what is at the target or because the folder is missing. */
export type Renamed = 'renamed' | 'refused' | 'maybe_inside';

export type HdfsReading = Readonly<{
  /** What the answer announces; undefined from gateways that send in chunks. */
  sizeBytes: number | undefined;
  pieces: AsyncIterable<Uint8Array>;
}>;

type Call = Readonly<{
  doing: string;
  method: HttpOrder['method'];
  path: string;
  parameters: Readonly<Record<string, string>>;
}>;

/** Room for the names and facts of about a quarter of a million files in one folder. */
const listBytesMax = 64 * 1024 * 1024;
const answerBytesMax = 64 * 1024;

/**
 * The single requests of WebHDFS, each tried once but for the search of the NameNode that is active. Paths are absolute
 * and decoded.
 */
export class WebHdfs implements AsyncDisposable {
  readonly #client: HttpClient;
  readonly #nameNodes: NameNodes;
  readonly #username: string;
  readonly #options: HdfsOptions;
  /** A gateway has asked for the password. */
  #isAsked = false;

  constructor(options: HdfsOptions, silenceMsMax: number) {
    this.#client = new HttpClient(silenceMsMax);
    this.#nameNodes = new NameNodes(options.endpoints);
    // As Hadoop's own programs do without a ticket.
    this.#username = options.username ?? userInfo().username;
    this.#options = options;
  }

  /** Undefined when nothing is there. */
  async status(path: string, signal: AbortSignal): Promise<FileStatus | undefined> {
    const doing = `look at '${path}'`;
    const call: Call = { doing, method: 'GET', path, parameters: { op: 'GETFILESTATUS' } };
    const answer = await this.#unlessMissing(this.#json(call, answerBytesMax, signal));
    return answer === undefined ? undefined : fileStatus(doing, field(answer, 'FileStatus'));
  }

  /** What is in a folder; a file lists itself with an empty name. Undefined when nothing is there. */
  async list(path: string, signal: AbortSignal): Promise<readonly FileStatus[] | undefined> {
    const doing = `list '${path}'`;
    const call: Call = { doing, method: 'GET', path, parameters: { op: 'LISTSTATUS' } };
    const answer = await this.#unlessMissing(this.#json(call, listBytesMax, signal));
    if (answer === undefined) return undefined;
    const statuses = field(field(answer, 'FileStatuses'), 'FileStatus');
    if (!Array.isArray(statuses)) throw strange(doing);
    return statuses.map((status) => fileStatus(doing, status));
  }

  /** The folder and its parents exist when this ends. */
  async makeFolder(path: string, signal: AbortSignal): Promise<void> {
    const doing = `make folder '${path}'`;
    const call: Call = { doing, method: 'PUT', path, parameters: { op: 'MKDIRS' } };
    if (field(await this.#json(call, answerBytesMax, signal), 'boolean') === true) return;
    throw new StorageError('unavailable', `cannot ${doing}: HDFS refused without a reason`);
  }

  /** Writes a file that is not there yet, and its folders. Each block is on disk when it is full or the file ends. */
  async create(path: string, pieces: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void> {
    const doing = `write '${path}'`;
    const parameters = { op: 'CREATE', overwrite: 'false', createflag: 'create,sync_block' };
    const redirect = await this.#ask({ doing, method: 'PUT', path, parameters }, signal);
    const url = await this.#redirected(doing, redirect);
    // HttpFS takes data only of this type.
    const headers = { 'content-type': 'application/octet-stream' };
    const answer = await this.#sendTo(url, { doing, method: 'PUT', url, headers, body: pieces }, signal);
    if (answer.status !== 201) throw hdfsError(doing, await readFailure(answer));
    await readText(answer, answerBytesMax);
  }

  /** The bytes that `range` selects, all of one file, also when it is replaced meanwhile. */
  async open(path: string, range: ByteRange | undefined, signal: AbortSignal): Promise<HdfsReading> {
    const doing = `read '${path}'`;
    const part = range && { offset: String(range.start), length: String(range.length) };
    const call: Call = { doing, method: 'GET', path, parameters: { op: 'OPEN', ...part } };
    const first = await this.#ask(call, signal);
    // Gateways may answer with the content itself.
    if (first.status === 200) return readingOf(first);
    const url = await this.#redirected(doing, first);
    const answer = await this.#sendTo(url, { doing, method: 'GET', url }, signal);
    if (answer.status !== 200) throw hdfsError(doing, await readFailure(answer));
    return readingOf(answer);
  }

  /**
   * Gives a file another place in one step. HDFS fails with `already_exists`, or replaces when told to, and with
   * `not_found` without the folder. HttpFS knows no options: it never replaces, says no more than no, and moves into a
   * folder that is at the target.
   */
  async rename(from: string, to: string, replaces: boolean, signal: AbortSignal): Promise<Renamed> {
    const doing = `write '${to}'`;
    const renameoptions = replaces ? 'OVERWRITE' : 'NONE';
    const parameters = { op: 'RENAME', destination: to, renameoptions };
    const answer = await this.#ask({ doing, method: 'PUT', path: from, parameters }, signal);
    const text = await readText(answer, answerBytesMax);
    if (text === '') return 'renamed';
    return field(json(doing, text), 'boolean') === true ? 'maybe_inside' : 'refused';
  }

  /** Removes a file or an empty folder; false when nothing was there. */
  async delete(path: string, signal: AbortSignal): Promise<boolean> {
    const call: Call = {
      doing: `remove '${path}'`,
      method: 'DELETE',
      path,
      parameters: { op: 'DELETE', recursive: 'false' },
    };
    const answer = await this.#unlessMissing(this.#json(call, answerBytesMax, signal));
    return field(answer, 'boolean') === true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client[Symbol.asyncDispose]();
  }

  async #json(call: Call, bytesMax: number, signal: AbortSignal): Promise<unknown> {
    return json(call.doing, await readText(await this.#ask(call, signal), bytesMax));
  }

  async #unlessMissing(answer: Promise<unknown>): Promise<unknown> {
    try {
      return await answer;
    } catch (error) {
      if (error instanceof StorageError && error.kind === 'not_found') return undefined;
      throw error;
    }
  }

  /** The answer of the active NameNode: success, or a redirect to a DataNode. */
  #ask(call: Call, signal: AbortSignal): Promise<HttpAnswer> {
    return this.#nameNodes.ask((endpoint) => this.#askOne(endpoint, call, signal));
  }

  async #askOne(endpoint: URL, call: Call, signal: AbortSignal): Promise<Reply<HttpAnswer>> {
    const order = { doing: call.doing, method: call.method, url: this.#urlOf(endpoint, call) };
    const hadPassword = this.#isAsked;
    const sent = await this.#reach(order, signal);
    if (sent.kind === 'elsewhere' || isSuccess(sent.value)) return sent;
    const failure = await readFailure(sent.value);
    const mayAnswer = failure.status === 401 && /basic/i.test(failure.challenges) && !hadPassword;
    if (mayAnswer && this.#options.password !== undefined) {
      this.#isAsked = true;
      return this.#askOne(endpoint, call, signal);
    }
    const error = hdfsError(call.doing, failure);
    if (isElsewhere(failure)) return { kind: 'elsewhere', error };
    throw error;
  }

  async #reach(order: HttpOrder, signal: AbortSignal): Promise<Reply<HttpAnswer>> {
    try {
      return { kind: 'answered', value: await this.#sendTo(order.url, order, signal) };
    } catch (error) {
      if (!(error instanceof StorageError) || !wasNotDone(error)) throw error;
      const text = `${error.message} at '${order.url.host}'`;
      const hint =
        "Look at the host of ON LOCATION and the port of WebHDFS in 'dfs.http.port', and whether this machine may reach them.";
      return { kind: 'elsewhere', error: new StorageError(error.kind, text, { cause: error.cause, hint }) };
    }
  }

  /** The password goes only to the endpoints of PROPERTIES that asked for it, never where a redirect leads. */
  async #sendTo(url: URL, order: HttpOrder, signal: AbortSignal): Promise<HttpAnswer> {
    const isOurs = this.#options.endpoints.some((endpoint) => endpoint.origin === url.origin);
    const password = this.#isAsked && isOurs ? this.#options.password : undefined;
    if (password === undefined) return this.#client.send(order, signal);
    const pair = Buffer.from(`${this.#username}:${password.reveal()}`).toString('base64');
    const headers = { ...order.headers, authorization: `Basic ${pair}` };
    return this.#client.send({ ...order, headers }, signal);
  }

  #urlOf(endpoint: URL, { path, parameters }: Call): URL {
    const url = new URL(endpoint);
    const segments = path.split('/').map(encodeURIComponent).join('/');
    url.pathname = `${endpoint.pathname.replace(/\/$/, '')}${segments}`;
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
    url.searchParams.set('user.name', this.#username);
    return url;
  }

  async #redirected(doing: string, answer: HttpAnswer): Promise<URL> {
    await readText(answer, answerBytesMax);
    const url = URL.parse(answer.headers.location ?? '');
    if (answer.status >= 300 && url !== null && /^https?:$/.test(url.protocol)) return url;
    throw new StorageError('unavailable', `cannot ${doing}: the NameNode named no DataNode`);
  }
}

function isSuccess({ status }: HttpAnswer): boolean {
  return (status >= 200 && status < 300) || status === 307 || status === 302;
}

function readingOf({ headers, pieces }: HttpAnswer): HdfsReading {
  const announced = headers['content-length'];
  return { sizeBytes: announced === undefined ? undefined : Number(announced), pieces };
}

function json(doing: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const hint = "Name the port of WebHDFS in 'dfs.http.port'.";
    throw new StorageError('invalid_argument', `cannot ${doing}: the answer is none of WebHDFS`, {
      cause,
      hint,
    });
  }
}

function fileStatus(doing: string, value: unknown): FileStatus {
  const name = field(value, 'pathSuffix');
  const sizeBytes = field(value, 'length');
  const modifiedAt = field(value, 'modificationTime');
  const type = field(value, 'type');
  if (typeof name !== 'string' || typeof sizeBytes !== 'number' || typeof modifiedAt !== 'number') {
    throw strange(doing);
  }
  const kind = type === 'FILE' ? 'file' : type === 'DIRECTORY' ? 'folder' : 'other';
  return { name, kind, sizeBytes, modifiedAt };
}

function strange(doing: string): StorageError {
  return new StorageError('corrupt', `cannot ${doing}: the answer lacks what WebHDFS always says`);
}
