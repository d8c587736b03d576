import { analysisError } from './analysis.ts';

const units = ['SECOND', 'MINUTE', 'HOUR', 'DAY', 'WEEK', 'MONTH', 'QUARTER', 'YEAR'] as const;
type Unit = (typeof units)[number];

/** Years beyond this are a mistake: dates end somewhere. */
const countMax = 100_000;

/** A ttl of BACKUP, `7 DAY`, trimmed; undefined for a blank one, which keeps the snapshot for ever. */
export function checkedTtl(text: string): string | undefined {
  const trimmed = text.trim();
  if (trimmed === '') return undefined;
  const { count } = parse(trimmed);
  if (count <= 0) throw analysisError(`ttl must be a positive duration, but got: ${trimmed}`);
  return trimmed;
}

/** When a snapshot that was finished at `finishedAt` has had its time, ms; the calendar is that of the server's zone. */
export function expiryOf(ttl: string, finishedAt: number): number {
  const { count, unit } = parse(ttl);
  const at = new Date(finishedAt);
  if (unit === 'SECOND') return finishedAt + count * 1_000;
  if (unit === 'MINUTE') return finishedAt + count * 60_000;
  if (unit === 'HOUR') return finishedAt + count * 3_600_000;
  if (unit === 'DAY') return at.setDate(at.getDate() + count);
  if (unit === 'WEEK') return at.setDate(at.getDate() + 7 * count);
  return addMonths(at, count * { MONTH: 1, QUARTER: 3, YEAR: 12 }[unit]);
}

/** 31 January and one month is 28 February. */
function addMonths(at: Date, months: number): number {
  const day = at.getDate();
  at.setDate(1);
  at.setMonth(at.getMonth() + months);
  const lastDay = new Date(at.getFullYear(), at.getMonth() + 1, 0).getDate();
  return at.setDate(Math.min(day, lastDay));
}

function parse(text: string): Readonly<{ count: number; unit: Unit }> {
  const match = /^([+-]?\d{1,9})\s+([A-Za-z]+)$/.exec(text);
  const unit = units.find((one) => one === match?.[2]?.toUpperCase());
  const count = Number(match?.[1]);
  if (unit === undefined || count > countMax) {
    throw analysisError(`Invalid ttl: '${text}'. Expected a duration such as 7 DAY, 12 HOUR or 1 MONTH`);
  }
  return { count, unit };
}
