import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expositionType, type Family, printFamilies } from './exposition.ts';

export type MonitorOptions = Readonly<{
  host: string;
  /** 0 takes a free port. */
  port: number;
  families: (signal: AbortSignal) => Promise<readonly Family[]>;
  /** What keeps the server from doing its work now; empty when it is ready. */
  obstacles: (signal: AbortSignal) => Promise<readonly string[]>;
  /** Told when an answer could not be made. */
  failed: (path: string, error: unknown) => void;
}>;

export type MonitorServer = AsyncDisposable & Readonly<{ host: string; port: number }>;

/** Answers take no longer than this: whoever asks gives up after ten seconds, by Prometheus' default. */
const answerMsMax = 5_000;
/** Two Prometheus servers and a load balancer need a handful. */
const connectionsMax = 64;
const headerBytesMax = 8_192;
const requestTimeoutMs = 5_000;

/** Listens for `/metrics`, `/healthz` and `/readyz`. Throws what `listen` fails with, such as an address in use. */
export async function startMonitorServer(options: MonitorOptions): Promise<MonitorServer> {
  const limits = {
    maxHeaderSize: headerBytesMax,
    requestTimeout: requestTimeoutMs,
    headersTimeout: requestTimeoutMs,
  };
  const server = createServer(limits, (request, response) => void answer(options, request, response));
  server.maxConnections = connectionsMax;
  server.listen(options.port, options.host);
  await once(server, 'listening');
  const { address, port } = server.address() as AddressInfo;
  return { host: address, port, [Symbol.asyncDispose]: () => close(server) };
}

type Answer = Readonly<{ status: number; type: string; text: string }>;

async function answer(
  options: MonitorOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = (request.url ?? '').split('?')[0] ?? '';
  const { status, type, text } = await answerTo(options, request.method ?? '', path);
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  response.end(request.method === 'HEAD' ? undefined : text);
}

async function answerTo(options: MonitorOptions, method: string, path: string): Promise<Answer> {
  if (method !== 'GET' && method !== 'HEAD') return plain(405, 'only GET and HEAD are answered');
  const signal = AbortSignal.timeout(answerMsMax);
  try {
    switch (path) {
      case '/metrics':
        return { status: 200, type: expositionType, text: printFamilies(await options.families(signal)) };
      case '/healthz':
        return plain(200, 'ok');
      case '/readyz': {
        const obstacles = await options.obstacles(signal);
        return obstacles.length === 0 ? plain(200, 'ready') : plain(503, obstacles.join('\n'));
      }
      default:
        return plain(404, 'there are /metrics, /healthz and /readyz');
    }
  } catch (error) {
    options.failed(path, error);
    return plain(500, 'the answer could not be made: the log says why');
  }
}

function plain(status: number, text: string): Answer {
  return { status, type: 'text/plain; charset=utf-8', text: `${text}\n` };
}

async function close(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
