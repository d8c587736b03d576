import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { CrashPlace } from './crash-subjects.ts';
import { type Radosgw, radosgwClient, radosgwProperties, startRadosgw } from './radosgw.ts';
import { contentOf, type RepositoryContent } from './repository-folder.ts';

const bucket = 'crashes';

/** A place whose store can be restarted. */
export type GatewayPlace = CrashPlace & Readonly<{ gateway: Radosgw }>;

export async function radosgwPlace(name: string, lifeSeconds?: number): Promise<GatewayPlace> {
  const gateway = await startRadosgw(lifeSeconds);
  const client = radosgwClient(gateway);
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  const pairs = Object.entries(radosgwProperties(gateway.endpoint)).map(
    ([key, value]) => `"${key}" = "${value}"`,
  );
  return {
    gateway,
    location: `s3a://${bucket}/backups`,
    properties: ` PROPERTIES (${pairs.join(', ')})`,
    read: () => readBucket(client, name),
    [Symbol.asyncDispose]: async () => {
      client.destroy();
      await gateway[Symbol.asyncDispose]();
    },
  };
}

async function readBucket(client: S3Client, name: string): Promise<RepositoryContent> {
  const prefix = 'backups/';
  const files: string[] = [];
  let token: string | undefined;
  do {
    const ask = { Bucket: bucket, Prefix: prefix, ...(token !== undefined && { ContinuationToken: token }) };
    const page = await client.send(new ListObjectsV2Command(ask));
    files.push(...(page.Contents ?? []).map(({ Key = '' }) => Key.slice(prefix.length)));
    token = page.NextContinuationToken;
  } while (token !== undefined);
  const texts = new Map<string, string>();
  for (const file of files.filter((each) => each.endsWith('/manifest.json'))) {
    const object = await client.send(new GetObjectCommand({ Bucket: bucket, Key: prefix + file }));
    texts.set(file, (await object.Body?.transformToString()) ?? '');
  }
  return contentOf(files, texts, name);
}
