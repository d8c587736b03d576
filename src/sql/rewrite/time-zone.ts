import { SqlError } from '../../base/sql-error.ts';
import type { RewriteContext } from './context.ts';
import { duckdbText } from '../duckdb-quote.ts';
import { wallClockMs } from '../wall-clock.ts';

/** A zone of MySQL: an offset from UTC in minutes, or a name of the IANA database. */
export type TimeZone =
  Readonly<{ kind: 'offset'; minutes: number }> | Readonly<{ kind: 'named'; name: string }>;

const offsetForm = /^([+-])(\d{1,2}):(\d{2})$/;
/** MySQL 8.0.19 and later: offsets reach from -13:59 to +14:00. */
const offsetMinutesMax = 14 * 60;

/** Reads the value of `time_zone`; `undefined` for what is none. SYSTEM is the process's own zone. */
export function parseTimeZone(text: string): TimeZone | undefined {
  if (/^(utc|gmt)$/i.test(text)) return { kind: 'offset', minutes: 0 };
  if (/^system$/i.test(text)) return parseTimeZone(new Intl.DateTimeFormat().resolvedOptions().timeZone);
  const match = offsetForm.exec(text);
  if (match !== null) {
    const minutes = (Number(match[2]) * 60 + Number(match[3])) * (match[1] === '-' ? -1 : 1);
    return minutes <= offsetMinutesMax && minutes > -offsetMinutesMax
      ? { kind: 'offset', minutes }
      : undefined;
  }
  try {
    return {
      kind: 'named',
      name: new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone,
    };
  } catch {
    return undefined;
  }
}

/** The session's zone. */
export function sessionZone(context: RewriteContext): TimeZone {
  const text = String(context.variable('time_zone') ?? 'SYSTEM');
  const zone = parseTimeZone(text);
  if (zone === undefined)
    throw new SqlError('unknown_time_zone', `Unknown or incorrect time zone: '${text}'`);
  return zone;
}

/** DuckDB's TIMESTAMP in `zone` from one in UTC. */
export function fromUtc(sql: string, zone: TimeZone): string {
  if (zone.kind === 'offset') return zone.minutes === 0 ? sql : `(${sql} + to_minutes(${zone.minutes}))`;
  return `timezone(${duckdbText(zone.name)}, timezone('UTC', ${sql}))`;
}

/** DuckDB's TIMESTAMP in UTC from one in `zone`. */
export function toUtc(sql: string, zone: TimeZone): string {
  if (zone.kind === 'offset') return zone.minutes === 0 ? sql : `(${sql} - to_minutes(${zone.minutes}))`;
  return `timezone('UTC', timezone(${duckdbText(zone.name)}, ${sql}))`;
}

/** `yyyy-MM-dd HH:mm:ss.SSS` of a moment in a zone. */
export function zonedText(timeMs: number, zone: TimeZone): string {
  const shifted = timeMs + offsetMs(timeMs, zone);
  return new Date(shifted).toISOString().replace('T', ' ').replace('Z', '');
}

function offsetMs(timeMs: number, zone: TimeZone): number {
  if (zone.kind === 'offset') return zone.minutes * 60_000;
  return wallClockMs(timeMs, zone.name) - Math.floor(timeMs / 1000) * 1000;
}
