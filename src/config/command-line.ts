export const commands = ['serve', 'demo', 'metastore', 'doctor', 'support-bundle', 'keys'] as const;

/** `value` is undefined for a flag that was given none. */
export type Flag = Readonly<{ name: string; value: string | undefined }>;

export type CommandLine = Readonly<{
  /** The first argument, when it is no flag. */
  command: string | undefined;
  flags: readonly Flag[];
  /** Arguments that belong to no flag. */
  rest: readonly string[];
}>;

/** Flags that need no value: `--exit` says as much as `--exit=true`. */
export const switches: readonly string[] = [
  '--help',
  '-h',
  '--version',
  '--exit',
  '--require-secure-transport',
];

/** Splits arguments into command, flags (`--name value` or `--name=value`) and the rest. Knows no options. */
export function splitArguments(argv: readonly string[]): CommandLine {
  const [first] = argv;
  const command = first === undefined || first.startsWith('-') ? undefined : first;
  const flags: Flag[] = [];
  const rest: string[] = [];
  for (let at = command === undefined ? 0 : 1; at < argv.length; at++) {
    const argument = argv[at] ?? '';
    const equals = argument.indexOf('=');
    const next = argv[at + 1];
    if (!/^--?[A-Za-z]/.test(argument)) rest.push(argument);
    else if (equals !== -1)
      flags.push({ name: argument.slice(0, equals), value: argument.slice(equals + 1) });
    else if (switches.includes(argument) || next === undefined || next.startsWith('--')) {
      flags.push({ name: argument, value: undefined });
    } else {
      flags.push({ name: argument, value: next });
      at += 1;
    }
  }
  return { command, flags, rest };
}
