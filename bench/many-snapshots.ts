import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { decodeManifest, encodeManifest } from '../src/snapshot/manifest-codec.ts';
import { benchFolder } from './folder.ts';
import { backup, createRepository } from './jobs.ts';
import type { BenchOptions } from './options.ts';
import { cpuMs } from './process-cpu.ts';
import { milliseconds, percentile, printTable, timed } from './report.ts';
import { Server } from './server.ts';

const snapshots = 10_000;
const looks = 5;

/** SHOW SNAPSHOT of a local repository with 10,000 snapshots: all of them, and one by its label. */
export async function manySnapshots(_options: BenchOptions): Promise<void> {
  using folder = benchFolder();
  const place = path.join(folder.path, 'repository');
  const data = path.join(folder.path, 'data');
  {
    await using server = await Server.start(data);
    const worker = await server.connect();
    for (const sql of [
      'CREATE DATABASE bench',
      'CREATE TABLE bench.t (id INT PRIMARY KEY, name VARCHAR(40))',
    ]) {
      await worker.query(sql);
    }
    await worker.query("INSERT INTO bench.t VALUES (1, 'one'), (2, 'two')");
    await createRepository(worker, 'r', place);
    await backup(worker, 'BACKUP SNAPSHOT bench.first TO r', 'bench');
    await worker.end();
  }
  multiply(path.join(place, '__holdfast_repository_r', 'snapshots'));
  await using server = await Server.start(data);
  const worker = await server.connect();
  const all = (): Promise<number> => timed(() => worker.query('SHOW SNAPSHOT ON r'));
  const cpu = async (work: () => Promise<number>): Promise<number> => {
    const before = cpuMs(server.pid);
    await work();
    return cpuMs(server.pid) - before;
  };
  const one = (label: string): Promise<number> =>
    timed(() => worker.query(`SHOW SNAPSHOT ON r WHERE SNAPSHOT = '${label}'`));
  const oneCold = [await one('copy_7777')];
  const cpuBefore = cpuMs(server.pid);
  const allCold = [await all()];
  const cpuCold = cpuMs(server.pid) - cpuBefore;
  const cpuWarm = await cpu(all);
  const allWarm: number[] = [];
  const oneWarm: number[] = [];
  for (let look = 0; look < looks; look++) {
    allWarm.push(await all());
    oneWarm.push(await one(`copy_${look * 1_111}`));
  }
  await worker.end();
  printTable(
    [`SHOW SNAPSHOT of ${snapshots}`, 'first', 'then, p50', 'most'],
    [
      row('all', allCold, allWarm),
      ['  processor time', milliseconds(cpuCold), milliseconds(cpuWarm), ''],
      row('WHERE SNAPSHOT =', oneCold, oneWarm),
    ],
  );
}

/** Copies of the one snapshot that is there, under labels and hashes of their own. */
function multiply(folder: string): void {
  const [timestamp = ''] = readdirSync(path.join(folder, 'first'));
  const { manifest } = decodeManifest(
    readFileSync(path.join(folder, 'first', timestamp, 'manifest.json')),
    'first',
  );
  for (let copy = 1; copy < snapshots; copy++) {
    const label = `copy_${copy}`;
    const to = path.join(folder, label, timestamp);
    mkdirSync(to, { recursive: true });
    writeFileSync(path.join(to, 'manifest.json'), encodeManifest({ ...manifest, label }).bytes);
  }
}

function row(name: string, cold: readonly number[], warm: readonly number[]): readonly string[] {
  return [
    name,
    milliseconds(cold[0] ?? 0),
    milliseconds(percentile(warm, 0.5)),
    milliseconds(percentile(warm, 1)),
  ];
}
