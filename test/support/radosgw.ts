import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { S3Client } from '@aws-sdk/client-s3';
import { answersHttp, freePorts } from './free-ports.ts';
import { Processes } from './processes.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { until } from './until.ts';

const memoryBytes = 3 * 1024 ** 3;
const run = promisify(execFile);
/** Two seconds on a machine at rest: most of it the start of Ceph's own libraries. */
const commandTimeoutMs = 200_000;

export const radosgwKeys = { accessKey: 'AKIATESTBACKUP', secretKey: 'secret/of+the/tests' } as const;
export const radosgwRole = 'arn:aws:iam:::role/Backup';

/** A Ceph object gateway over one monitor and one storage daemon in memory: S3 as a real server speaks it. */
export type Radosgw = AsyncDisposable &
  Readonly<{
    endpoint: string;
    port: number;
    /** Ends the gateway alone: what it stored stays. */
    goDown: () => Promise<void>;
    /** Starts it again. */
    comeBack: () => Promise<void>;
  }>;

/**
 * Starts one on free ports of the loopback interface; disposing of it stops its processes and removes its files.
 * `lifeSeconds`: it ends after so long at the latest.
 */
export async function startRadosgw(lifeSeconds?: number): Promise<Radosgw> {
  await using starting = new AsyncDisposableStack();
  const folder = starting.use(await temporaryFolder());
  const processes = starting.use(new Processes(folder.path, lifeSeconds));
  const [monitorPort = 0, gatewayPort = 0] = await freePorts(2);
  const cluster = new Cluster(folder.path, { monitorPort, gatewayPort });
  await cluster.prepare();
  processes.start('ceph-mon', cluster.arguments(['-i', 'a', '-f']));
  await cluster.addStorage();
  processes.start('ceph-osd', cluster.arguments(['-i', '0', '-f']));
  await until('the storage daemon is up', () => cluster.isStorageUp());
  const startGateway = async (): Promise<AsyncDisposable> => {
    const started = processes.start('radosgw', cluster.arguments(['-n', 'client.rgw', '-f']));
    await until('the gateway answers', () => answersHttp(gatewayPort));
    return started;
  };
  let running = await startGateway();
  await cluster.addUser();
  const held = starting.move();
  return {
    endpoint: `http://127.0.0.1:${gatewayPort}`,
    port: gatewayPort,
    goDown: async () => running[Symbol.asyncDispose](),
    comeBack: async () => {
      running = await startGateway();
    },
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

/** A client of the vendor's, to look at a gateway without Holdfast. */
export function radosgwClient({ endpoint }: Radosgw): S3Client {
  const credentials = { accessKeyId: radosgwKeys.accessKey, secretAccessKey: radosgwKeys.secretKey };
  return new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials });
}

/** PROPERTIES of a repository in a gateway, or in what stands before one. */
export function radosgwProperties(endpoint: string): Readonly<Record<string, string>> {
  return {
    'aws.s3.access_key': radosgwKeys.accessKey,
    'aws.s3.secret_key': radosgwKeys.secretKey,
    'aws.s3.endpoint': endpoint,
  };
}

type Ports = Readonly<{ monitorPort: number; gatewayPort: number }>;

class Cluster {
  readonly #folder: string;
  readonly #ports: Ports;
  readonly #monitorAddress: string;
  readonly #id = randomUUID();

  constructor(folder: string, ports: Ports) {
    this.#folder = folder;
    this.#ports = ports;
    this.#monitorAddress = `[v2:127.0.0.1:${ports.monitorPort}]`;
  }

  arguments(more: readonly string[]): readonly string[] {
    return ['-c', this.#path('ceph.conf'), ...more];
  }

  async prepare(): Promise<void> {
    for (const name of ['mon', 'osd', 'rgw', 'asok']) mkdirSync(this.#path(name));
    writeFileSync(this.#path('ceph.conf'), this.#configuration());
    const all = ['--cap', 'mon', 'allow *', '--cap', 'osd', 'allow *'];
    const users: readonly (readonly string[])[] = [
      ['mon.', '--cap', 'mon', 'allow *'],
      ['client.admin', ...all],
      ['client.rgw', ...all],
      ['osd.0', '--cap', 'mon', 'allow profile osd', '--cap', 'osd', 'allow *'],
    ];
    await this.#run('ceph-authtool', ['--create-keyring', this.#path('keyring')]);
    for (const [name = '', ...caps] of users) {
      await this.#run('ceph-authtool', [this.#path('keyring'), '--gen-key', '-n', name, ...caps]);
    }
    const map = ['--create', '--addv', 'a', this.#monitorAddress, '--fsid', this.#id, this.#path('monmap')];
    await this.#run('monmaptool', map);
    const keys = ['--monmap', this.#path('monmap'), '--keyring', this.#path('keyring')];
    await this.#run('ceph-mon', this.arguments(['--mkfs', '-i', 'a', ...keys]));
  }

  /** The daemon boots only with the id under which it was made known. */
  async addStorage(): Promise<void> {
    const id = randomUUID();
    await this.#run('ceph', this.arguments(['--connect-timeout', '150', 'osd', 'new', id]));
    await this.#run('ceph-osd', this.arguments(['-i', '0', '--mkfs', '--osd-uuid', id]));
  }

  async isStorageUp(): Promise<true | undefined> {
    const text = await this.#run('ceph', this.arguments(['--connect-timeout', '150', 'osd', 'stat']));
    return text.includes('1 up') ? true : undefined;
  }

  async addUser(): Promise<void> {
    const { accessKey, secretKey } = radosgwKeys;
    const user = [
      '--uid=backup',
      '--display-name=backup',
      `--access-key=${accessKey}`,
      `--secret=${secretKey}`,
    ];
    await this.#administer(['user', 'create', ...user]);
    await this.#administer(['caps', 'add', '--uid=backup', '--caps=roles=*']);
    const trust = policy({ Principal: { AWS: ['arn:aws:iam:::user/backup'] }, Action: ['sts:AssumeRole'] });
    const role = '--role-name=Backup';
    await this.#administer(['role', 'create', role, '--path=/', `--assume-role-policy-doc=${trust}`]);
    const allowed = policy({ Action: ['s3:*'], Resource: 'arn:aws:s3:::*' });
    await this.#administer(['role-policy', 'put', role, '--policy-name=All', `--policy-doc=${allowed}`]);
  }

  async #administer(words: readonly string[]): Promise<void> {
    await this.#run('radosgw-admin', this.arguments(['-n', 'client.rgw', ...words]));
  }

  async #run(program: string, words: readonly string[]): Promise<string> {
    const { stdout } = await run(program, words, {
      timeout: commandTimeoutMs,
      env: { ...process.env, CEPH_ARGS: '' },
    });
    return stdout;
  }

  #path(name: string): string {
    return path.join(this.#folder, name);
  }

  #configuration(): string {
    const folder = this.#folder;
    return `[global]
fsid = ${this.#id}
mon initial members = a
mon host = ${this.#monitorAddress}
public network = 127.0.0.0/8
cluster network = 127.0.0.0/8
auth cluster required = cephx
auth service required = cephx
auth client required = cephx
keyring = ${folder}/keyring
auth allow insecure global id reclaim = false
osd pool default size = 1
osd pool default min size = 1
mon allow pool size one = true
osd crush chooseleaf type = 0
osd pool default pg num = 1
osd pool default pgp num = 1
osd pool default pg autoscale mode = off
mon max pg per osd = 1000
run dir = ${folder}
log file = ${folder}/$name.log
pid file = ${folder}/$name.pid
admin socket = ${folder}/asok/$name.asok
crash dir = ${folder}
ms bind ipv4 = true
mon data avail warn = 2
mon data avail crit = 1
[mon.a]
mon data = ${folder}/mon
[osd.0]
osd data = ${folder}/osd
osd objectstore = memstore
memstore device bytes = ${memoryBytes}
osd class load list = *
[client.rgw]
rgw data = ${folder}/rgw
rgw frontends = beast endpoint=127.0.0.1:${this.#ports.gatewayPort} tcp_nodelay=1
rgw dns name = localhost
rgw sts key = abcdefghijklmnop
rgw s3 auth use sts = true
rgw gc obj min wait = 1
`;
  }
}

function policy(statement: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] });
}
