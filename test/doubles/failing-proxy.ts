import {
  createServer,
  type IncomingMessage,
  request as send,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

/** Numbers in [0, 1) that are the same for one seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const faults = ['busy', 'cut_before', 'cut_after', 'truncated'] as const;

/**
 * Stands before a server of HTTP and fails a share of its requests: answers 503 itself, cuts the connection before the
 * request is passed on or after it was answered, or in the middle of the answer. Headers pass unchanged, so that
 * signatures stay right.
 */
export class FailingProxy implements AsyncDisposable {
  readonly #server: Server;
  readonly #target: number;
  readonly #share: number;
  readonly #random: () => number;
  /** Requests that were failed. */
  failed = 0;
  passed = 0;

  private constructor(target: number, share: number, seed: number) {
    this.#target = target;
    this.#share = share;
    this.#random = randomFrom(seed);
    this.#server = createServer((request, response) => this.#serve(request, response));
  }

  static async start(
    options: Readonly<{ port: number; share: number; seed: number }>,
  ): Promise<FailingProxy> {
    const proxy = new FailingProxy(options.port, options.share, options.seed);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const fault =
      this.#random() < this.#share ? faults[Math.floor(this.#random() * faults.length)] : undefined;
    if (fault === undefined) this.passed += 1;
    else this.failed += 1;
    if (fault === 'cut_before') return void response.destroy();
    if (fault === 'busy') {
      request.resume();
      return void response
        .writeHead(503)
        .end('<Error><Code>SlowDown</Code><Message>injected</Message></Error>');
    }
    const { method, url: path, headers } = request;
    const onward = send(
      { host: '127.0.0.1', port: this.#target, method, path, headers, agent: false },
      (answer) => {
        if (fault === 'cut_after') return void answer.resume().once('end', () => response.destroy());
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        // An answer without a body is cut at its end.
        const cut = (): void => void response.destroy();
        if (fault === 'truncated') return void answer.once('data', cut).once('end', cut).resume();
        answer.pipe(response);
      },
    );
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    request.pipe(onward);
  }
}
