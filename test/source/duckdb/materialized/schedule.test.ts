import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RefreshSchedule } from '../../../../src/sql/ddl/materialized-view.ts';
import { nextRun } from '../../../../src/source/duckdb/materialized/schedule.ts';

/** In the server's zone, as START is. */
const at = (text: string): number => new Date(text.replace(' ', 'T')).getTime();

describe('nextRun', () => {
  const cases: readonly (readonly [string, RefreshSchedule['every'], string | undefined, string, string])[] =
    [
      [
        'before START',
        { count: 1, unit: 'DAY' },
        '2026-03-01 02:00:00',
        '2026-01-01 00:00:00',
        '2026-03-01 02:00:00',
      ],
      [
        'at START',
        { count: 1, unit: 'DAY' },
        '2026-03-01 02:00:00',
        '2026-03-01 02:00:00',
        '2026-03-02 02:00:00',
      ],
      [
        'a date alone',
        { count: 6, unit: 'HOUR' },
        '2026-03-01',
        '2026-03-01 07:00:00',
        '2026-03-01 12:00:00',
      ],
      [
        'long after START',
        { count: 90, unit: 'SECOND' },
        '2026-03-01',
        '2026-03-01 00:59:59',
        '2026-03-01 01:00:00',
      ],
      [
        'from the creation',
        { count: 10, unit: 'MINUTE' },
        undefined,
        '2026-01-01 00:25:00',
        '2026-01-01 00:30:00',
      ],
      [
        'the last day of a month',
        { count: 1, unit: 'MONTH' },
        '2026-01-31',
        '2026-02-01 00:00:00',
        '2026-02-28 00:00:00',
      ],
      [
        'and the 31st again',
        { count: 1, unit: 'MONTH' },
        '2026-01-31',
        '2026-02-28 00:00:00',
        '2026-03-31 00:00:00',
      ],
      [
        'every other month',
        { count: 2, unit: 'MONTH' },
        '2026-01-15',
        '2026-02-01 00:00:00',
        '2026-03-15 00:00:00',
      ],
    ];
  for (const [name, every, start, after, expected] of cases) {
    it(`gives the moment after: ${name}`, () => {
      const schedule: RefreshSchedule = {
        kind: 'schedule',
        every,
        ...(start === undefined ? {} : { start }),
      };
      const next = nextRun(schedule, at('2026-01-01 00:00:00'), at(after));
      assert.equal(new Date(next).toString(), new Date(at(expected)).toString());
    });
  }
});
