import path from 'node:path';
import type { Services } from './dispatch/services.ts';
import type { JobSettings } from './job/tools.ts';
import type { LocalFiles } from './snapshot/files.ts';
import { type FileDecoder, verifySnapshot } from './snapshot/verification.ts';
import { decodeFile } from './source/duckdb/files/decode-file.ts';
import type { Engine } from './source/duckdb/engine/engine.ts';

/** What VERIFY SNAPSHOT runs. Each look has a folder of its own; those of an earlier process are removed. */
export async function snapshotVerifier(
  engine: Engine,
  files: LocalFiles,
  settings: () => JobSettings,
): Promise<Services['verifySnapshot']> {
  const all = path.join(engine.stagingFolder, 'verify');
  await files.remove(all);
  const decode: FileDecoder = (file, signal) => decodeFile(engine, file, signal);
  return async function* verify(place, manifest, full, signal) {
    const folder = path.join(all, crypto.randomUUID());
    const blobsAtOnce = place.limits().downloadWorkerCount || settings().downloadWorkerCount;
    const parts = { place, manifest, files, folder, blobsAtOnce, ...(full && { decode }) };
    try {
      yield* verifySnapshot(parts, signal);
    } finally {
      await files.remove(folder);
    }
  };
}
