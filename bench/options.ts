import { parseArgs } from 'node:util';

export type BenchOptions = Readonly<{
  /** Multiplies the rows. */
  scale: number;
  /** How often each side is measured. */
  rounds: number;
  /** Only the sets of data whose name has this in it, where a benchmark has several. */
  only: string;
}>;

/** Reads `name --scale N --rounds N --only TEXT`. Throws for anything else. */
export function parseOptions(
  argv: readonly string[],
): Readonly<{ name: string | undefined; options: BenchOptions }> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    options: {
      scale: { type: 'string', default: '1' },
      rounds: { type: 'string', default: '5' },
      only: { type: 'string', default: '' },
    },
    allowPositionals: true,
  });
  const [name] = positionals;
  const [scale, rounds] = [Number(values.scale), Number(values.rounds)];
  if (!(scale > 0)) throw new Error('--scale must be a number above 0');
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds must be a whole number from 1');
  return { name, options: { scale, rounds, only: values.only } };
}
