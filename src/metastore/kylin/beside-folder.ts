import path from 'node:path';
import { besideOf, besideTables } from './beside.ts';
import { DiskThread } from './disk-thread.ts';
import { filesBelow, readFiles } from './folder-source.ts';
import { isFolder } from './detect.ts';
import type { ResourceSource } from './resource.ts';

const ending = '.json';

/** What lies beside `core_meta` in the root of a backup of C. */
export type BesideFolder = AsyncDisposable &
  Readonly<{ read: NonNullable<ResourceSource['beside']>; count: number }>;

/** Looks for the folders of Kylin's other tables; the archives that its REST interface puts there are not read. */
export async function openBeside(root: string, signal: AbortSignal): Promise<BesideFolder> {
  const keys: string[] = [];
  for (const { folder } of besideTables) {
    if (!(await isFolder(path.join(root, folder)))) continue;
    const files = await filesBelow(path.join(root, folder), signal);
    const found = files
      .filter((file) => file.endsWith(ending))
      .map((file) => `${folder}/${file.slice(0, -ending.length)}`);
    keys.push(...found.filter((key) => besideOf(key) !== undefined).sort());
  }
  const thread = new DiskThread();
  return {
    count: keys.length,
    read: (project, inner) => {
      const wanted = keys.filter((key) => project === undefined || besideOf(key)?.project === project);
      return readFiles({ folder: root, generation: 'C', thread }, wanted, inner);
    },
    [Symbol.asyncDispose]: () => thread[Symbol.asyncDispose](),
  };
}
