import type { IntervalUnit, RefreshSchedule } from '../../../sql/ddl/materialized-view.ts';

const unitMs: Readonly<Record<Exclude<IntervalUnit, 'MONTH'>, number>> = {
  SECOND: 1_000,
  MINUTE: 60_000,
  HOUR: 3_600_000,
  DAY: 86_400_000,
  WEEK: 604_800_000,
};

/**
 * The first moment of the schedule after `afterMs`. Without START it counts from `createdAt`. Times are of the
 * server's zone, as StarRocks'; months are those of the calendar.
 */
export function nextRun(schedule: RefreshSchedule, createdAt: number, afterMs: number): number {
  const start = schedule.start === undefined ? createdAt : startOf(schedule.start);
  const { count, unit } = schedule.every;
  if (start > afterMs) return start;
  if (unit === 'MONTH') return nextMonth(start, count, afterMs);
  const every = count * unitMs[unit];
  return start + (Math.floor((afterMs - start) / every) + 1) * every;
}

function startOf(text: string): number {
  const [date = '', time = '00:00:00'] = text.split(/[ T]/);
  const [year = 0, month = 1, day = 1] = date.split('-').map(Number);
  const [hour = 0, minute = 0, second = 0] = time.split(':').map(Number);
  return new Date(year, month - 1, day, hour, minute, second).getTime();
}

/** The 31st becomes the last day of a shorter month; the next one counts from the 31st again. */
function nextMonth(startMs: number, count: number, afterMs: number): number {
  const start = new Date(startMs);
  const after = new Date(afterMs);
  const passed = (after.getFullYear() - start.getFullYear()) * 12 + (after.getMonth() - start.getMonth());
  for (let times = Math.max(0, Math.floor(passed / count)); ; times++) {
    const at = monthsLater(start, times * count);
    if (at > afterMs) return at;
  }
}

function monthsLater(start: Date, months: number): number {
  const at = new Date(start);
  at.setDate(1);
  at.setMonth(start.getMonth() + months);
  const days = new Date(at.getFullYear(), at.getMonth() + 1, 0).getDate();
  at.setDate(Math.min(start.getDate(), days));
  return at.getTime();
}
