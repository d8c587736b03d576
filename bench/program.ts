import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';

const timeoutMs = 900_000;

/** A peer's program, run to its end with `input`'s file as its standard input. Fails when the program does. */
export async function runProgram(program: string, args: readonly string[], input?: string): Promise<void> {
  const from = input === undefined ? 'ignore' : openSync(input, 'r');
  try {
    const child = spawn(program, args, { stdio: [from, 'ignore', 'inherit'], timeout: timeoutMs });
    const [code] = await once(child, 'exit');
    if (code !== 0) throw new Error(`${program} failed`);
  } finally {
    if (from !== 'ignore') closeSync(from);
  }
}
