import { cpuMs } from './process-cpu.ts';
import { readMemory, resetPeak } from './process-memory.ts';
import { mebibytes, median, milliseconds, printTable, timed } from './report.ts';

/** One side of a comparison. `work` is measured; `before` and `after` are not. */
export type Side = Readonly<{
  name: string;
  /** The process whose peak memory and processor time are reported. */
  pid: number;
  before: (round: number) => Promise<void>;
  work: (round: number) => Promise<void>;
  /** Bytes that `work` has written, if that is to be compared; removes what it has made. */
  after: (round: number) => Promise<number | undefined>;
}>;

type Sample = Readonly<{
  durationMs: number;
  cpuMs: number;
  peakBytes: number | undefined;
  writtenBytes: number | undefined;
}>;

/**
 * Runs the sides in turns, `rounds` times after one round that is not counted, and prints medians and the ratio of
 * the first side to each other: above 1 the first is faster, or needs less of the processors.
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
    ['side', 'median', 'least', 'most', 'processor', 'peak memory', 'written'],
    [...samples].map(([side, own]) => row(side, own)),
  );
  for (const [other, theirs] of others) {
    const against = `of ${first?.[0].name} against ${other.name}`;
    const ours = first?.[1] ?? [];
    console.log(`speed ${against}: ${ratiosOf(theirs, ours, ({ durationMs }) => durationMs)}`);
    console.log(`processor time ${against}: ${ratiosOf(theirs, ours, (sample) => sample.cpuMs)}`);
  }
}

/** How often the first side's figure goes into the other's, pair by pair. */
function ratiosOf(
  theirs: readonly Sample[],
  ours: readonly Sample[],
  figure: (sample: Sample) => number,
): string {
  const ratios = theirs.map((sample, at) => {
    const own = ours[at];
    return own === undefined ? Number.NaN : figure(sample) / figure(own);
  });
  const range = `${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}`;
  return `${median(ratios).toFixed(2)} (${range}, ${ratios.length} pairs)`;
}

async function measure(side: Side, round: number): Promise<Sample> {
  await side.before(round);
  resetPeak(side.pid);
  const cpuBefore = cpuMs(side.pid);
  const durationMs = await timed(() => side.work(round));
  const cpu = cpuMs(side.pid) - cpuBefore;
  const peakBytes = readMemory(side.pid)?.peak;
  return { durationMs, cpuMs: cpu, peakBytes, writtenBytes: await side.after(round) };
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
    milliseconds(median(samples.map((sample) => sample.cpuMs))),
    peaks.length === 0 ? 'unknown' : mebibytes(Math.max(...peaks)),
    written.length === 0 ? '' : mebibytes(median(written)),
  ];
}
