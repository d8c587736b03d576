import { readFileSync } from 'node:fs';

/** Milliseconds that a process has computed since it began, in all its threads; NaN where Linux does not count them. */
export function cpuMs(pid: number): number {
  return ticksMs(pid, 11);
}

/** The same of the programs that this process has started and that have ended. */
export function endedProgramsCpuMs(): number {
  return ticksMs(process.pid, 13);
}

/** proc(5): of utime, stime, cutime and cstime two that follow each other, in ticks of 10 ms. */
function ticksMs(pid: number, at: number): number {
  if (process.platform !== 'linux') return Number.NaN;
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[at]) + Number(fields[at + 1])) * 10;
}
