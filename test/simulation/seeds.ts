import { readFileSync } from 'node:fs';

/** `<seed> <simulation> <what it found>` */
const linePattern = /^(\d+)\s+(\S+)/;

/**
 * The seeds of a simulation: those that once found a mistake in it (`seeds.txt`), then a range of fixed ones. `SEED=41
 * RUNS=1` repeats one alone; `RUNS=20000` runs more.
 */
export function seedsOf(
  simulation: string,
  runsDefault: number,
): Readonly<{ seeds: readonly number[]; runs: number }> {
  const first = Number(process.env['SEED'] ?? 1);
  const runs = Number(process.env['RUNS'] ?? runsDefault);
  const range = Array.from({ length: runs }, (_, index) => first + index);
  if (process.env['SEED'] !== undefined) return { seeds: range, runs };
  const lines = readFileSync(new URL('seeds.txt', import.meta.url), 'utf8').split('\n');
  const found = lines.flatMap((line) => {
    const [, seed, name] = linePattern.exec(line) ?? [];
    return name === simulation ? [Number(seed)] : [];
  });
  return { seeds: [...new Set([...found, ...range])], runs };
}
