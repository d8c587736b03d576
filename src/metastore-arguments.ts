import path from 'node:path';
import { ConfigError } from './config/config-error.ts';
import type { Config } from './config/config.ts';
import { parseArguments } from './config/load.ts';

/** What `holdfast metastore` is asked to do. Folders are absolute. */
export type MetastoreRequest = Readonly<{ config: Config; home: string; user: string; store?: string }> &
  /** With a repository a `folder` is the name of a backup in it. */
  Readonly<{ command: MetastoreCommand; repository?: string }>;

export type MetastoreCommand =
  | Readonly<{ kind: 'backup'; level: 'system' | 'project' | 'cube'; name: string; folder?: string }>
  | Readonly<{
      kind: 'restore';
      level: 'system' | 'project' | 'cube';
      name: string;
      folder: string;
      afterTruncate: boolean;
      force: boolean;
    }>
  | Readonly<{ kind: 'list' | 'cat'; name: string }>
  | Readonly<{ kind: 'fetch'; name: string; folder?: string }>
  | Readonly<{ kind: 'migrate'; folder: string; to?: string }>
  | Readonly<{ kind: 'verify'; folder: string }>;

const metastoreUsage: string = [
  'Usage: metastore.sh COMMAND [ARGUMENT…]',
  '',
  '  backup [DIR]                                  all metadata, into a new folder below DIR or meta_backups',
  '  backup-project PROJECT [DIR]                  one project',
  '  backup-cube CUBE DIR                          one cube (Kylin 5: model), without segments; ours: DATABASE.VIEW',
  '  restore DIR [--after-truncate]                DIR is the folder of one backup',
  '  restore-project PROJECT DIR [--after-truncate]',
  '  restore-cube PROJECT DIR                      every cube in the backup of that project',
  '  list FOLDER                                   keys that begin with FOLDER',
  '  cat KEY                                       one resource',
  '  fetch KEY [DIR]                               one resource into a new folder below DIR or meta_fetch',
  '  verify DIR                                    whether a restore would take the backup',
  '  migrate DIR [TARGET]                          a backup of Kylin 5.0-alpha as one of 5.0, below TARGET or meta_backups',
  '',
  'Options, before the command:',
  '  --store NAME      a metastore of CREATE METADATA STORE in the place of Holdfast’s own',
  '  --repository NAME backup goes into a repository, without DIR; for restore and verify DIR is a name in it',
  '  --force           with restore: do what a safety rule refuses',
  '  --user NAME       root when absent; the password comes from HOLDFAST_ROOT_PASSWORD',
  '  --home FOLDER     holds meta_backups; the folder around the data folder when absent',
  '  --listen, --data, --config as for serve: where the server is. Without a server the metadata is opened here.',
  '',
  'Exit codes: 0 done, 1 failed, 2 wrong arguments, 3 refused by a safety rule.',
].join('\n');

const ownOptions: readonly string[] = ['--store', '--repository', '--user', '--home'];
const serverOptions: readonly string[] = ['--listen', '--data', '--config'];

/** Reads Kylin's and Kyligence's arguments, strictly. Throws ConfigError. `cwd` is what relative folders are meant in. */
export function readMetastoreArguments(
  argv: readonly string[],
  cwd: string,
  environment?: Parameters<typeof parseArguments>[1],
): MetastoreRequest {
  const { own, server, force, rest } = split(argv);
  const parsed = parseArguments(['serve', ...server], environment);
  if (parsed.kind !== 'serve') throw usage('has no such option');
  const { config } = parsed;
  const store = own.get('--store');
  const repository = own.get('--repository');
  return {
    config,
    home: path.resolve(cwd, own.get('--home') ?? path.dirname(config.data)),
    user: own.get('--user') ?? 'root',
    ...(store !== undefined && { store }),
    ...(repository !== undefined && { repository }),
    command: readCommand(rest, force, repository === undefined ? cwd : undefined),
  };
}

type Split = Readonly<{
  own: ReadonlyMap<string, string>;
  server: readonly string[];
  force: boolean;
  rest: readonly string[];
}>;

/** Options stand before the command; what follows it is the command's, as Kylin has it. */
function split(argv: readonly string[]): Split {
  const own = new Map<string, string>();
  const server: string[] = [];
  let force = false;
  let at = 0;
  for (; at < argv.length && argv[at]?.startsWith('--') === true; at++) {
    const option = argv[at] ?? '';
    const value = argv[at + 1];
    if (option === '--force') force = true;
    else if (value === undefined || ![...ownOptions, ...serverOptions].includes(option))
      throw usage(`cannot use ${option}`);
    else {
      if (ownOptions.includes(option)) own.set(option, value);
      else server.push(option, value);
      at += 1;
    }
  }
  return { own, server, force, rest: argv.slice(at) };
}

/** Without `cwd` folders are names of backups in a repository. */
function readCommand(
  [word = '', ...given]: readonly string[],
  force: boolean,
  cwd: string | undefined,
): MetastoreCommand {
  const afterTruncate = word.startsWith('restore') && given.at(-1) === '--after-truncate';
  const args = afterTruncate ? given.slice(0, -1) : given;
  const [least, most] = (cwd === undefined ? countsInRepository : counts)[word] ?? [];
  if (least === undefined || most === undefined)
    throw usage(word === '' ? 'needs a command' : `knows no command '${word}'`);
  if (args.length < least || args.length > most || args.includes(''))
    throw usage(`${word} takes other arguments`);
  const [first = '', second] = args;
  const folderOf = (folder: string): string => (cwd === undefined ? folder : path.resolve(cwd, folder));
  const optional = (folder: string | undefined): { folder?: string } =>
    folder === undefined ? {} : { folder: folderOf(folder) };
  const restore = (level: 'system' | 'project' | 'cube', name: string, folder: string): MetastoreCommand => ({
    kind: 'restore',
    level,
    name,
    folder: folderOf(folder),
    afterTruncate,
    force,
  });
  switch (word) {
    case 'backup':
      return { kind: 'backup', level: 'system', name: '', ...optional(args[0]) };
    case 'backup-project':
      return { kind: 'backup', level: 'project', name: first, ...optional(second) };
    case 'backup-cube':
      return { kind: 'backup', level: 'cube', name: first, ...optional(second) };
    case 'restore':
      return restore('system', '', first);
    case 'restore-project':
      return restore('project', first, second ?? '');
    case 'restore-cube':
      return restore('cube', first, second ?? '');
    case 'list':
    case 'cat':
      return { kind: word, name: first };
    case 'fetch':
      return { kind: 'fetch', name: first, ...optional(second) };
    case 'migrate':
      return {
        kind: 'migrate',
        folder: folderOf(first),
        ...(second !== undefined && { to: folderOf(second) }),
      };
    default:
      return { kind: 'verify', folder: folderOf(first) };
  }
}

/** How many arguments each command takes, at least and at most. */
const counts: Readonly<Record<string, readonly [least: number, most: number]>> = {
  backup: [0, 1],
  'backup-project': [1, 2],
  'backup-cube': [2, 2],
  restore: [1, 1],
  'restore-project': [2, 2],
  'restore-cube': [2, 2],
  list: [1, 1],
  cat: [1, 1],
  fetch: [1, 2],
  migrate: [1, 2],
  verify: [1, 1],
};

const countsInRepository: typeof counts = {
  backup: [0, 0],
  'backup-project': [1, 1],
  'backup-cube': [1, 1],
  restore: [1, 1],
  'restore-project': [2, 2],
  'restore-cube': [2, 2],
  verify: [1, 1],
};

function usage(text: string): ConfigError {
  return new ConfigError([{ place: 'metastore', text: `${text}\n\n${metastoreUsage}` }]);
}
