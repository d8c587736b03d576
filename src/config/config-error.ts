/** One thing that is wrong, and where: a flag, a variable, or a place in the file. */
export type Mistake = Readonly<{ place: string; text: string }>;

/** Everything that is wrong with the arguments, the environment and the file, in one report. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly mistakes: readonly Mistake[];

  constructor(mistakes: readonly Mistake[]) {
    const count = mistakes.length === 1 ? 'a mistake' : `${mistakes.length} mistakes`;
    const lines = mistakes.map(({ place, text }) => `  ${place}: ${text}`);
    super([`${count} in the configuration:`, ...lines].join('\n'));
    this.mistakes = mistakes;
  }
}
