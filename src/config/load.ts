import { readFileSync } from 'node:fs';
import path from 'node:path';
import { assert } from '../base/assert.ts';
import { nearestName } from '../base/nearest.ts';
import { commands, type Flag, splitArguments, switches, type CommandLine } from './command-line.ts';
import { ConfigError, type Mistake } from './config-error.ts';
import { readConfigText } from './config-file.ts';
import { type Config, serverOptions, type ServerOptions } from './config.ts';
import { helpText } from './help.ts';
import { namedOptions, type NamedOption, variablePrefix } from './option-names.ts';
import { type Address, formatAddress, type Option } from './option.ts';
import { settingNames, settings, type SettingValues } from './settings.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

const keysActions = ['rotate', 'forget'] as const;
export type KeysAction = (typeof keysActions)[number];

/** What the command line asks for. */
export type Command =
  | Readonly<{ kind: 'serve' | 'doctor'; config: Config }>
  | Readonly<{ kind: 'support_bundle'; config: Config; file: string }>
  | Readonly<{ kind: 'keys'; config: Config; action: KeysAction }>
  | Readonly<{ kind: 'demo'; config: Config; exit: boolean }>
  | Readonly<{ kind: 'metastore'; arguments: readonly string[] }>
  | Readonly<{ kind: 'version' }>
  | Readonly<{ kind: 'help'; text: string }>;

/**
 * Reads arguments (without node and script), environment and option file, strictly: a name that is not known or a
 * value that is not allowed anywhere is a mistake, also where another place wins. Throws ConfigError with all of
 * them. Flags win over the environment, the environment over the file, the file over defaults.
 */
export function parseArguments(argv: readonly string[], environment: Environment = process.env): Command {
  const line = splitArguments(argv);
  if (line.command === 'metastore') return { kind: 'metastore', arguments: argv.slice(1) };
  const isGiven = (...names: readonly string[]): boolean =>
    line.flags.some(({ name }) => names.includes(name));
  if (isGiven('--help', '-h') || line.command === 'help') return { kind: 'help', text: helpText() };
  if (isGiven('--version')) return { kind: 'version' };
  const report: Mistake[] = [];
  const given = new Given(report);
  checkCommand(line, report);
  readFile(configPath(line.flags, environment, report), given);
  readEnvironment(environment, given);
  readFlags(line, given);
  const config = configOf(given);
  report.push(...contradictions(config));
  if (report.length > 0) throw new ConfigError(report);
  return commandOf(line, config, isGiven('--exit'));
}

function commandOf({ command, rest: [operand = ''] }: CommandLine, config: Config, exit: boolean): Command {
  switch (command) {
    case 'demo':
      return { kind: 'demo', config, exit };
    case 'support-bundle':
      return { kind: 'support_bundle', config, file: path.resolve(operand) };
    case 'keys':
      return { kind: 'keys', config, action: operand === 'forget' ? 'forget' : 'rotate' };
    case 'doctor':
      return { kind: 'doctor', config };
    default:
      return { kind: 'serve', config };
  }
}

/** The values given so far; each place overwrites the ones before it. */
class Given {
  readonly #raw = new Map<Option<unknown>, unknown>();
  readonly #report: Mistake[];

  constructor(report: Mistake[]) {
    this.#report = report;
  }

  put({ option }: NamedOption, raw: unknown, place: string): void {
    const reading = option.read(raw);
    if (reading.kind === 'value') this.#raw.set(option, raw);
    else this.mistake(place, option.isSecret ? reading.text : `${shown(raw)} ${reading.text}`);
  }

  mistake(place: string, text: string): void {
    this.#report.push({ place, text });
  }

  /** A name that nobody knows, with the one that may be meant. */
  unknown(place: string, what: string, name: string, known: readonly string[]): void {
    const nearest = nearestName(name, known);
    this.mistake(place, nearest === undefined ? what : `${what}; did you mean ${nearest}?`);
  }

  valueOf<T>(option: Option<T>): T {
    if (!this.#raw.has(option)) return option.fallback;
    const reading = option.read(this.#raw.get(option));
    assert(reading.kind === 'value', 'a value that was accepted is refused');
    return reading.value;
  }
}

function checkCommand({ command, rest }: CommandLine, report: Mistake[]): void {
  const known: readonly string[] = commands;
  if (command === undefined) {
    report.push({
      place: 'command',
      text: `is missing: one of ${commands.join(', ')}; --help explains them`,
    });
  } else if (!known.includes(command)) {
    const nearest = nearestName(command, commands);
    const hint = nearest === undefined ? '--help lists them' : `did you mean ${nearest}?`;
    report.push({ place: command, text: `unknown command; ${hint}` });
  }
  const wanted = operandOf(command);
  const [operand] = rest;
  if (wanted !== undefined && (operand === undefined || !wanted.isFit(operand))) {
    report.push({ place: command ?? '', text: `needs ${wanted.form}` });
  }
  for (const argument of rest.slice(wanted === undefined ? 0 : 1)) {
    report.push({ place: argument, text: 'unexpected argument' });
  }
}

type Operand = Readonly<{ form: string; isFit: (text: string) => boolean }>;

/** What a command takes besides flags. */
function operandOf(command: string | undefined): Operand | undefined {
  const actions: readonly string[] = keysActions;
  switch (command) {
    case 'support-bundle':
      return { form: 'FILE, which must not be there yet', isFit: (text) => text !== '' };
    case 'keys':
      return { form: `one of ${actions.join(', ')}`, isFit: (text) => actions.includes(text) };
    default:
      return undefined;
  }
}

function configPath(flags: readonly Flag[], environment: Environment, report: Mistake[]): string | undefined {
  const flag = flags.findLast(({ name }) => name === '--config');
  if (flag?.value === '' || (flag !== undefined && flag.value === undefined)) {
    report.push({ place: '--config', text: 'needs a value: FILE' });
  }
  return (flag?.value ?? environment[`${variablePrefix}CONFIG`]) || undefined;
}

function readFile(file: string | undefined, given: Given): void {
  if (file === undefined) return;
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    given.mistake(file, `cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    return;
  }
  const { entries, mistakes } = readConfigText(text, file);
  for (const mistake of mistakes) given.mistake(mistake.place, mistake.text);
  const names = namedOptions.map(({ name }) => name);
  for (const { name, raw, place } of entries) {
    const option = namedOptions.find((candidate) => candidate.name === name);
    if (option === undefined) given.unknown(place, `unknown option '${name}'`, name, names);
    else given.put(option, raw, `${place} ${name}`);
  }
}

/** Where `bin/metastore.sh` finds data and backups: it passes them on as options. */
const homeVariable = `${variablePrefix}HOME`;

/** An empty variable counts as not there: container files cannot leave one out. */
function readEnvironment(environment: Environment, given: Given): void {
  const known = [...namedOptions.map(({ variable }) => variable), `${variablePrefix}CONFIG`, homeVariable];
  for (const [variable, text] of Object.entries(environment)) {
    if (!variable.startsWith(variablePrefix) || text === undefined) continue;
    const option = namedOptions.find((candidate) => candidate.variable === variable);
    if (!known.includes(variable)) given.unknown(variable, 'unknown variable', variable, known);
    else if (option !== undefined && text !== '') given.put(option, text, variable);
  }
}

function readFlags({ command, flags }: CommandLine, given: Given): void {
  const ownFlags = command === 'demo' ? ['--config', '--exit'] : ['--config'];
  const known = [...namedOptions.filter(({ option }) => option.isFlag).map(({ flag }) => flag), ...ownFlags];
  const seen = new Set<string>();
  for (const { name, value } of flags) {
    if (seen.has(name)) given.mistake(name, 'is given twice');
    seen.add(name);
    if (ownFlags.includes(name)) continue;
    const option = namedOptions.find((candidate) => candidate.flag === name);
    const raw = value ?? (switches.includes(name) ? 'true' : undefined);
    if (option === undefined) given.unknown(name, 'unknown flag', name, known);
    else if (!option.option.isFlag) given.mistake(name, secretFlagText(option));
    else if (raw === undefined) given.mistake(name, `needs a value: ${option.option.form}`);
    else given.put(option, raw, name);
  }
}

function secretFlagText({ variable }: NamedOption): string {
  return `would be seen by others in the process list: use ${variable} or the file`;
}

function configOf(given: Given): Config {
  const value = <Name extends keyof ServerOptions>(name: Name): ServerOptions[Name] =>
    given.valueOf(serverOptions[name]);
  return {
    listen: value('listen'),
    http: value('http'),
    metrics: value('metrics'),
    data: value('data'),
    metastore: value('metastore'),
    role: value('role'),
    nodeId: value('nodeId'),
    nodeGroup: value('nodeGroup'),
    metadataBackups: value('metadataBackups'),
    nodeHeartbeatMs: value('nodeHeartbeatMs'),
    nodeTimeoutMs: value('nodeTimeoutMs'),
    auditRowsMax: value('auditRowsMax'),
    source: value('source'),
    secretKey: value('secretKey'),
    rootPassword: value('rootPassword'),
    logLevel: value('logLevel'),
    logFile: value('logFile'),
    engineMemoryLimitMb: value('engineMemoryLimitMb'),
    engineThreads: value('engineThreads'),
    stagingBytesMax: value('stagingBytesMax'),
    maxConnections: value('maxConnections'),
    maxAllowedPacketBytes: value('maxAllowedPacketBytes'),
    waitTimeoutSeconds: value('waitTimeoutSeconds'),
    requireSecureTransport: value('requireSecureTransport'),
    allowedFilePaths: value('allowedFilePaths'),
    settings: settingsOf(given),
  };
}

function settingsOf(given: Given): SettingValues {
  const values = settingNames.map((name) => [name, given.valueOf(settings[name])] as const);
  // One entry for each name, which Object.fromEntries forgets.
  return Object.fromEntries(values) as SettingValues;
}

/** Values that are right each for itself, but not together. */
function contradictions(config: Config): readonly Mistake[] {
  const { listen, http, metrics, role, metastore, nodeHeartbeatMs, nodeTimeoutMs } = config;
  const found: Mistake[] = [];
  if (listen.port !== 0 && isSame(listen, http)) {
    found.push({ place: 'http', text: `${formatAddress(http)} is where MySQL clients connect already` });
  }
  if (metrics !== undefined && metrics.port !== 0 && isSame(metrics, listen)) {
    found.push({
      place: 'metrics',
      text: `${formatAddress(metrics)} is where MySQL clients connect already`,
    });
  }
  if (role !== 'all' && metastore === undefined) {
    found.push({ place: 'role', text: `'${role}' needs a metastore that nodes share: give metastore, too` });
  }
  if (nodeTimeoutMs < 2 * nodeHeartbeatMs) {
    const text = `${nodeTimeoutMs} must be at least twice node_heartbeat_ms, which is ${nodeHeartbeatMs}`;
    found.push({ place: 'node_timeout_ms', text });
  }
  return found;
}

function isSame(left: Address, right: Address): boolean {
  return left.port === right.port && left.host === right.host;
}

/** Longer values are cut in the report. */
const shownCharactersMax = 60;

function shown(raw: unknown): string {
  const text = typeof raw === 'string' ? `'${raw}'` : (JSON.stringify(raw) ?? String(raw));
  return text.length > shownCharactersMax ? `${text.slice(0, shownCharactersMax)}…` : text;
}
