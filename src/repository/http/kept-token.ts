import { httpError, type Meaning, retryAfterMs } from '../objects/http-failure.ts';
import { StorageError } from '../storage-error.ts';
import { HttpClient, type HttpOrder, readText } from './client.ts';

/** A token that is sent as `Authorization: Bearer`. `expiresAt` in milliseconds since the epoch. */
type Token = Readonly<{ text: string; expiresAt: number }>;

export type TokenTools = Readonly<{ now: () => number; silenceMsMax: number }>;

/** How tokens are asked for: RFC 6749, and what metadata servers of clouds make of it. */
export type TokenSource = Readonly<{
  /** The next request, which differs from the one before by its time. */
  order: () => Promise<HttpOrder>;
  meanings: Readonly<Record<string, Meaning>>;
  /** Said when nobody is at the place that tokens come from, or somebody else. */
  missingHint: string;
}>;

/** A token is not used when it may expire on the way. */
const reserveMs = 5 * 60_000;
const answerBytesMax = 64 * 1024;

/** A token of one identity: kept until shortly before it expires, asked for once by however many wait. */
export class KeptToken {
  readonly #source: TokenSource;
  readonly #tools: TokenTools;
  #token: Token | undefined;
  #asking: Promise<Token> | undefined;

  constructor(source: TokenSource, tools: TokenTools) {
    this.#source = source;
    this.#tools = tools;
  }

  /** Fails with `invalid_credentials` when the identity is refused. */
  async current(): Promise<string> {
    if (this.#token !== undefined && this.#tools.now() < this.#token.expiresAt - reserveMs) {
      return this.#token.text;
    }
    this.#asking ??= this.#ask().finally(() => (this.#asking = undefined));
    this.#token = await this.#asking;
    return this.#token.text;
  }

  async #ask(): Promise<Token> {
    const { now, silenceMsMax } = this.#tools;
    const order = await this.#source.order();
    await using client = new HttpClient(silenceMsMax);
    const answer = await client.send(order, AbortSignal.timeout(silenceMsMax));
    const text = await readText(answer, answerBytesMax);
    if (answer.status !== 200) throw this.#refusal(order.doing, { ...answer, text });
    const { access_token: token, expires_in: seconds } = fields(text);
    // Azure's metadata server writes the number as a text.
    const lifeSeconds = Number(seconds);
    if (typeof token === 'string' && lifeSeconds > 0) {
      return { text: token, expiresAt: now() + lifeSeconds * 1000 };
    }
    throw new StorageError('unavailable', `cannot ${order.doing}: the answer has no token`);
  }

  #refusal(
    doing: string,
    { status, headers, text }: Readonly<{ status: number; headers: Headers; text: string }>,
  ): StorageError {
    const { error, error_description: description } = fields(text);
    const code = typeof error === 'string' ? error : undefined;
    const message = typeof description === 'string' ? firstLine(description) : `the answer was ${status}`;
    const wait = retryAfterMs(headers['retry-after'], Date.now());
    const failure = { status, code, message, retryAfterMs: wait };
    const { meanings, missingHint } = this.#source;
    const found = httpError(doing, failure, { meanings, cause: undefined });
    const isNobody = found.kind === 'not_found' || found.kind === 'permission_denied';
    if (!isNobody || found.hint !== undefined) return found;
    return new StorageError('invalid_credentials', found.message, { hint: missingHint });
  }
}

type Headers = Readonly<{ 'retry-after'?: string | undefined }>;

/** A request of a form, as RFC 6749 has it. */
export function formOrder(doing: string, url: URL, form: Readonly<Record<string, string>>): HttpOrder {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return { doing, method: 'POST', url, headers, body: Buffer.from(new URLSearchParams(form).toString()) };
}

/** Behind it Azure writes ids and times. */
function firstLine(text: string): string {
  return (text.split(/\r?\n/, 1)[0] ?? '').replace(/\.$/, '');
}

type TokenFields = Readonly<{
  access_token?: unknown;
  expires_in?: unknown;
  error?: unknown;
  error_description?: unknown;
}>;

function fields(text: string): TokenFields {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
