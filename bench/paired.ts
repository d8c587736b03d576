import { readMemory, resetPeak } from './process-memory.ts';
import { mebibytes, median, milliseconds, printTable, timed } from './report.ts';

/** One side of a comparison. `work` is measured; `before` and `after` are not. */
export type Side = Readonly<{
  name: string;
  /** The process whose peak memory is reported. */
  pid: number;
  before: (round: number) => Promise<void>;
  work: (round: number) => Promise<void>;
  /** Bytes that `work` has written, if that is to be compared; removes what it has made. */
  after: (round: number) => Promise<number | undefined>;
}>;

type Sample = Readonly<{
  durationMs: number;
  peakBytes: number | undefined;
  writtenBytes: number | undefined;
}>;

/**
 * Runs the sides in turns, `rounds` times after one round that is not counted, and prints medians and the ratio of
 * the first side to each other: above 1 the first is faster.
 */
export async function comparePaired(sides: readonly Side[], rounds: number): Promise<void> {
  const samples = new Map<Side, Sample[]>(sides.map((side) => [side, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const side of sides) {
      const sample = await measure(side, round);
      if (round > 0) samples.get(side)?.push(sample);
    }
  }
  const [first, ...others] = [...samples.entries()];
  printTable(
    ['side', 'median', 'least', 'most', 'peak memory', 'written'],
    [...samples].map(([side, own]) => row(side, own)),
  );
  for (const [other, theirs] of others) {
    const ratios = theirs.map(
      ({ durationMs }, at) => durationMs / (first?.[1][at]?.durationMs ?? Number.NaN),
    );
    const range = `${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}`;
    console.log(
      `speed of ${first?.[0].name} against ${other.name}: ${median(ratios).toFixed(2)} (${range}, ${rounds} pairs)`,
    );
  }
}

async function measure(side: Side, round: number): Promise<Sample> {
  await side.before(round);
  resetPeak(side.pid);
  const durationMs = await timed(() => side.work(round));
  const peakBytes = readMemory(side.pid)?.peak;
  return { durationMs, peakBytes, writtenBytes: await side.after(round) };
}

function row(side: Side, samples: readonly Sample[]): readonly string[] {
  const times = samples.map(({ durationMs }) => durationMs);
  const peaks = samples.flatMap(({ peakBytes }) => peakBytes ?? []);
  const written = samples.flatMap(({ writtenBytes }) => writtenBytes ?? []);
  return [
    side.name,
    milliseconds(median(times)),
    milliseconds(Math.min(...times)),
    milliseconds(Math.max(...times)),
    peaks.length === 0 ? 'unknown' : mebibytes(Math.max(...peaks)),
    written.length === 0 ? '' : mebibytes(median(written)),
  ];
}
