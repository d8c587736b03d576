import { capability } from '../../src/wire/capabilities.ts';
import type { Packet } from '../../src/wire/framing.ts';
import { RawClient, usualCapabilities } from '../wire/support/raw-client.ts';
import { MariadbServer } from './mariadb-server.ts';
import { ServerProcess } from './server-process.ts';

/** Two MariaDB servers alike, and a Holdfast with a catalog `prod` of the second. */
export class PassThroughWorld implements AsyncDisposable {
  readonly twin: MariadbServer;
  readonly mariadb: MariadbServer;
  readonly holdfast: ServerProcess;

  private constructor(twin: MariadbServer, mariadb: MariadbServer, holdfast: ServerProcess) {
    this.twin = twin;
    this.mariadb = mariadb;
    this.holdfast = holdfast;
  }

  /** `setup` is run on both servers, in the database `shop`. */
  static async open(...setup: readonly string[]): Promise<PassThroughWorld> {
    await using opening = new AsyncDisposableStack();
    const twin = opening.use(await MariadbServer.start());
    const mariadb = opening.use(await MariadbServer.start());
    const holdfast = opening.use(await ServerProcess.start());
    const root = await holdfast.connect();
    await root.query(createCatalog('prod', mariadb.properties()));
    await root.end();
    for (const server of [twin, mariadb]) {
      const direct = await server.connect();
      for (const sql of ['CREATE DATABASE shop', 'USE shop', ...setup]) await direct.query(sql);
      await direct.end();
    }
    opening.move();
    return new PassThroughWorld(twin, mariadb, holdfast);
  }

  /** Two clients that ask for the same: one of the twin, one of Holdfast in the catalog; both in `shop`. */
  async pair(capabilities: number): Promise<Pair> {
    const direct = await talker(this.twin.port, capabilities, 'mysql_native_password');
    const through = await talker(this.holdfast.port, capabilities, 'caching_sha2_password');
    await through.ask(Buffer.from('\x03SET CATALOG prod'));
    for (const side of [direct, through]) await side.ask(Buffer.from('\x03USE shop'));
    return new Pair(direct, through);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.holdfast[Symbol.asyncDispose]();
    await this.mariadb[Symbol.asyncDispose]();
    await this.twin[Symbol.asyncDispose]();
  }
}

export function createCatalog(name: string, properties: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(properties).map(([key, value]) => `"${key}" = "${value}"`);
  return `CREATE EXTERNAL CATALOG ${name} PROPERTIES (${pairs.join(', ')})`;
}

/** What clients ask for that know DEPRECATE_EOF, and what those that do not. */
export const clientKinds: Readonly<Record<string, number>> = {
  'with DEPRECATE_EOF': usualCapabilities & ~capability.CONNECT_ATTRS,
  'without DEPRECATE_EOF': usualCapabilities & ~capability.CONNECT_ATTRS & ~capability.DEPRECATE_EOF,
};

async function talker(
  port: number,
  capabilities: number,
  plugin: 'caching_sha2_password' | 'mysql_native_password',
): Promise<Talker> {
  const client = await RawClient.loggedIn(port, { user: 'root', password: '', plugin, capabilities });
  return new Talker(client);
}

const marker = 'the-end-of-the-answer';

/** Asks, and gives all packets of the answer, found by the answer to a question behind it. */
export class Talker implements Disposable {
  readonly client: RawClient;

  constructor(client: RawClient) {
    this.client = client;
  }

  /** `payloads` are sent one behind the other, each as a command. */
  async ask(...payloads: readonly Buffer[]): Promise<readonly Packet[]> {
    for (const payload of payloads) this.client.send(0, payload);
    this.client.send(0, Buffer.from(`\x03SELECT '${marker}'`));
    const packets: Packet[] = [];
    for (;;) {
      const packet = await this.client.packet();
      if (packet === undefined) return packets;
      packets.push(packet);
      if (packet.payload.length === marker.length + 1 && packet.payload.toString('latin1', 1) === marker)
        break;
    }
    const end = await this.client.packet();
    return end === undefined ? packets : [...packets, end];
  }

  [Symbol.dispose](): void {
    this.client[Symbol.dispose]();
  }
}

/** The same questions to both sides. */
export class Pair implements Disposable {
  readonly direct: Talker;
  readonly through: Talker;

  constructor(direct: Talker, through: Talker) {
    this.direct = direct;
    this.through = through;
  }

  /** The packets of both answers as texts that a diff can show. */
  async ask(...payloads: readonly Buffer[]): Promise<Readonly<{ direct: string[]; through: string[] }>> {
    const direct = (await this.direct.ask(...payloads)).map(shown);
    const through = (await this.through.ask(...payloads)).map(shown);
    return { direct, through };
  }

  [Symbol.dispose](): void {
    this.direct[Symbol.dispose]();
    this.through[Symbol.dispose]();
  }
}

function shown({ sequence, payload }: Packet): string {
  const bytes =
    payload.length > 400 ? `${payload.length} bytes, ${hashOf(payload)}` : payload.toString('latin1');
  return `${sequence}: ${bytes}`;
}

function hashOf(payload: Buffer): string {
  let hash = 0;
  for (const byte of payload) hash = (hash * 31 + byte) % 4_294_967_291;
  return hash.toString(16);
}
