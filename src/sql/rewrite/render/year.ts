/**
 * The year that a literal of one or two digits stands for (manual, "2-Digit Years in Dates"): 1970 to 2069. 0 is the
 * year 0000 as a number, and 2000 as a text. Undefined for what is no such year.
 */
export function yearOf(literal: string, isText: boolean): number | undefined {
  const match = /^\s*(\d{1,2})(?:\.0*)?\s*$/.exec(literal);
  if (match === null) return undefined;
  const year = Number(match[1]);
  if (year === 0 && !isText) return 0;
  return year < 70 ? 2000 + year : 1900 + year;
}
