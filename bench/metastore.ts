import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { systemClock } from '../src/base/clock.ts';
import { silentLog } from '../src/base/log.ts';
import { resourceKey } from '../src/metastore/key.ts';
import type { Metastore } from '../src/metastore/metastore.ts';
import { openMetastore } from '../src/metastore/open-metastore.ts';
import { benchFolder } from './folder.ts';
import { hasMariadb, Mariadb } from './mariadb.ts';
import type { BenchOptions } from './options.ts';
import { cpuMs } from './process-cpu.ts';
import { median, milliseconds, printTable, timed } from './report.ts';
import { Server } from './server.ts';

const unitsAtOne = 2_000;
const projects = 16;
/** Of a job's record. */
const contentBytes = 1_000;
const resourcesAtOne = 100_000;
/** Resources written by one unit when a metastore is filled. */
const resourcesPerUnit = 2_000;
const [heartbeatMs, timeoutMs] = [1_000, 4_000];
const lookEveryMs = 20;

/** Units of work a second in the embedded metastore, each on the disk when it is answered, beside plain appends with a flush each. */
export async function metastoreUnits({ scale, rounds }: BenchOptions): Promise<void> {
  const count = Math.round(unitsAtOne * scale);
  const rates = { one: [] as number[], many: [] as number[], plain: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    using folder = benchFolder();
    await using metastore = await open(folder.path);
    rates.one.push(count / (await timed(() => writeInTurn(metastore, 'alone', count))));
    const share = Math.ceil(count / projects);
    const all = Array.from({ length: projects }, (_, index) => `p${index}`);
    const manyMs = await timed(() =>
      Promise.all(all.map((project) => writeInTurn(metastore, project, share))),
    );
    rates.many.push((share * projects) / manyMs);
    rates.plain.push(count / (await timed(async () => appendFlushed(path.join(folder.path, 'log'), count))));
  }
  printTable(
    [`${count} units of ${contentBytes} bytes`, 'a second', 'least'],
    [
      rateRow('one after another, a flush each', rates.one),
      rateRow(`of ${projects} projects at once`, rates.many),
      rateRow('an append and a flush, without a database', rates.plain),
    ],
  );
}

/** From the start of the process to its ready line with a metastore of 100,000 resources. */
export async function metastoreStart({ scale, rounds }: BenchOptions): Promise<void> {
  using folder = benchFolder();
  const data = path.join(folder.path, 'data');
  const count = Math.round(resourcesAtOne * scale);
  const empty = await startOnce(data);
  {
    await using metastore = await open(data);
    for (let from = 0; from < count; from += resourcesPerUnit) {
      await metastore.write({ project: 'p', operator: 'bench' }, (sandbox) => {
        for (let at = from; at < Math.min(from + resourcesPerUnit, count); at++) {
          sandbox.put(resourceKey('p', 'thing', String(at)), content(at));
        }
      });
    }
  }
  const starts: Start[] = [];
  for (let round = 0; round < rounds; round++) starts.push(await startOnce(data));
  printTable(
    ['start', 'median', 'processor'],
    [startRow('empty', [empty]), startRow(`${count} resources`, starts)],
  );
}

/** From kill -9 of the owner of a project to its next owner, beside the promise: timeout and one heartbeat. */
export async function nodesFailover({ rounds }: BenchOptions): Promise<void> {
  if (!hasMariadb()) return console.log('MariaDB is not installed: nothing to measure');
  using folder = benchFolder();
  await using database = await Mariadb.start(folder.path);
  const sql = await database.connect();
  await sql.query('CREATE DATABASE metadata');
  await sql.end();
  process.env['HOLDFAST_SECRET_KEY'] = '0'.repeat(64);
  const start = (name: string): Promise<Server> =>
    Server.start(path.join(folder.path, name), [
      '--metastore',
      `mysql://root@127.0.0.1:${database.port}/metadata`,
      '--node-id',
      name,
      '--node-heartbeat-ms',
      String(heartbeatMs),
      '--node-timeout-ms',
      String(timeoutMs),
    ]);
  const nodes = new Map<string, Server>();
  await using stack = new AsyncDisposableStack();
  stack.defer(async () => {
    for (const node of nodes.values()) await node[Symbol.asyncDispose]();
  });
  for (const name of ['a', 'b']) nodes.set(name, await start(name));
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const owner = await ownerOf(nodes, []);
    const killedAt = performance.now();
    process.kill(nodes.get(owner)?.pid ?? 0, 'SIGKILL');
    await ownerOf(nodes, [owner]);
    times.push(performance.now() - killedAt);
    nodes.set(owner, await start(owner));
  }
  printTable(
    ['failover after kill -9', 'median', 'most', 'promise'],
    [
      [
        `heartbeat ${heartbeatMs} ms, timeout ${timeoutMs} ms`,
        milliseconds(median(times)),
        milliseconds(Math.max(...times)),
        milliseconds(timeoutMs + heartbeatMs),
      ],
    ],
  );
}

/** The owner of what belongs to no database, once it is none of `but`. */
async function ownerOf(nodes: ReadonlyMap<string, Server>, but: readonly string[]): Promise<string> {
  const [asked] = [...nodes].filter(([name]) => !but.includes(name)).map(([, node]) => node);
  if (asked === undefined) throw new Error('there is no node to ask');
  const connection = await asked.connect();
  try {
    for (;;) {
      const [rows] = await connection.query("SHOW METADATA EPOCHS WHERE Project = '_global'");
      const owner = String((rows as Readonly<Record<string, unknown>>[])[0]?.['Owner'] ?? '');
      if (owner !== '' && !but.includes(owner)) return owner;
      await setTimeout(lookEveryMs);
    }
  } finally {
    await connection.end();
  }
}

type Start = Readonly<{ ms: number; cpuMs: number }>;

async function startOnce(data: string): Promise<Start> {
  await using server = await Server.start(data);
  return { ms: server.startMs, cpuMs: cpuMs(server.pid) };
}

function startRow(name: string, starts: readonly Start[]): readonly string[] {
  return [
    name,
    milliseconds(median(starts.map(({ ms }) => ms))),
    milliseconds(median(starts.map(({ cpuMs }) => cpuMs))),
  ];
}

function rateRow(name: string, perMs: readonly number[]): readonly string[] {
  const perSecond = [median(perMs), Math.min(...perMs)].map((rate) => Math.round(rate * 1_000).toString());
  return [name, ...perSecond];
}

function open(dataFolder: string): ReturnType<typeof openMetastore> {
  return openMetastore({ dataFolder, instance: 'bench:1', clock: systemClock, log: silentLog });
}

async function writeInTurn(metastore: Metastore, project: string, count: number): Promise<void> {
  for (let at = 0; at < count; at++) {
    const key = resourceKey(project, 'job', String(at % 100));
    await metastore.write({ project, operator: 'bench' }, (sandbox) => sandbox.put(key, content(at)));
  }
}

function content(at: number): Readonly<{ at: number; text: string }> {
  return { at, text: 'x'.repeat(contentBytes) };
}

function appendFlushed(file: string, count: number): void {
  const to = openSync(file, 'a');
  const bytes = Buffer.alloc(contentBytes, 'x');
  for (let at = 0; at < count; at++) {
    writeSync(to, bytes);
    fsyncSync(to);
  }
  closeSync(to);
}
