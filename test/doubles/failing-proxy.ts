import {
  createServer,
  type IncomingMessage,
  request as send,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { Transform } from 'node:stream';
import { Failures } from './failures.ts';

const faults = ['busy', 'cut_before', 'cut_after', 'truncated'] as const;
/** `hang` never answers, `flipped` changes one bit of an answer: these are no failures that pass. */
export type ProxyFault = (typeof faults)[number] | 'hang' | 'flipped';

/** Before the path of a request that was led to another port. */
const elsewhere = /^\/via-port\/(\d+)(\/.*)$/;

/**
 * Stands before a server of HTTP and fails requests as it is told: answers 503 itself, cuts the connection before the
 * request is passed on or after it was answered, or in the middle of the answer. Headers pass unchanged, so that
 * signatures stay right; only redirects are bent, so that the server they lead to stands behind this proxy too.
 */
export class FailingProxy implements AsyncDisposable {
  readonly #server: Server;
  readonly #target: number;
  readonly #faultOf: (request: IncomingMessage) => ProxyFault | undefined;

  private constructor(target: number, faultOf: (request: IncomingMessage) => ProxyFault | undefined) {
    this.#target = target;
    this.#faultOf = faultOf;
    this.#server = createServer((request, response) => this.#serve(request, response));
  }

  /** `faultOf` is asked of each request that arrives. */
  static async start(
    target: number,
    faultOf: (request: IncomingMessage) => ProxyFault | undefined,
  ): Promise<FailingProxy> {
    const proxy = new FailingProxy(target, faultOf);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  /** Failures of a share of all requests, each of the kinds that a client has to survive. */
  static shareOf(options: Readonly<{ share: number; seed: number }>): Failures<(typeof faults)[number]> {
    return new Failures(faults, options);
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
    const fault = this.#faultOf(request);
    if (fault === 'hang') return;
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
      if (fault === 'flipped') return void answer.pipe(flipping()).pipe(response);
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

/** Changes a bit of the first byte. */
function flipping(): Transform {
  let isFirst = true;
  return new Transform({
    transform(piece: Buffer, _encoding, done) {
      if (isFirst && piece.length > 0) piece[0] = (piece[0] ?? 0) ^ 1;
      isFirst = false;
      done(null, piece);
    },
  });
}
