import { readFileSync } from 'node:fs';

/** What a process has computed since it began, in all its threads; proc(5): utime and stime in ticks of 10 ms. */
export function cpuMs(pid: number): number {
  if (process.platform !== 'linux') return Number.NaN;
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
