import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request that must come next, and what is answered to it. */
export type Exchange = Readonly<{
  /** Against method, path and query, as in `GET /path?query`. */
  expects: RegExp;
  status?: number;
  headers?: Readonly<Record<string, string>>;
  /** Text as it is, anything else as JSON. */
  body?: unknown;
  /** `silence`: no answer at all; `cut`: the connection ends after the body instead of the answer. */
  fault?: 'silence' | 'cut';
}>;

/** Plays exchanges in their order, and notes what was asked. */
export class ScriptedServer implements AsyncDisposable {
  readonly #server: Server;
  readonly #script: Exchange[] = [];
  readonly #unexpected: string[] = [];
  /** Headers and body of each request. */
  readonly requests: Readonly<{ line: string; headers: IncomingMessage['headers']; body: string }>[] = [];

  private constructor() {
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  static async start(): Promise<ScriptedServer> {
    const server = new ScriptedServer();
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  plays(...exchanges: readonly Exchange[]): void {
    this.#script.push(...exchanges);
  }

  /** Everything was asked, and nothing else. */
  assertDone(): void {
    assert.deepEqual(this.#unexpected, []);
    assert.deepEqual(
      this.#script.map((exchange) => exchange.expects),
      [],
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = Buffer.concat(await Array.fromAsync(request as AsyncIterable<Buffer>)).toString();
    const line = `${request.method} ${request.url}`;
    this.requests.push({ line, headers: request.headers, body });
    const next = this.#script.shift();
    if (next === undefined || !next.expects.test(line)) {
      this.#unexpected.push(line);
      return void response.writeHead(599).end();
    }
    if (next.fault === 'silence') return;
    const text = typeof next.body === 'string' ? next.body : JSON.stringify(next.body ?? '');
    response.writeHead(next.status ?? 200, next.headers);
    if (next.fault === 'cut') return void response.write(text, () => response.destroy());
    response.end(next.body === undefined ? '' : text);
  }
}
