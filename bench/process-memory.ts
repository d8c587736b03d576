import { readFileSync, writeFileSync } from 'node:fs';

/** Memory of a process in bytes as Linux counts it; undefined elsewhere. */
export type ProcessMemory = Readonly<{ now: number; peak: number }>;

/** Begins a new peak, so that the next reading is about what happens from now on. */
export function resetPeak(pid: number): void {
  // proc(5), /proc/pid/clear_refs: 5 resets the peak resident set size.
  if (process.platform === 'linux') writeFileSync(`/proc/${pid}/clear_refs`, '5');
}

/** Resident memory now and at its peak since the process began or `resetPeak`. */
export function readMemory(pid: number): ProcessMemory | undefined {
  if (process.platform !== 'linux') return undefined;
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const bytes = (field: string): number =>
    Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) * 1024;
  return { now: bytes('VmRSS'), peak: bytes('VmHWM') };
}
