import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { benchFolder } from './folder.ts';
import type { BenchOptions } from './options.ts';
import { readMemory } from './process-memory.ts';
import { mebibytes, median, milliseconds, printTable } from './report.ts';
import { Server } from './server.ts';

/** After this the garbage of the start has been collected, or stays. */
const settleMs = 3_000;

/** Resident memory of a server that has nothing to do: before any client, and with a few idle ones. */
export async function idleMemory(): Promise<void> {
  using folder = benchFolder();
  await using server = await Server.start(path.join(folder.path, 'data'));
  await using opened = new AsyncDisposableStack();
  await setTimeout(settleMs);
  const alone = readMemory(server.pid);
  for (let client = 0; client < 20; client++) {
    const connection = opened.adopt(await server.connect(), (open) => open.end());
    await connection.query('SELECT 1');
  }
  await setTimeout(settleMs);
  const withClients = readMemory(server.pid);
  printTable(
    ['idle server', 'resident', 'peak'],
    [
      ['without clients', mebibytes(alone?.now), mebibytes(alone?.peak)],
      ['20 clients that did SELECT 1', mebibytes(withClients?.now), mebibytes(withClients?.peak)],
    ],
  );
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
