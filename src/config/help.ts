import { switches } from './command-line.ts';
import { type NamedOption, namedOptions, variablePrefix } from './option-names.ts';

const commandHelp: readonly (readonly [command: string, about: string])[] = [
  ['serve', 'run the server until SIGTERM or SIGINT; prints one line when it is ready'],
  ['demo [--exit]', 'show a backup and a restore on a server of its own; --exit ends after it'],
  ['metastore …', 'back up and restore the metadata; see holdfast metastore'],
  ['doctor', 'check the data folder, disk, clock, server, repositories and the privileges on sources'],
  ['support-bundle FILE', 'write what helps to find a fault, without secrets, into a text file'],
  ['keys rotate', 'seal all stored credentials with a new key; the server must not run'],
  ['keys forget', 'forget the keys of before, with which old metadata backups are sealed'],
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
    'Options of all but metastore:',
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
