import { hostname } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { ensureRoot, findAccount, mayListenOn } from './auth/accounts.ts';
import { openAuthenticator } from './auth/authenticator.ts';
import { loadTlsIdentity, type TlsIdentity } from './auth/tls.ts';
import { type Clock, systemClock } from './base/clock.ts';
import { listenFailure } from './base/listen-failure.ts';
import type { Log } from './base/log.ts';
import type { Config } from './config/config.ts';
import { markWhole } from './data-folder.ts';
import type { Address } from './config/option.ts';
import { Dispatcher } from './dispatch/dispatcher.ts';
import { answerForwarded } from './dispatch/forward.ts';
import { greetedVersion } from './greeted-version.ts';
import { openForwarded, openState } from './login-states.ts';
import type { Monitor } from './monitor.ts';
import { globalProject } from './metastore/key.ts';
import { openAdapter } from './repository/open-adapter.ts';
import { openServices, type OpenServices, type SchedulerMaker } from './services.ts';
import { Sessions } from './session/sessions.ts';
import { processTable } from './session/process-table.ts';
import type { Handler } from './wire/handler.ts';
import { connectionLimits } from './wire/limits.ts';
import { startWireServer, type WireServer, type WireServerOptions } from './wire/server.ts';

/** The running server. */
export type HoldfastServer = Readonly<{
  host: string;
  port: number;
  /** Where `/metrics` and its kin answer, when they do. */
  monitor: Readonly<{ host: string; port: number }> | undefined;
  /** SHA-256 of the TLS certificate, as clients show it. */
  fingerprint: string;
  /** No new work; running jobs are left so that the next start goes on with them. Resolves within ten seconds. */
  stop(): Promise<void>;
}>;

/** How long commands in flight may go on while the server stops; jobs get the rest of the ten seconds. */
const stopGraceMs = 2_000;

const rootWaitMs = 200;
/** Whoever makes root does so within seconds of its own start. */
const rootWaitMsMax = 20_000;

/** Builds every part once, joins them, and listens. Throws what keeps it from starting, having closed the rest. */
export async function startServer(
  config: Config,
  givenLog: Log,
  makeScheduler?: SchedulerMaker,
): Promise<HoldfastServer> {
  await using starting = new AsyncDisposableStack();
  const clock = systemClock;
  const monitor = config.metrics && starting.use(await openMonitor(config.metrics, givenLog));
  const log = monitor?.log ?? givenLog;
  const tlsIdentity = loadTls(config, clock);
  // Whoever waits for it sees the failure; a start that fails earlier for another reason need not.
  tlsIdentity.catch(() => undefined);
  const services = starting.use(
    await openServices(config, {
      clock,
      log,
      openAdapter,
      ...(makeScheduler && { makeScheduler }),
      ...(monitor && { storeCounters: monitor.storeCounters, httpPort: monitor.address?.port ?? 0 }),
    }),
  );
  await ensureFirstAccount(config, services);
  markWhole(config.data);
  if (!mayListenOn(services.metastore, config.listen.host)) throw rootNeedsPassword(config.listen.host);
  const tls = await tlsIdentity;
  monitor?.watch({
    config,
    scheduler: services.scheduler,
    node: services.node,
    repositoryStates: services.repositoryStates,
    questions: () => questionsOf(services),
    startedAt: services.startedAt,
    certificate: tls.cert,
  });
  // Before anybody can submit a job: what is not an old one's in the staging folder is swept.
  await services.recover();
  const wire = await listen(config, { services, tls, clock, log });
  const held = starting.move();
  monitor?.ready(() => wire.connections().length);
  return {
    host: wire.address,
    port: wire.port,
    monitor: monitor?.address,
    fingerprint: tls.fingerprint,
    stop: async () => {
      monitor?.stopping();
      await Promise.all([wire.stop(stopGraceMs), services.scheduler.stop()]);
      await held.disposeAsync();
    },
  };
}

type Listening = Readonly<{ services: OpenServices; tls: TlsIdentity; clock: Clock; log: Log }>;

/** Joins logins, the dispatcher and other nodes' statements behind the socket, and opens it last. */
async function listen(config: Config, parts: Listening): Promise<WireServer> {
  const { services, clock, log } = parts;
  const dispatcher = new Dispatcher(services);
  let wire: WireServer | undefined;
  const sessions = await openSessions(dispatcher, () => wire, parts);
  services.connect({
    count: () => wire?.connections().length ?? 0,
    processes: (by) => processTable(sessions.processes(by), clock.now()),
    kill: (connectionId, by) => sessions.kill(connectionId, by),
    interrupt: (connectionId, by) => sessions.interrupt(connectionId, by),
  });
  services.node.answerWith((body) =>
    answerForwarded(
      body,
      async (statement) => {
        const state = openForwarded(statement, services, clock);
        await using _engine = state.engine;
        return dispatcher.runForwarded(statement.text, state, new AbortController().signal);
      },
      (error) => log.error('forwarded_statement_failed', { error: String(error) }),
    ),
  );
  try {
    wire = await startWireServer(wireOptions(config, sessions, parts));
  } catch (error) {
    throw listenFailure(error, config.listen, '--listen');
  }
  return wire;
}

/** All logins. `wire` is there once the server listens. */
async function openSessions(
  dispatcher: Dispatcher,
  wire: () => WireServer | undefined,
  { services, clock, log }: Listening,
): Promise<Sessions> {
  return new Sessions({
    authenticator: await openAuthenticator(services.metastore, clock),
    serverVersion: await greetedVersion(services.startPlace, log),
    dispatcher,
    openState: (login) => openState(login, services, clock),
    accountOf: services.accountOf,
    connections: () => wire()?.connections() ?? [],
    kill: (connectionId) => wire()?.kill(connectionId) ?? false,
    interrupt: (connectionId) => wire()?.interrupt(connectionId) ?? false,
    asked: services.countQuestion,
    entered: services.countConnection,
    hourlyUse: services.hourlyUse,
    statistics: () => statisticsLine(services, wire()),
  });
}

function wireOptions(config: Config, handler: Handler, { tls, clock, log }: Listening): WireServerOptions {
  return {
    host: config.listen.host,
    port: config.listen.port,
    handler,
    tls: { key: tls.key, cert: tls.cert },
    rsaKey: tls.privateKey,
    requireSecureTransport: config.requireSecureTransport,
    limits: {
      ...connectionLimits(config.maxConnections),
      packetBytesMax: config.maxAllowedPacketBytes,
      waitTimeoutMs: config.waitTimeoutSeconds * 1_000,
    },
    clock,
    log,
  };
}

/** Of several nodes that start together one makes root; the others wait for it. */
async function ensureFirstAccount(config: Config, { metastore, node }: OpenServices): Promise<void> {
  if (node.ownership.holds(globalProject)) return ensureRoot(metastore, config.rootPassword);
  for (let waitedMs = 0; findAccount(metastore, 'root') === undefined; waitedMs += rootWaitMs) {
    if (waitedMs > rootWaitMsMax) {
      throw new Error('the metastore has no accounts yet: start a node of role all or job first');
    }
    await setTimeout(rootWaitMs);
    await node.catchUp();
  }
}

async function loadTls(config: Config, clock: Clock): Promise<TlsIdentity> {
  const folder = path.join(config.data, 'tls');
  return loadTlsIdentity({ folder, hostname: hostname(), now: new Date(clock.now()) });
}

function questionsOf(services: OpenServices): number {
  return Number(services.statusCounters().get('Questions'));
}

/** Loaded by those who want it. */
async function openMonitor(address: Address, log: Log): Promise<Monitor> {
  const { Monitor } = await import('./monitor.ts');
  try {
    return await Monitor.open(address, log);
  } catch (error) {
    throw listenFailure(error, address, '--metrics');
  }
}

function statisticsLine(services: OpenServices, wire: WireServer | undefined): string {
  return [...services.statusCounters()]
    .filter(([name]) => name === 'Uptime' || name === 'Questions')
    .map(([name, value]) => `${name}: ${value}`)
    .concat(`Threads: ${wire?.connections().length ?? 0}`)
    .join('  ');
}

function rootNeedsPassword(host: string): Error {
  return new Error(
    `will not listen on ${host} while root has no password: start on 127.0.0.1 and run ` +
      `SET PASSWORD = '…', or give it one by HOLDFAST_ROOT_PASSWORD`,
  );
}
