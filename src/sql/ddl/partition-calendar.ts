/** Units of time that partitions are cut by. */
const partitionUnits = ['MINUTE', 'HOUR', 'DAY', 'WEEK', 'MONTH', 'YEAR'] as const;
export type PartitionUnit = (typeof partitionUnits)[number];

/** A unit of that name, whatever its case; undefined for any other word. */
export function partitionUnit(word: string): PartitionUnit | undefined {
  return partitionUnits.find((unit) => unit === word.toUpperCase());
}

/** Milliseconds of a date or date and time, read as UTC since no zone plays a part here; undefined for neither. */
export function instantOf(text: string): number | undefined {
  const form = /^(\d{4})-?(\d{1,2})-?(\d{1,2})(?:[ T](\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.0*)?)?)?$/.exec(
    text.trim(),
  );
  if (form === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = form
    .slice(1)
    .map((part) => Number(part ?? 0));
  // Date.UTC would take a year below 100 for one of the twentieth century.
  const date = new Date(Date.UTC(2000, month - 1, day, hour, minute, second));
  const instant = date.setUTCFullYear(year, month - 1, day);
  const isTime = hour < 24 && minute < 60 && second < 60;
  return isTime && date.getUTCDate() === day ? instant : undefined;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/**
 * The beginning of the minute, hour, day, week, month or year that holds an instant; a month and a year keep their time
 * of day, as in StarRocks. `firstDay` is the first day of a week (1 is Monday) or of a month.
 */
export function alignedTo(unit: PartitionUnit, instant: number, firstDay = 1): number {
  const date = new Date(instant);
  switch (unit) {
    case 'MINUTE':
      return floorTo(instant, minuteMs);
    case 'HOUR':
      return floorTo(instant, hourMs);
    case 'DAY':
      return floorTo(instant, dayMs);
    case 'WEEK':
      return instant - ((date.getUTCDay() - firstDay + 7) % 7) * dayMs;
    case 'MONTH':
      if (date.getUTCDate() < firstDay) date.setUTCMonth(date.getUTCMonth() - 1, firstDay);
      return date.setUTCDate(firstDay);
    case 'YEAR':
      return date.setUTCMonth(0, 1);
  }
}

function floorTo(instant: number, step: number): number {
  return Math.floor(instant / step) * step;
}

/** The instant so many units later, or earlier when `every` is negative. */
export function later(unit: PartitionUnit, instant: number, every: number): number {
  const date = new Date(instant);
  switch (unit) {
    case 'MINUTE':
      return instant + every * minuteMs;
    case 'HOUR':
      return instant + every * hourMs;
    case 'DAY':
      return instant + every * dayMs;
    case 'WEEK':
      return instant + every * 7 * dayMs;
    case 'MONTH':
      return date.setUTCMonth(date.getUTCMonth() + every);
    case 'YEAR':
      return date.setUTCFullYear(date.getUTCFullYear() + every);
  }
}

/** What StarRocks puts behind the prefix of a partition's name: 20240101, 202401, 2024, 2024_05, 2024010100. */
export function partitionSuffix(unit: PartitionUnit, instant: number): string {
  const digits = new Date(instant).toISOString().replace(/\D/g, '');
  switch (unit) {
    case 'MINUTE':
      return digits.slice(0, 12);
    case 'HOUR':
      return digits.slice(0, 10);
    case 'DAY':
      return digits.slice(0, 8);
    case 'WEEK':
      return `${digits.slice(0, 4)}_${String(weekOfYear(instant)).padStart(2, '0')}`;
    case 'MONTH':
      return digits.slice(0, 6);
    case 'YEAR':
      return digits.slice(0, 4);
  }
}

/** Weeks begin on Sunday and the first holds 1 January; the last days of a year belong to week 53 (Java's calendar, as StarRocks uses it). */
function weekOfYear(instant: number): number {
  const newYear = Date.UTC(new Date(instant).getUTCFullYear(), 0, 1);
  const dayOfYear = Math.floor((instant - newYear) / dayMs);
  return Math.floor((dayOfYear + new Date(newYear).getUTCDay()) / 7) + 1;
}

/** An instant as a bound of a DATE column, or of a DATETIME column `withTime`. */
export function boundText(instant: number, withTime: boolean): string {
  const text = new Date(instant).toISOString();
  return withTime ? text.slice(0, 19).replace('T', ' ') : text.slice(0, 10);
}
