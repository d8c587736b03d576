/**
 * Puts files into a repository's place as a backup does: hashed first, four at once, conditionally. A program of its own,
 * so that it is measured as the peers are, its start included. Arguments: location, properties as JSON, files.
 */
import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { mapBounded } from '../src/base/bounded.ts';
import { blobKey } from '../src/repository/key.ts';
import { openStore } from '../src/repository/open-store.ts';
import { storeParts } from '../test/support/store-parts.ts';

/** The usual number of workers of a repository, and the memory that the server gives to parts. */
const filesAtOnce = 4;
const memoryBytesMax = 96 * 1024 * 1024;

const [location = '', properties = '{}', ...files] = process.argv.slice(2);
const { signal } = new AbortController();
const known = new Map(Object.entries(JSON.parse(properties) as Record<string, string>));
await using store = await openStore(location, known, storeParts({ memoryBytesMax }));
await mapBounded(files, filesAtOnce, put, signal);

async function put(path: string): Promise<void> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  const sha256 = hash.digest('hex');
  const key = blobKey(`blobs/${sha256.slice(0, 2)}/${sha256}.parquet`);
  const body = { kind: 'file', path, sizeBytes: statSync(path).size } as const;
  await store.put(key, body, { ifAbsent: true, sha256 }, signal);
}
