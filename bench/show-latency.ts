import path from 'node:path';
import { fill, tables } from './data.ts';
import { benchFolder } from './folder.ts';
import { backup, createRepository } from './jobs.ts';
import type { BenchOptions } from './options.ts';
import { milliseconds, percentile, printTable, timed } from './report.ts';
import { Server } from './server.ts';

/** Fewer answers say nothing about one in a hundred. */
const samplesMin = 500;

/** How long SHOW BACKUP takes on one connection while backups run at full speed on another, and while none does. */
export async function showLatency({ scale }: BenchOptions): Promise<void> {
  using folder = benchFolder();
  await using server = await Server.start(path.join(folder.path, 'data'));
  await using opened = new AsyncDisposableStack();
  const worker = opened.adopt(await server.connect(), (open) => open.end());
  const watcher = opened.adopt(await server.connect(), (open) => open.end());
  await worker.query('CREATE DATABASE bench');
  await worker.query('USE bench');
  for (const statement of fill(tables(scale))) await worker.query(statement);
  const show = (): Promise<number> => timed(() => watcher.query('SHOW BACKUP FROM bench'));

  const busy: number[] = [];
  for (let round = 0; busy.length < samplesMin; round++) {
    await createRepository(worker, `r${round}`, path.join(folder.path, `repository${round}`));
    const ended = new AbortController();
    const job = backup(worker, `BACKUP SNAPSHOT bench.nightly TO r${round}`, 'bench').finally(() =>
      ended.abort(),
    );
    const watch = async (): Promise<void> => {
      while (!ended.signal.aborted) busy.push(await show());
    };
    await Promise.all([job, watch()]);
  }
  const idle: number[] = [];
  while (idle.length < samplesMin) idle.push(await show());
  printTable(
    ['SHOW BACKUP', 'answers', 'p50', 'p99', 'most'],
    [row('during a backup', busy), row('with no job', idle)],
  );
}

function row(name: string, times: readonly number[]): readonly string[] {
  const shares = [0.5, 0.99, 1].map((share) => milliseconds(percentile(times, share)));
  return [name, String(times.length), ...shares];
}
