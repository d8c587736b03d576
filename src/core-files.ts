import { existsSync, writeFileSync } from 'node:fs';
import type { Log } from './base/log.ts';

/** What the kernel writes of this process's memory should it crash; see core(5). */
const filterFile = '/proc/self/coredump_filter';
/** The heads of loaded libraries, which tell a debugger their versions; no heap, no stack, no buffer. */
const headsOnly = '0x10';

/**
 * Keeps passwords and keys, which a running server has in its memory, out of core files. On systems without that setting
 * core files are the operator's to forbid (docs/operations.md).
 */
export function keepMemoryOutOfCores(log: Log, file: string = filterFile): void {
  if (!existsSync(file)) return;
  try {
    writeFileSync(file, headsOnly);
  } catch (error) {
    log.warn('core_files_hold_memory', { file, reason: String(error) });
  }
}
