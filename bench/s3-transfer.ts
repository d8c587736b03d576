import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { FailingProxy } from '../test/doubles/failing-proxy.ts';
import { findRadosgw } from '../test/support/programs.ts';
import {
  type Radosgw,
  radosgwClient,
  radosgwKeys,
  radosgwProperties,
  startRadosgw,
} from '../test/support/radosgw.ts';
import { benchFolder } from './folder.ts';
import type { BenchOptions } from './options.ts';
import { type ProgramCost, runProgram } from './program.ts';
import { mebibytes, median, milliseconds, printTable } from './report.ts';

const bucket = 'bench';
const filesMax = 8;
const fileBytes = 32 * 1024 * 1024;
/** What the gateway's storage in memory may hold of the uploads of all rounds: a full one answers nobody any more. */
const storedBytesMax = 2.5 * 2 ** 30;

/** Uploads the files to a place in the bucket that is named anew each time. */
type Uploader = Readonly<{
  name: string;
  command: (endpoint: string, place: string, files: readonly string[]) => readonly string[];
  /** What is run before, and not measured. */
  prepare?: (endpoint: string, place: string) => readonly string[];
}>;

const environment = {
  ...process.env,
  AWS_ACCESS_KEY_ID: radosgwKeys.accessKey,
  AWS_SECRET_ACCESS_KEY: radosgwKeys.secretKey,
  RESTIC_PASSWORD: 'bench',
  AWS_CA_BUNDLE: undefined,
};

const ours: Uploader = {
  name: 'Holdfast',
  command: (endpoint, place, files) => [
    process.execPath,
    path.join(import.meta.dirname, 's3-putter.ts'),
    `s3a://${bucket}/${place}`,
    JSON.stringify(radosgwProperties(endpoint)),
    ...files,
  ],
};

const rclone: Uploader = {
  name: 'rclone copy',
  command: (endpoint, place, files) => [
    'rclone',
    'copy',
    '--transfers',
    '4',
    '--config',
    '/dev/null',
    path.dirname(files[0] ?? ''),
    `:s3,provider=Ceph,env_auth=true,endpoint="${endpoint}":${bucket}/${place}`,
  ],
};

const restic: Uploader = {
  name: 'restic backup',
  prepare: (endpoint, place) => ['restic', '-r', `s3:${endpoint}/${bucket}/${place}`, 'init'],
  command: (endpoint, place, files) => [
    'restic',
    '-r',
    `s3:${endpoint}/${bucket}/${place}`,
    '--no-cache',
    'backup',
    ...files,
  ],
};

/** The same files of random bytes to Ceph's gateway, each program in its turn: speed, memory, requests. */
export async function s3Transfer({ scale, rounds }: BenchOptions): Promise<void> {
  if (findRadosgw() === undefined) throw new Error('needs radosgw, ceph-mon and ceph-osd');
  using folder = benchFolder();
  await using gateway = await startRadosgw();
  const client = radosgwClient(gateway);
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  client.destroy();
  const uploaders = [ours, ...[rclone, restic].filter(isInstalled)];
  // One round more is not counted, and one more counts requests.
  const filesFitting = Math.floor(storedBytesMax / fileBytes / (uploaders.length * (rounds + 2)));
  const fileCount = Math.max(1, Math.min(Math.round(filesMax * scale), filesFitting));
  const files = makeFiles(path.join(folder.path, 'files'), fileCount);
  const samples = new Map<Uploader, ProgramCost[]>(uploaders.map((each) => [each, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const uploader of uploaders) {
      const sample = await upload(uploader, gateway.endpoint, `${uploader.name.slice(0, 4)}-${round}`, files);
      if (round > 0) samples.get(uploader)?.push(sample);
    }
  }
  const requests = new Map<Uploader, number>();
  for (const uploader of uploaders) requests.set(uploader, await countRequests(uploader, gateway, files));
  print(samples, requests, files.length * fileBytes);
}

function makeFiles(folder: string, count: number): readonly string[] {
  mkdirSync(folder);
  return Array.from({ length: count }, (_, index) => {
    const file = path.join(folder, `f${index}`);
    writeFileSync(file, randomBytes(fileBytes));
    return file;
  });
}

function isInstalled({ command }: Uploader): boolean {
  const [program = ''] = command('', '', ['']);
  return spawnSync(program, ['version']).status === 0;
}

async function upload(
  uploader: Uploader,
  endpoint: string,
  place: string,
  files: readonly string[],
): Promise<ProgramCost> {
  const before = uploader.prepare?.(endpoint, place);
  if (before !== undefined) await run(before);
  return run(uploader.command(endpoint, place, files));
}

async function run([program = '', ...args]: readonly string[]): Promise<ProgramCost> {
  return runProgram(program, args, { environment });
}

async function countRequests(
  uploader: Uploader,
  gateway: Radosgw,
  files: readonly string[],
): Promise<number> {
  let requests = 0;
  await using proxy = await FailingProxy.start(gateway.port, () => void (requests += 1));
  await upload(uploader, proxy.endpoint, `${uploader.name.slice(0, 4)}-counted`, files);
  return requests;
}

function print(
  samples: ReadonlyMap<Uploader, readonly ProgramCost[]>,
  requests: ReadonlyMap<Uploader, number>,
  bytes: number,
): void {
  const gibibytes = bytes / 2 ** 30;
  const time = (uploader: Uploader): number =>
    median((samples.get(uploader) ?? []).map(({ durationMs }) => durationMs));
  printTable(
    ['program', 'median', 'MB/s', 'processor', 'peak memory', 'requests per GiB'],
    [...samples].map(([uploader, own]) => [
      uploader.name,
      milliseconds(time(uploader)),
      (bytes / 1000 / time(uploader)).toFixed(0),
      milliseconds(median(own.map(({ cpuMs }) => cpuMs))),
      mebibytes(Math.max(...own.map(({ peakBytes }) => peakBytes))),
      ((requests.get(uploader) ?? 0) / gibibytes).toFixed(0),
    ]),
  );
  for (const uploader of samples.keys()) {
    if (uploader === ours) continue;
    console.log(`speed of Holdfast against ${uploader.name}: ${(time(uploader) / time(ours)).toFixed(2)}`);
  }
}
