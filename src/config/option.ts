import path from 'node:path';
import { Secret } from '../base/secret.ts';

/** What became of a raw value: the value, or a mistake as the rest of the sentence that names its place. */
export type Reading<T> = Readonly<{ kind: 'value'; value: T }> | Readonly<{ kind: 'mistake'; text: string }>;

/** One option, wherever it is given: how its value is written, read, and explained. */
export type Option<T> = Readonly<{
  /** How a value looks, for the help: `HOST:PORT`. */
  form: string;
  about: string;
  fallback: T;
  /** The fallback as the help shows it. */
  fallbackText: string;
  /** Reads text (flags, environment) or what YAML makes of a value. */
  read: (raw: unknown) => Reading<T>;
  /** Never shown: not in reports of mistakes, and not by ADMIN SHOW FRONTEND CONFIG. */
  isSecret: boolean;
  /** False for what is a secret as a whole: every user of the machine could read a flag in the process list. */
  isFlag: boolean;
}>;

type About<T> = Readonly<{ about: string; fallback: T; fallbackText?: string }>;

export type Address = Readonly<{ host: string; port: number }>;

/** `host:port`, IPv6 hosts in brackets. Port 0 takes any free port. */
export function addressOption(options: About<Address>): Option<Address> {
  return {
    ...options,
    form: 'HOST:PORT',
    fallbackText: formatAddress(options.fallback),
    read: readAddress,
    isSecret: false,
    isFlag: true,
  };
}

/** An address, or undefined unless it is given. */
export function optionalAddressOption(
  about: Readonly<{ about: string; fallbackText: string }>,
): Option<Address | undefined> {
  return {
    ...about,
    form: 'HOST:PORT',
    fallback: undefined,
    read: readAddress,
    isSecret: false,
    isFlag: true,
  };
}

/** An address as `addressOption` reads it. */
export function formatAddress({ host, port }: Address): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

export type IntegerRange = Readonly<{ min: number; max: number }>;

export function integerOption(options: About<number> & IntegerRange): Option<number> {
  const { min, max, fallback, fallbackText = String(fallback) } = options;
  return {
    ...options,
    form: 'N',
    fallbackText,
    read: (raw) => readInteger(raw, { min, max }),
    isSecret: false,
    isFlag: true,
  };
}

/** Bytes: a number, or a number with KiB, MiB, GiB or TiB. */
export function bytesOption(options: About<number> & IntegerRange): Option<number> {
  const { min, max, fallback } = options;
  return {
    ...options,
    form: 'BYTES',
    fallbackText: formatBytes(fallback),
    read: (raw) => readBytes(raw, { min, max }),
    isSecret: false,
    isFlag: true,
  };
}

export function booleanOption(options: About<boolean>): Option<boolean> {
  return {
    ...options,
    form: 'true|false',
    fallbackText: String(options.fallback),
    read: readBoolean,
    isSecret: false,
    isFlag: true,
  };
}

export function choiceOption<const T extends string>(choices: readonly T[], options: About<T>): Option<T> {
  return {
    ...options,
    form: choices.join('|'),
    fallbackText: options.fallback,
    read: (raw) => {
      const found = choices.find((choice) => choice === raw);
      return found === undefined ? mistake(`must be one of ${choices.join(', ')}`) : value(found);
    },
    isSecret: false,
    isFlag: true,
  };
}

/** A text of the form that `pattern` and `rule` describe. */
export function textOption(
  options: About<string> & Readonly<{ form: string; pattern: RegExp; rule: string }>,
): Option<string> {
  const { pattern, rule, fallback, fallbackText = fallback } = options;
  return {
    ...options,
    fallbackText,
    read: (raw) => (typeof raw === 'string' && pattern.test(raw) ? value(raw) : mistake(`must be ${rule}`)),
    isSecret: false,
    isFlag: true,
  };
}

/** A file or folder; a relative one starts from the working directory. */
export function pathOption<T extends string | undefined>(
  options: About<T> & { form: string },
): Option<T | string> {
  const { fallback, fallbackText = fallback ?? 'none' } = options;
  return { ...options, fallbackText, read: readPath, isSecret: false, isFlag: true };
}

/** A list of absolute folders: a list in YAML, else joined as in PATH. */
export function foldersOption(options: About<readonly string[]>): Option<readonly string[]> {
  const { fallbackText = options.fallback.join(path.delimiter) } = options;
  return {
    ...options,
    form: `FOLDER[${path.delimiter}FOLDER…]`,
    fallbackText,
    read: readFolders,
    isSecret: false,
    isFlag: true,
  };
}

/** A text that must not be seen, of the form that `pattern` and `rule` describe. */
export function secretOption(
  options: Readonly<{
    form: string;
    about: string;
    fallbackText: string;
    pattern: RegExp;
    rule: string;
    isFlag: boolean;
  }>,
): Option<Secret | undefined> {
  const { pattern, rule } = options;
  return {
    ...options,
    fallback: undefined,
    read: (raw) =>
      typeof raw === 'string' && pattern.test(raw) ? value(new Secret(raw)) : mistake(`must be ${rule}`),
    isSecret: true,
  };
}

/** Reads a whole number in decimal digits. */
function readInteger(raw: unknown, { min, max }: IntegerRange): Reading<number> {
  const number = typeof raw === 'string' && /^-?\d{1,15}$/.test(raw) ? Number(raw) : raw;
  const isWhole = typeof number === 'number' && Number.isSafeInteger(number);
  if (isWhole && number >= min && number <= max) return value(number);
  return mistake(`must be a whole number from ${min} to ${max}`);
}

function readAddress(raw: unknown): Reading<Address> {
  const { ipv6, host, port } =
    (typeof raw === 'string'
      ? /^(?:\[(?<ipv6>[0-9a-fA-F:.%]+)\]|(?<host>[A-Za-z0-9._-]+)):(?<port>\d{1,5})$/.exec(raw)
      : null
    )?.groups ?? {};
  const name = ipv6 ?? host;
  if (name === undefined || Number(port) > 65_535)
    return mistake('must be HOST:PORT, such as 127.0.0.1:9030 or [::1]:9030');
  return value({ host: name, port: Number(port) });
}

const byteUnits: Readonly<Record<string, number>> = {
  '': 1,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};

function readBytes(raw: unknown, { min, max }: IntegerRange): Reading<number> {
  const { count, unit } = /^(?<count>\d{1,15}) ?(?<unit>|[KMGT]iB)$/.exec(String(raw))?.groups ?? {};
  const bytes = Number(count) * (byteUnits[unit ?? ''] ?? Number.NaN);
  if (bytes >= min && bytes <= max) return value(bytes);
  return mistake(`must be from ${formatBytes(min)} to ${formatBytes(max)}`);
}

function formatBytes(bytes: number): string {
  const fits = Object.entries(byteUnits).filter(([, size]) => bytes > 0 && bytes % size === 0);
  const [unit, size] = fits.at(-1) ?? ['', 1];
  return unit === '' ? `${bytes}` : `${bytes / size}${unit}`;
}

function readBoolean(raw: unknown): Reading<boolean> {
  if (raw === true || raw === 'true') return value(true);
  if (raw === false || raw === 'false') return value(false);
  return mistake('must be true or false');
}

function readPath(raw: unknown): Reading<string> {
  if (typeof raw !== 'string' || raw === '' || raw.includes('\0')) return mistake('must be a path');
  return value(path.resolve(raw));
}

function readFolders(raw: unknown): Reading<readonly string[]> {
  const folders: readonly unknown[] =
    typeof raw === 'string' ? raw.split(path.delimiter) : Array.isArray(raw) ? raw : [];
  const absolute = folders.filter((folder) => typeof folder === 'string' && path.isAbsolute(folder));
  if (absolute.length === 0 || absolute.length < folders.length) return mistake('must be absolute folders');
  return value(absolute.map((folder) => path.normalize(String(folder))));
}

function value<T>(value: T): Reading<T> {
  return { kind: 'value', value };
}

function mistake(text: string): Reading<never> {
  return { kind: 'mistake', text };
}
