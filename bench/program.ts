import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { endedProgramsCpuMs } from './process-cpu.ts';
import { readMemory } from './process-memory.ts';

const timeoutMs = 900_000;
const lookEveryMs = 20;

export type ProgramOptions = Readonly<{
  /** A file that it reads as its standard input. */
  input?: string;
  /** Instead of ours. */
  environment?: NodeJS.ProcessEnv;
}>;

/** What a program took; `peakBytes` without those that it has started itself. */
export type ProgramCost = Readonly<{ durationMs: number; cpuMs: number; peakBytes: number }>;

/** Runs a peer's program to its end. Fails when the program does. */
export async function runProgram(
  program: string,
  args: readonly string[],
  { input, environment }: ProgramOptions = {},
): Promise<ProgramCost> {
  const from = input === undefined ? 'ignore' : openSync(input, 'r');
  try {
    const cpuBefore = endedProgramsCpuMs();
    const startedAt = performance.now();
    const child = spawn(program, args, {
      env: environment,
      stdio: [from, 'ignore', 'inherit'],
      timeout: timeoutMs,
    });
    let peakBytes = 0;
    const looking = setInterval(() => {
      peakBytes = Math.max(peakBytes, peakOf(child.pid));
    }, lookEveryMs);
    const [exitCode] = (await once(child, 'close').finally(() => clearInterval(looking))) as [number | null];
    if (exitCode !== 0) throw new Error(`${program} ended with ${exitCode}`);
    const durationMs = performance.now() - startedAt;
    return { durationMs, cpuMs: endedProgramsCpuMs() - cpuBefore, peakBytes };
  } finally {
    if (from !== 'ignore') closeSync(from);
  }
}

/** 0 for a program that has just ended: then it has no memory any more, or is gone. */
function peakOf(pid: number | undefined): number {
  try {
    const peak = pid === undefined ? undefined : readMemory(pid)?.peak;
    return peak === undefined || Number.isNaN(peak) ? 0 : peak;
  } catch (error) {
    if (error instanceof Error && 'code' in error && ['ENOENT', 'ESRCH'].includes(String(error.code)))
      return 0;
    throw error;
  }
}
