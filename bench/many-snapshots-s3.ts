import path from 'node:path';
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { decodeManifest, encodeManifest } from '../src/snapshot/manifest-codec.ts';
import { radosgwClient, radosgwProperties, startRadosgw } from '../test/support/radosgw.ts';
import { benchFolder } from './folder.ts';
import { backup } from './jobs.ts';
import type { BenchOptions } from './options.ts';
import { cpuMs } from './process-cpu.ts';
import { milliseconds, printTable, timed } from './report.ts';
import { Server } from './server.ts';

const bucket = 'bench';
const snapshots = 2_000;
const putsAtOnce = 16;

/** SHOW SNAPSHOT of 2,000 snapshots in Ceph's gateway: the first list of all, a later one, and the first after a restart. */
export async function manySnapshotsS3({ scale }: BenchOptions): Promise<void> {
  const count = Math.max(putsAtOnce, Math.round(snapshots * scale));
  using folder = benchFolder();
  const data = path.join(folder.path, 'data');
  await using gateway = await startRadosgw();
  const client = radosgwClient(gateway);
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  const rows: (readonly string[])[] = [];
  {
    await using server = await Server.start(data);
    await makeOne(server, gateway.endpoint);
    await multiply(client, count);
    rows.push(['the first list', ...(await look(server))], ['the next', ...(await look(server))]);
  }
  await using server = await Server.start(data);
  rows.push(['the first after a restart', ...(await look(server))], ['the next', ...(await look(server))]);
  client.destroy();
  printTable([`SHOW SNAPSHOT of ${count}`, 'elapsed', 'processor'], rows);
}

async function makeOne(server: Server, endpoint: string): Promise<void> {
  const worker = await server.connect();
  const properties = Object.entries(radosgwProperties(endpoint)).map(
    ([name, value]) => `"${name}" = "${value}"`,
  );
  for (const sql of [
    'CREATE DATABASE bench',
    'CREATE TABLE bench.t (id INT PRIMARY KEY)',
    'INSERT INTO bench.t VALUES (1)',
    `CREATE REPOSITORY r WITH BROKER ON LOCATION "s3a://${bucket}/place" PROPERTIES (${properties.join(', ')})`,
  ]) {
    await worker.query(sql);
  }
  await backup(worker, 'BACKUP SNAPSHOT bench.first TO r', 'bench');
  await worker.end();
}

/** Copies of the one snapshot that is there, under labels and hashes of their own. */
async function multiply(client: S3Client, count: number): Promise<void> {
  const listed = await client.send(new ListObjectsV2Command({ Bucket: bucket }));
  const key = listed.Contents?.map((object) => object.Key ?? '').find((one) =>
    one.endsWith('/manifest.json'),
  );
  if (key === undefined) throw new Error('the backup has left no manifest');
  const { Body: body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  if (body === undefined) throw new Error('the manifest cannot be read');
  const { manifest } = decodeManifest(await body.transformToByteArray(), key);
  let made = 1;
  const putSome = async (): Promise<void> => {
    while (made < count) {
      const label = `copy_${made++}`;
      const Key = key.replace('/first/', `/${label}/`);
      const Body = encodeManifest({ ...manifest, label }).bytes;
      await client.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
    }
  };
  await Promise.all(Array.from({ length: putsAtOnce }, putSome));
}

async function look(server: Server): Promise<readonly string[]> {
  const worker = await server.connect();
  const before = cpuMs(server.pid);
  const elapsed = await timed(() => worker.query('SHOW SNAPSHOT ON r'));
  const cpu = cpuMs(server.pid) - before;
  await worker.end();
  return [milliseconds(elapsed), milliseconds(cpu)];
}
