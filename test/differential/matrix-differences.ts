import type { matrixColumns } from './matrix-queries.ts';

/** What is not as in MySQL yet, or on purpose: the test fails as well when one of these agrees. */
export const matrixDifferences: Readonly<Partial<Record<(typeof matrixColumns)[number], readonly string[]>>> =
  {
    n: ["DATE_FORMAT(n, '%Y/%m/%d %H:%i')", 'EXTRACT(YEAR_MONTH FROM n)'],
    u: [
      'CAST(u AS TIME)',
      'HOUR(u)',
      "DATE_FORMAT(u, '%Y/%m/%d %H:%i')",
      'TIME_TO_SEC(u)',
      'EXTRACT(YEAR_MONTH FROM u)',
      "ADDTIME(u, '01:00:00')",
    ],
    d: ["GREATEST(d, '5')", "STRCMP(d, '5')"],
    dt: ["GREATEST(dt, '5')", "STRCMP(dt, '5')"],
    t: ['EXTRACT(YEAR_MONTH FROM t)', "STRCMP(t, '5')"],
    dc: ["DATE_FORMAT(dc, '%Y/%m/%d %H:%i')", 'EXTRACT(YEAR_MONTH FROM dc)'],
    f: ["DATE_FORMAT(f, '%Y/%m/%d %H:%i')", 'EXTRACT(YEAR_MONTH FROM f)'],
    y: ["STRCMP(y, '5')"],
  };
