import type { KeyObject } from 'node:crypto';
import { type AddressInfo, type Server, type Socket, createServer } from 'node:net';
import { type SecureContext, createSecureContext } from 'node:tls';
import { assert } from '../base/assert.ts';
import { type Clock, systemClock } from '../base/clock.ts';
import { type Log, withLogFields } from '../base/log.ts';
import { SqlError } from '../base/sql-error.ts';
import { Admission } from './admission.ts';
import { Connection, type ConnectionContext } from './connection.ts';
import type { ConnectionInfo } from './connection-info.ts';
import type { Handler } from './handler.ts';
import { BatchPool } from './batch-pool.ts';
import { batchBufferBytes } from './writer.ts';
import { type WireLimits, wireLimits } from './limits.ts';
import { ProtocolError } from './protocol-error.ts';
import { RsaExchange } from './rsa-exchange.ts';
import { CursorDisk } from './row-spool.ts';
import { StatementBudget } from './statements.ts';
import { Turns } from './turns.ts';

/** Connections the kernel may hold before they are accepted; beyond it, it drops their first packet. */
const backlog = 512;
/** Between probes that find out whether a silent client's machine is still there. */
const keepAliveDelayMs = 60_000;
const connectionIdMax = 0xffff_ffff;
/** Connections beyond the limit that are still being told so; more are closed without a word. */
const refusalsMax = 256;

export type TlsMaterial = Readonly<{ key: string | Buffer; cert: string | Buffer }>;

export type WireServerOptions = Readonly<{
  host: string;
  /** 0 takes a free port. */
  port: number;
  handler: Handler;
  /** Without it TLS is not offered. */
  tls?: TlsMaterial | undefined;
  /** RSA private key for caching_sha2_password without TLS; without it such logins work from the cache only. */
  rsaKey?: KeyObject | Promise<KeyObject> | undefined;
  /** Refuse logins that are not encrypted (MySQL's require_secure_transport). */
  requireSecureTransport?: boolean;
  limits?: Partial<WireLimits>;
  clock?: Clock;
  log: Log;
}>;

/** A listening server. `stop` returns when every connection is closed and its handler too. */
export type WireServer = Readonly<{
  address: string;
  port: number;
  connections(): readonly ConnectionInfo[];
  /** Ends a connection: stops its command, then closes it. False when there is none of this number. */
  kill(connectionId: number): boolean;
  /** Stops a connection's command with `query_interrupted`; the connection goes on. False when there is none. */
  interrupt(connectionId: number): boolean;
  /** Commands in progress may end within `graceMs`, then they are aborted. May be called twice. */
  stop(graceMs: number): Promise<void>;
}>;

/** Listens and serves. Throws what `listen` fails with, such as an address in use. */
export async function startWireServer(options: WireServerOptions): Promise<WireServer> {
  const limits = { ...wireLimits, ...options.limits };
  const clock = options.clock ?? systemClock;
  const connections = new Connections({
    handler: options.handler,
    admission: new Admission(limits, clock),
    budget: new StatementBudget(limits.statementsMax, new CursorDisk(limits.cursorDiskBytesMax)),
    secureContext: secureContextOf(options.tls),
    requireSecureTransport: options.requireSecureTransport ?? false,
    rsa: options.rsaKey === undefined ? undefined : new RsaExchange(options.rsaKey),
    limits,
    pool: new BatchPool(batchBufferBytes(limits.batchBytes), limits.batchesPooledMax),
    turns: new Turns(),
    clock,
    log: options.log,
  });
  const server = createServer({ noDelay: true, keepAlive: true, keepAliveInitialDelay: keepAliveDelayMs });
  server.maxConnections = limits.connectionsMax + limits.reservedLoginsMax + refusalsMax;
  server.on('connection', (socket) => connections.accept(socket));
  const { address, port } = await listen(server, options);
  server.on('error', (error) => options.log.error('wire_server_failed', { message: error.message }));
  let stopped: Promise<void> | undefined;
  return {
    address,
    port,
    connections: () => connections.list(),
    kill: (connectionId) => connections.kill(connectionId),
    interrupt: (connectionId) => connections.interrupt(connectionId),
    stop: async (graceMs) => {
      stopped ??= stop(server, connections, graceMs);
      await stopped;
    },
  };
}

/** The connections of one server. */
class Connections {
  readonly #context: ConnectionContext;
  readonly #open = new Map<number, Connection>();
  #lastId = 0;
  #allClosed: (() => void) | undefined;

  constructor(context: ConnectionContext) {
    this.#context = context;
  }

  accept(socket: Socket): void {
    const connection = new Connection(socket, this.#nextId(), this.#context);
    this.#open.set(connection.connectionId, connection);
    void this.#run(connection);
  }

  list(): readonly ConnectionInfo[] {
    return [...this.#open.values()].map((connection) => connection.info());
  }

  kill(connectionId: number): boolean {
    const connection = this.#open.get(connectionId);
    connection?.kill();
    return connection !== undefined;
  }

  interrupt(connectionId: number): boolean {
    const connection = this.#open.get(connectionId);
    connection?.interrupt(new SqlError('query_interrupted', 'Query execution was interrupted'));
    return connection !== undefined;
  }

  async stop(graceMs: number): Promise<void> {
    const { clock, limits, log } = this.#context;
    if (this.#open.size === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#allClosed = resolve;
    const reason = new ProtocolError('server_shutdown', 'server shutdown in progress');
    this.#each((connection) => connection.endAfterCommand(reason));
    using _grace = clock.schedule(graceMs, () => {
      this.#each((connection) => connection.interrupt(new SqlError('server_shutdown', reason.message)));
    });
    using _abort = clock.schedule(graceMs + limits.stopAbortMs, () => {
      log.warn('wire_connections_destroyed', { count: this.#open.size });
      this.#each((connection) => connection.destroy());
      resolve();
    });
    await promise;
  }

  async #run(connection: Connection): Promise<void> {
    try {
      await withLogFields({ connectionId: connection.connectionId }, () => connection.run());
    } catch (error) {
      const { connectionId } = connection;
      const message = error instanceof Error ? error.message : 'unknown';
      this.#context.log.error('wire_connection_failed', { connectionId, message });
    } finally {
      this.#open.delete(connection.connectionId);
      if (this.#open.size === 0) this.#allClosed?.();
    }
  }

  /** Numbers go up from 1, and round again without those still in use. */
  #nextId(): number {
    do {
      this.#lastId = this.#lastId >= connectionIdMax ? 1 : this.#lastId + 1;
    } while (this.#open.has(this.#lastId));
    return this.#lastId;
  }

  #each(action: (connection: Connection) => void): void {
    for (const connection of this.#open.values()) action(connection);
  }
}

async function listen(server: Server, { host, port }: WireServerOptions): Promise<AddressInfo> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen({ host, port, backlog }, resolve);
  await promise;
  server.off('error', reject);
  const bound = server.address();
  assert(bound !== null && typeof bound === 'object', 'a listening TCP server has an address');
  return bound;
}

async function stop(server: Server, connections: Connections, graceMs: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  await connections.stop(graceMs);
  await promise;
}

function secureContextOf(tls: TlsMaterial | undefined): SecureContext | undefined {
  if (tls === undefined) return undefined;
  return createSecureContext({ key: tls.key, cert: tls.cert, minVersion: 'TLSv1.2' });
}
