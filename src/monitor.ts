import { X509Certificate } from 'node:crypto';
import type { Log } from './base/log.ts';
import type { Config } from './config/config.ts';
import type { Address } from './config/option.ts';
import { type Family } from './console/exposition.ts';
import { LoopDelay, type NodesState, readGauges, type Watched } from './console/gauges.ts';
import { Meter } from './console/meter.ts';
import { type MonitorServer, startMonitorServer } from './console/monitor-server.ts';
import type { Scheduler } from './job/scheduler.ts';
import type { Node } from './metastore/node.ts';
import type { StoreCounters } from './repository/layers/observe.ts';
import { productVersion } from './version.ts';

/** What is watched, once it is there. */
export type MonitoredParts = Readonly<{
  config: Config;
  scheduler: Pick<Scheduler, 'list' | 'onSettled'>;
  node: Pick<Node, 'nodes' | 'leases'>;
  repositoryStates: () => ReadonlyMap<string, boolean>;
  questions: () => number;
  startedAt: number;
  /** PEM. */
  certificate: string;
}>;

/** How long the metastore may take to say that it is there. */
const metastoreMsMax = 2_000;

/**
 * The way in for Prometheus and health checks: it listens before anything else is open, so that a start that takes long
 * is seen as one, and tells of the server's parts as they come.
 */
export class Monitor implements AsyncDisposable {
  readonly #meter = new Meter();
  readonly #delay = new LoopDelay();
  readonly log: Log;
  #server: MonitorServer | undefined;
  #parts: MonitoredParts | undefined;
  #connections: () => number = () => 0;
  #obstacle: string | undefined = 'the server is starting';

  private constructor(log: Log) {
    this.log = this.#meter.watch(log);
  }

  static async open({ host, port }: Address, log: Log): Promise<Monitor> {
    const monitor = new Monitor(log);
    monitor.#server = await startMonitorServer({
      host,
      port,
      families: (signal) => monitor.#families(signal),
      obstacles: (signal) => monitor.#obstacles(signal),
      failed: (path, error) => monitor.log.error('monitor_answer_failed', { path, error: String(error) }),
    });
    return monitor;
  }

  get address(): Address | undefined {
    return this.#server;
  }

  get storeCounters(): StoreCounters {
    return this.#meter;
  }

  watch(parts: MonitoredParts): void {
    this.#parts = parts;
    parts.scheduler.onSettled((view) => this.#meter.settled(view));
  }

  /** Clients may come. */
  ready(connections: () => number): void {
    this.#connections = connections;
    this.#obstacle = undefined;
  }

  /** No more clients: `/readyz` says so before the last one has gone. */
  stopping(): void {
    this.#obstacle = 'the server is stopping';
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#delay[Symbol.dispose]();
    await this.#server?.[Symbol.asyncDispose]();
  }

  async #families(signal: AbortSignal): Promise<readonly Family[]> {
    const watched = this.#watched();
    return [...(watched === undefined ? [] : await readGauges(watched, signal)), ...this.#meter.families()];
  }

  async #obstacles(signal: AbortSignal): Promise<readonly string[]> {
    if (this.#obstacle !== undefined || this.#parts === undefined)
      return [this.#obstacle ?? 'the server is starting'];
    try {
      await nodesState(this.#parts.node, signal);
      return [];
    } catch {
      return ['the metastore does not answer'];
    }
  }

  #watched(): Watched | undefined {
    const parts = this.#parts;
    if (parts === undefined) return undefined;
    const { config, scheduler, node } = parts;
    return {
      version: productVersion,
      startedAt: parts.startedAt,
      jobs: () => scheduler.list(),
      connections: this.#connections,
      connectionsMax: config.maxConnections,
      questions: parts.questions,
      repositories: parts.repositoryStates,
      nodes: (signal) => nodesState(node, signal),
      dataFolder: config.data,
      certificateEnd: new X509Certificate(parts.certificate).validToDate.getTime(),
      loopDelay: this.#delay,
    };
  }
}

async function nodesState(node: MonitoredParts['node'], signal: AbortSignal): Promise<NodesState> {
  const soon = AbortSignal.any([signal, AbortSignal.timeout(metastoreMsMax)]);
  const [nodes, leases] = await Promise.all([node.nodes(soon), node.leases(soon)]);
  const alive = nodes.filter(({ isAlive }) => isAlive).length;
  const epochs = leases.map(({ project, owner, epoch }) => ({ project, node: owner, epoch }));
  return { alive, dead: nodes.length - alive, epochs };
}
