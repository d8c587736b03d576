import { AsyncLocalStorage } from 'node:async_hooks';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export type LogFields = Readonly<Record<string, string | number | bigint | boolean | undefined>>;

/** One structured line per event, for an operator. Neither names nor texts carry secrets. */
export interface Log {
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}

/** A field longer than this is cut, so that one hostile statement cannot fill the disk with one line. */
const fieldLengthMax = 2_000;
const levels: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

/** What the lines of one piece of work have in common: stores and sources that many jobs share cannot know it. */
const common = new AsyncLocalStorage<LogFields>();

/** Every line that `work` causes, at once or later, carries these fields, besides those of the work around it. */
export function withLogFields<T>(fields: LogFields, work: () => T): T {
  return common.run({ ...common.getStore(), ...fields }, work);
}

/** Writes JSON lines through `write`, dropping what lies below `level`. `now` stamps the lines, in ms. */
export function jsonLog(level: LogLevel, write: (line: string) => void, now: () => number): Log {
  const lowest = levels.indexOf(level);
  const emit = (at: LogLevel, event: string, fields: LogFields = {}): void => {
    if (levels.indexOf(at) < lowest) return;
    const line: Record<string, unknown> = { time: new Date(now()).toISOString(), level: at, event };
    for (const [name, value] of Object.entries({ ...common.getStore(), ...fields }))
      line[name] = printable(value);
    write(`${JSON.stringify(line)}\n`);
  };
  return {
    debug: (event, fields) => emit('debug', event, fields),
    info: (event, fields) => emit('info', event, fields),
    warn: (event, fields) => emit('warn', event, fields),
    error: (event, fields) => emit('error', event, fields),
  };
}

/** A log that keeps nothing, for tests and for tools that print their own words. */
export const silentLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

function printable(value: LogFields[string]): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'string' && value.length > fieldLengthMax) return `${value.slice(0, fieldLengthMax)}…`;
  return value;
}
