import { enableCompileCache, flushCompileCache } from 'node:module';
import path from 'node:path';
import { setFlagsFromString } from 'node:v8';

/**
 * Beside the code and not in the temporary folder that Node would take: what lies there is run as our code, so only
 * those may write it who may write the code itself.
 */
const cacheFolderDefault = path.join(import.meta.dirname, '..', 'node_modules', '.cache', 'holdfast');

/**
 * Loading modules makes much garbage that V8 answers with a larger young generation, which an idle server would keep:
 * 14 MB. It does not grow between these two calls, and as V8 decides (its default is 2) after them.
 */
const growthWhileStarting = 1;
const growthAfterwards = 2;

/**
 * Threads of libuv. A statement of the embedded engine holds one while it runs, as a file that is read or a password
 * that is hashed does: with libuv's four, four slow queries would stop every file operation of the server.
 */
const threadsMin = 32;

/**
 * How DuckDB's allocator keeps freed memory: in one place instead of several for each core, and not for ten seconds but
 * not at all. By its own measure DuckDB keeps its limit; with the allocator's defaults the process holds twice as much
 * (docs/decisions/0013-memory.md). Read when the library is loaded.
 */
const engineAllocator = 'narenas:1,dirty_decay_ms:0,muzzy_decay_ms:0';

/**
 * Called before any module is imported that is to be kept: modules are taken from the cache of compiled code, free of
 * types already, so that neither the TypeScript stripper's work nor its memory is needed. Without a folder that can
 * be written, everything works and is compiled each time.
 */
export function beginStart(cacheFolder: string = cacheFolderDefault): void {
  enableCompileCache(cacheFolder);
  setFlagsFromString(`--semi-space-growth-factor=${growthWhileStarting}`);
  // oxlint-disable-next-line node/no-process-env -- libuv reads it nowhere else, when the first thread is needed
  process.env['UV_THREADPOOL_SIZE'] ??= String(threadsMin);
  // oxlint-disable-next-line node/no-process-env -- the allocator reads it nowhere else
  process.env['DUCKDB_JE_MALLOC_CONF'] ??= engineAllocator;
}

/** Called when the process is ready: what it has compiled is kept for the next start, however this one ends. */
export function endStart(): void {
  flushCompileCache();
  setFlagsFromString(`--semi-space-growth-factor=${growthAfterwards}`);
}
