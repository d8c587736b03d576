import { createHash } from 'node:crypto';
import type { LocalFiles } from '../../src/snapshot/files.ts';

/** A disk that outlives the process in a test: open `memoryFiles` over it again and you have restarted. */
export type MemoryFolder = Map<string, Uint8Array>;

/** Files in memory, with no wait but a microtask's, so that a simulation over them is deterministic. */
export function memoryFiles(folder: MemoryFolder): LocalFiles {
  const existing = (path: string): Uint8Array => {
    const bytes = folder.get(path);
    if (bytes === undefined) throw Object.assign(new Error(`no file '${path}'`), { code: 'ENOENT' });
    return bytes;
  };
  return {
    write: async (path, bytes) => void folder.set(path, bytes.slice()),
    read: async (path) => folder.get(path),
    append: async (path, bytes) =>
      void folder.set(path, Buffer.concat([folder.get(path) ?? new Uint8Array(), bytes])),
    sizeBytes: async (path) => folder.get(path)?.length,
    list: async (path) => {
      const below = [...folder.keys()].filter((key) => key.startsWith(`${path}/`));
      return [...new Set(below.map((key) => key.slice(path.length + 1).split('/', 1)[0] as string))].sort();
    },
    makeFolder: async () => undefined,
    remove: async (path) => {
      for (const key of folder.keys()) if (key === path || key.startsWith(`${path}/`)) folder.delete(key);
    },
    receive: async (path, chunks, signal) => {
      const parts: Uint8Array[] = [];
      for await (const chunk of chunks) {
        signal.throwIfAborted();
        parts.push(chunk.slice());
      }
      const bytes = Buffer.concat(parts);
      folder.set(path, bytes);
      return bytes.length;
    },
    sha256: async (path, signal) => {
      signal.throwIfAborted();
      return createHash('sha256').update(existing(path)).digest('hex');
    },
    body: (path) => ({ kind: 'bytes', bytes: existing(path) }),
  };
}
