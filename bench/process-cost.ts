import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Connection } from 'mysql2/promise';
import { benchFolder } from './folder.ts';
import type { BenchOptions } from './options.ts';
import { readMemory } from './process-memory.ts';
import { mebibytes, median, milliseconds, printTable } from './report.ts';
import { Server } from './server.ts';

/** After this the garbage of the start has been collected, or stays. */
const settleMs = 3_000;

/** As many as a host may have. */
const clientsMax = 2_000;

/** Resident memory of a server that has nothing to do: before any client, with idle ones, and when each has asked something. */
export async function idleMemory({ scale }: BenchOptions): Promise<void> {
  using folder = benchFolder();
  await using server = await Server.start(path.join(folder.path, 'data'));
  await using opened = new AsyncDisposableStack();
  const connections: Connection[] = [];
  const measured: (readonly string[])[] = [];
  const measure = async (name: string): Promise<void> => {
    await setTimeout(settleMs);
    const memory = readMemory(server.pid);
    measured.push([name, mebibytes(memory?.now), mebibytes(memory?.peak)]);
  };
  await measure('without clients');
  const count = Math.round(clientsMax * scale);
  while (connections.length < count) {
    connections.push(opened.adopt(await server.connect(), (open) => open.end()));
  }
  await measure(`${count} clients that asked nothing`);
  for (const sql of ['SELECT 1', 'SELECT COUNT(*) FROM information_schema.tables', 'SET autocommit = 0']) {
    for (const connection of connections) await connection.query(sql);
    await measure(`… that did ${sql}`);
  }
  printTable(['idle server', 'resident', 'peak'], measured);
}

/** From the start of the process to its ready line: on a new data folder, and on one that is there. */
export async function startTime({ rounds }: BenchOptions): Promise<void> {
  const first: number[] = [];
  const again: number[] = [];
  for (let round = 0; round < rounds; round++) {
    using folder = benchFolder();
    first.push(await startOnce(path.join(folder.path, 'data')));
    again.push(await startOnce(path.join(folder.path, 'data')));
  }
  printTable(
    ['start', 'median', 'least', 'most'],
    [row('new data folder', first), row('old data folder', again)],
  );
}

async function startOnce(dataFolder: string): Promise<number> {
  await using server = await Server.start(dataFolder);
  return server.startMs;
}

function row(name: string, times: readonly number[]): readonly string[] {
  return [
    name,
    milliseconds(median(times)),
    milliseconds(Math.min(...times)),
    milliseconds(Math.max(...times)),
  ];
}
