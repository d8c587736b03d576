import { switches } from './command-line.ts';
import { type NamedOption, namedOptions, variablePrefix } from './option-names.ts';

const commandHelp: readonly (readonly [command: string, about: string])[] = [
  ['serve', 'run the server until SIGTERM or SIGINT; prints one line when it is ready'],
  ['demo [--exit]', 'show a backup and a restore on a server of its own; --exit ends after it'],
  ['metastore …', 'back up and restore the metadata; see holdfast metastore'],
  ['doctor', 'check the configuration, the data folder and whether the server answers'],
];

/** The text of --help, from the same table that the options are read by. */
export function helpText(): string {
  const width = Math.max(...commandHelp.map(([command]) => command.length));
  return [
    'Usage: holdfast COMMAND [OPTION…]',
    '',
    'Commands:',
    ...commandHelp.map(([command, about]) => `  ${command.padEnd(width)}  ${about}`),
    '',
    'Options of serve, demo and doctor:',
    '  --config FILE',
    `      A YAML file of options, by the names of the variables below in lower case without ${variablePrefix}`,
    ...namedOptions.flatMap((named) => [
      `  ${usage(named)}`,
      `      ${named.option.about} (default: ${named.option.fallbackText})`,
    ]),
    '',
    '  --version, --help',
    '',
    `Each option can also be given in the environment, --listen as ${variablePrefix}LISTEN. Flags win over the`,
    'environment, the environment over the file. Passwords belong into the last two: others can see flags.',
    '',
  ].join('\n');
}

function usage({ flag, variable, option }: NamedOption): string {
  if (!option.isFlag) return variable;
  return switches.includes(flag) ? `${flag}[=${option.form}]` : `${flag} ${option.form}`;
}
