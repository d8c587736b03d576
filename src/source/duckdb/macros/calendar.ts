import type { MacroDefinition } from './definition.ts';

/** Weeks, months and periods, and days counted from year 0 as TO_DAYS counts them. */
export const calendarMacros: readonly MacroDefinition[] = [
  ['day_number', ['x', "(CAST(x AS DATE) - DATE '1970-01-01' + 719528)"]],
  ['date_of_day_number', ['x', "CAST(DATE '1970-01-01' + to_days(CAST(x - 719528 AS INTEGER)) AS DATE)"]],
  [
    'date_of_year_day',
    [
      'y, n',
      // Within the days of MySQL's calendar.
      'CASE WHEN n BETWEEN 1 AND 3652424 AND y <= 9999 THEN list_transform([CAST(make_date(CAST(CASE WHEN y < 70 THEN y + 2000 WHEN y < 100 THEN y + 1900 ELSE y END AS INTEGER), 1, 1) + to_days(CAST(n - 1 AS INTEGER)) AS DATE)], lambda v: CASE WHEN year(v) <= 9999 THEN v END)[1] END',
    ],
  ],
  [
    'year_of_number',
    [
      'x',
      'CAST(CASE WHEN x BETWEEN 1 AND 69 THEN x + 2000 WHEN x BETWEEN 70 AND 99 THEN x + 1900 WHEN x = 0 OR x BETWEEN 1901 AND 2155 THEN x END AS INTEGER)',
    ],
  ],
  [
    'months_between',
    [
      'a, b',
      '(@month_count(b) - @month_count(a) - CASE WHEN b >= a AND @into_month(b) < @into_month(a) THEN 1 WHEN b < a AND @into_month(b) > @into_month(a) THEN -1 ELSE 0 END)',
    ],
  ],
  ['month_count', ['x', '(year(x) * 12 + month(x))']],
  ['into_month', ['x', "(epoch_us(x) - epoch_us(date_trunc('month', x)))"]],
  [
    'week_of',
    [
      'x, mode',
      'CASE WHEN (CAST(mode AS BIGINT) & 2) = 2 THEN @year_and_week(x, mode) % 100 WHEN (CAST(mode AS BIGINT) & 7) IN (0, 5) THEN (dayofyear(x) + 6 - @days_into_week(x, mode)) // 7 ELSE (dayofyear(x) - @days_into_week(x, mode) + 9) // 7 END',
    ],
  ],
  [
    'days_into_week',
    ['x, mode', 'CASE WHEN (CAST(mode AS BIGINT) & 1) = 1 THEN isodow(x) - 1 ELSE dayofweek(x) END'],
  ],
  [
    'year_and_week',
    [
      'x, mode',
      'CASE WHEN (CAST(mode AS BIGINT) & 5) IN (0, 5) THEN @year_week_of(CAST(x - CAST(@days_into_week(x, mode) AS INTEGER) AS DATE)) ELSE @year_week_of(CAST(x - CAST(@days_into_week(x, mode) - 3 AS INTEGER) AS DATE)) END',
    ],
  ],
  ['year_week_of', ['x', '(year(x) * 100 + (dayofyear(x) - 1) // 7 + 1)']],
  [
    'day_with_suffix',
    [
      'x',
      "CAST(day(x) AS VARCHAR) || CASE WHEN day(x) IN (11, 12, 13) THEN 'th' WHEN day(x) % 10 = 1 THEN 'st' WHEN day(x) % 10 = 2 THEN 'nd' WHEN day(x) % 10 = 3 THEN 'rd' ELSE 'th' END",
    ],
  ],
  [
    'period_months',
    [
      'p',
      '((CASE WHEN p // 100 < 70 THEN p // 100 + 2000 WHEN p // 100 < 100 THEN p // 100 + 1900 ELSE p // 100 END) * 12 + p % 100 - 1)',
    ],
  ],
  [
    'valid_period',
    [
      'p, f',
      "CASE WHEN p > 0 AND p % 100 BETWEEN 1 AND 12 THEN p WHEN p IS NOT NULL THEN error('HF:execute_arguments:Incorrect arguments to ' || f) END",
    ],
  ],
  [
    'period_add',
    [
      'p, n',
      "CASE WHEN n IS NOT NULL THEN list_transform([@period_months(@valid_period(p, 'period_add')) + n], lambda m: m // 12 * 100 + m % 12 + 1)[1] END",
    ],
  ],
  [
    'period_diff',
    [
      'a, b',
      "CASE WHEN a IS NOT NULL AND b IS NOT NULL THEN @period_months(@valid_period(a, 'period_diff')) - @period_months(@valid_period(b, 'period_diff')) END",
    ],
  ],
  [
    'extract_from_datetime',
    [
      'x, unit',
      "CAST(CASE unit WHEN 'MICROSECOND' THEN microsecond(x) % 1000000 WHEN 'WEEK' THEN @week_of(CAST(x AS DATE), 0) WHEN 'YEAR_MONTH' THEN year(x) * 100 + month(x) WHEN 'DAY_HOUR' THEN day(x) * 100 + hour(x) WHEN 'DAY_MINUTE' THEN day(x) * 10000 + hour(x) * 100 + minute(x) WHEN 'DAY_SECOND' THEN day(x) * 1000000 + hour(x) * 10000 + minute(x) * 100 + second(x) WHEN 'DAY_MICROSECOND' THEN (day(x) * 1000000 + hour(x) * 10000 + minute(x) * 100 + second(x)) * 1000000 + microsecond(x) % 1000000 WHEN 'HOUR_MINUTE' THEN hour(x) * 100 + minute(x) WHEN 'HOUR_SECOND' THEN hour(x) * 10000 + minute(x) * 100 + second(x) WHEN 'HOUR_MICROSECOND' THEN (hour(x) * 10000 + minute(x) * 100 + second(x)) * 1000000 + microsecond(x) % 1000000 WHEN 'MINUTE_SECOND' THEN minute(x) * 100 + second(x) WHEN 'MINUTE_MICROSECOND' THEN (minute(x) * 100 + second(x)) * 1000000 + microsecond(x) % 1000000 WHEN 'SECOND_MICROSECOND' THEN second(x) * 1000000 + microsecond(x) % 1000000 END AS BIGINT)",
    ],
  ],
];
