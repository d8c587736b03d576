import {
  createServer,
  type IncomingMessage,
  request as send,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { Failures } from './failures.ts';

const faults = ['busy', 'cut_before', 'cut_after', 'truncated'] as const;
type ProxyFault = (typeof faults)[number];

/** Before the path of a request that was led to another port. */
const elsewhere = /^\/via-port\/(\d+)(\/.*)$/;

/**
 * Stands before a server of HTTP and fails a share of its requests: answers 503 itself, cuts the connection before the
 * request is passed on or after it was answered, or in the middle of the answer. Headers pass unchanged, so that
 * signatures stay right; only redirects are bent, so that the server they lead to stands behind this proxy too.
 */
export class FailingProxy implements AsyncDisposable {
  readonly #server: Server;
  readonly #target: number;
  readonly failures: Failures<ProxyFault>;

  private constructor(target: number, failures: Failures<ProxyFault>) {
    this.#target = target;
    this.failures = failures;
    this.#server = createServer((request, response) => this.#serve(request, response));
  }

  static async start(
    options: Readonly<{ port: number; share: number; seed: number }>,
  ): Promise<FailingProxy> {
    const proxy = new FailingProxy(options.port, new Failures(faults, options));
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const fault = this.failures.next();
    if (fault === 'cut_before') return void response.destroy();
    if (fault === 'busy') {
      request.resume();
      return void response
        .writeHead(503)
        .end('<Error><Code>SlowDown</Code><Message>injected</Message></Error>');
    }
    const { method, headers } = request;
    const [, port = this.#target, path = request.url] = elsewhere.exec(request.url ?? '') ?? [];
    let answered: IncomingMessage | undefined;
    const onward = send({ host: '127.0.0.1', port, method, path, headers, agent: false }, (answer) => {
      answered = answer;
      if (fault === 'cut_after') return void answer.resume().once('end', () => response.destroy());
      response.writeHead(answer.statusCode ?? 502, this.#bent(answer.headers));
      // An answer without a body is cut at its end.
      const cut = (): void => void response.destroy();
      if (fault === 'truncated') return void answer.once('data', cut).once('end', cut).resume();
      answer.pipe(response);
    });
    // Swift sends more than the answer when it was asked by HEAD for what is missing.
    onward.on('error', () => answered?.complete || response.destroy());
    response.on('close', () => onward.destroy());
    request.pipe(onward);
  }

  #bent(headers: IncomingMessage['headers']): IncomingMessage['headers'] {
    const to = URL.parse(headers.location ?? '');
    if (to === null) return headers;
    return { ...headers, location: `${this.endpoint}/via-port/${to.port}${to.pathname}${to.search}` };
  }
}
