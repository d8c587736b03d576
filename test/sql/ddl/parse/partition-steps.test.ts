import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SqlError } from '../../../../src/base/sql-error.ts';
import { expandSteps, stepPartitionsMax } from '../../../../src/sql/ddl/parse/partition-steps.ts';
import type { PartitionSteps } from '../../../../src/sql/ddl/parse/partition-steps.ts';
import type { PartitionUnit } from '../../../../src/sql/ddl/partition-calendar.ts';

function ranges(start: string, end: string, every: number, unit?: PartitionUnit, withTime = false): string[] {
  const steps: PartitionSteps = { start, end, every, withTime, ...(unit === undefined ? {} : { unit }) };
  return expandSteps(steps).map(({ name, bounds }) => {
    assert.ok(bounds.kind === 'fixed');
    const [lower, upper] = [bounds.lower[0], bounds.upper[0]];
    assert.ok(lower?.kind === 'literal' && upper?.kind === 'literal');
    return `${name} ${lower.text} ${upper.text}`.replaceAll("'", '');
  });
}

const cases: readonly (readonly [what: string, made: string[], expected: readonly string[]])[] = [
  [
    'days',
    ranges('2024-02-28', '2024-03-01', 1, 'DAY'),
    ['p20240228 2024-02-28 2024-02-29', 'p20240229 2024-02-29 2024-03-01'],
  ],
  [
    'several days, past the end as StarRocks does',
    ranges('20240101', '20240104', 2, 'DAY'),
    ['p20240101 2024-01-01 2024-01-03', 'p20240103 2024-01-03 2024-01-05'],
  ],
  [
    'months, first up to the boundary, last up to the end',
    ranges('2024-01-15', '2024-03-10', 1, 'MONTH'),
    ['p202401 2024-01-15 2024-02-01', 'p202402 2024-02-01 2024-03-01', 'p202403 2024-03-01 2024-03-10'],
  ],
  [
    'years',
    ranges('2023-06-01', '2025-01-01', 1, 'YEAR'),
    ['p2023 2023-06-01 2024-01-01', 'p2024 2024-01-01 2025-01-01'],
  ],
  [
    'weeks from Monday',
    ranges('2024-01-03', '2024-01-16', 1, 'WEEK'),
    ['p2024_01 2024-01-03 2024-01-08', 'p2024_02 2024-01-08 2024-01-15', 'p2024_03 2024-01-15 2024-01-16'],
  ],
  [
    'the 53rd week at the end of a year',
    ranges('2019-12-30', '2020-01-06', 1, 'WEEK'),
    ['p2019_53 2019-12-30 2020-01-06'],
  ],
  [
    'hours',
    ranges('2024-01-01 22:30:00', '2024-01-02', 1, 'HOUR', true),
    [
      'p2024010122 2024-01-01 22:30:00 2024-01-01 23:00:00',
      'p2024010123 2024-01-01 23:00:00 2024-01-02 00:00:00',
    ],
  ],
  ['numbers', ranges('-1', '5', 3), ['p-1 -1 2', 'p2 2 5']],
];

function fails(expected: RegExp, run: () => unknown): void {
  assert.throws(
    run,
    (error) => error instanceof SqlError && error.kind === 'analysis' && expected.test(error.message),
  );
}

describe('expandSteps', () => {
  for (const [what, made, expected] of cases) {
    it(`makes ${what}`, () => assert.deepEqual(made, expected));
  }

  it('refuses what has no end, in StarRocks’ words', () => {
    fails(/start date should less than end date/, () => ranges('2024-01-02', '2024-01-01', 1, 'DAY'));
    fails(/start value should less then end value/, () => ranges('5', '5', 1));
    fails(/is date type but START or END does not type match/, () => ranges('x', '2024-01-01', 1, 'DAY'));
    fails(/is date type but START or END does not type match/, () =>
      ranges('2024-02-30', '2024-03-01', 1, 'DAY'),
    );
    fails(/is number type but START or END does not type match/, () => ranges('a', '5', 1));
    fails(/larger than zero/, () => ranges('1', '5', 0));
    fails(new RegExp(`should not exceed:${stepPartitionsMax}`), () => ranges('1', '1000000', 1));
  });
});
