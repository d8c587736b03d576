import type { Warning, Warnings } from './query.ts';

/** A statement's warnings while it runs. `keptMax`: how many stay for SHOW WARNINGS (max_error_count); the rest only count. */
export type WarningList = Warning[] & { unkept?: number; keptMax?: number };

/** MySQL's max_error_count. */
const keptMaxDefault = 1_024;

export function addWarning(list: WarningList, warning: Warning): void {
  if (list.length < (list.keptMax ?? keptMaxDefault)) list.push(warning);
  else addUnkept(list, 1);
}

/** Warnings of which nobody will see more than the number. */
export function addUnkept(list: WarningList, count: number): void {
  list.unkept = (list.unkept ?? 0) + count;
}

/** How many warnings `list` still keeps. */
export function roomFor(list: WarningList): number {
  return Math.max(0, (list.keptMax ?? keptMaxDefault) - list.length);
}

/** Of a statement that begins anew. */
export function forgetWarnings(list: WarningList, from: number): void {
  list.length = Math.min(list.length, from);
  list.unkept = 0;
}

/** All that there were: @@warning_count, and the number in OK and EOF. */
export function warningCount(warnings: Warnings): number {
  return warnings.length + (warnings.unkept ?? 0);
}
