import type { MacroDefinition } from './definition.ts';

/** Forms of a date text once everything but digits has become a blank. */
const digitForms = [
  '%Y %m %d',
  '%Y %m %d %H %M %S',
  '%Y %m %d %H %M',
  '%Y %m %d %H',
  '%Y %m %d %H %M %S %f',
  '%y %m %d',
  '%y %m %d %H %M %S',
  '%Y%m%d',
  '%Y%m%d%H%M%S',
  '%y%m%d',
  '%y%m%d%H%M%S',
]
  .map((form) => `'${form}'`)
  .join(', ');

/** Of a year of two digits, which the forms above would read as one of the first century. */
const shortYearForms = [
  '%y %m %d',
  '%y %m %d %H %M %S',
  '%y %m %d %H %M',
  '%y %m %d %H',
  '%y %m %d %H %M %S %f',
]
  .map((form) => `'${form}'`)
  .join(', ');

/** Dates and dates with time: read, rounded, moved between zones, counted in seconds (manual, Date and Time Functions). */
export const dateMacros: readonly MacroDefinition[] = [
  // A zone is its minutes from UTC, or its name.
  [
    'utc_of_zone',
    [
      'x, z',
      "CASE WHEN try_cast(z AS BIGINT) IS NOT NULL THEN x - to_minutes(try_cast(z AS BIGINT)) WHEN z IS NOT NULL THEN timezone('UTC', timezone(z, x)) END",
    ],
  ],
  [
    'zone_of_utc',
    [
      'x, z',
      "CASE WHEN try_cast(z AS BIGINT) IS NOT NULL THEN x + to_minutes(try_cast(z AS BIGINT)) WHEN z IS NOT NULL THEN timezone(z, timezone('UTC', x)) END",
    ],
  ],
  ['zone_converted', ['x, a, b', '@zone_of_utc(@utc_of_zone(x, a), b)']],
  [
    'datetime_of_text',
    [
      'x',
      "coalesce(@moment_of_text(x), CASE WHEN x IS NOT NULL THEN CAST(@noted('datetime', x) AS TIMESTAMP) END)",
    ],
  ],
  [
    'date_of_text',
    [
      'x',
      "coalesce(@moment_of_text(x), CASE WHEN x IS NOT NULL THEN CAST(@noted('date', x) AS TIMESTAMP) END)",
    ],
  ],
  [
    'moment_of_text',
    [
      'x',
      `coalesce(CASE WHEN regexp_matches(x, '^\\s*\\d{4}[-/]') THEN try_cast(x AS TIMESTAMP) END, CASE WHEN regexp_matches(x, '^\\s*\\d{1,2}\\D') THEN try_strptime(trim(regexp_replace(x, '[^0-9]+', ' ', 'g')), [${shortYearForms}]) END, CASE WHEN regexp_matches(x, '^\\s*\\d') THEN try_strptime(trim(regexp_replace(x, '[^0-9]+', ' ', 'g')), [${digitForms}]) END)`,
    ],
  ],
  [
    'datetime_of_digits',
    [
      'x',
      "CASE WHEN regexp_full_match(x, '\\d{14}(\\.\\d*)?') THEN try_strptime(left(x, 14), '%Y%m%d%H%M%S') WHEN regexp_full_match(x, '\\d{12}') THEN try_strptime(x, '%y%m%d%H%M%S') WHEN regexp_full_match(x, '\\d{8}') THEN try_strptime(x, '%Y%m%d') WHEN regexp_full_match(x, '\\d{6}') THEN try_strptime(x, '%y%m%d') END",
    ],
  ],
  [
    'datetime_of_number',
    [
      'x',
      "@datetime_of_digits(CASE WHEN x BETWEEN 101 AND 99999 THEN lpad(CAST(x AS VARCHAR), 6, '0') ELSE CAST(x AS VARCHAR) END)",
    ],
  ],
  // YYYYMMDD of a number, of which the month and the day may be 0.
  [
    'date_digits',
    [
      'x',
      'list_transform([CASE WHEN x BETWEEN 0 AND 691231 THEN x + 20000000 WHEN x BETWEEN 700000 AND 991231 THEN x + 19000000 WHEN x BETWEEN 1000000 AND 99991231 THEN x ELSE @number_of_date(@datetime_of_number(x)) END], lambda v: CASE WHEN v // 100 % 100 <= 12 AND v % 100 <= 31 THEN v END)[1]',
    ],
  ],
  ['year_of_digits', ['x', '(@date_digits(x) // 10000)']],
  ['month_of_digits', ['x', '(@date_digits(x) // 100 % 100)']],
  ['quarter_of_digits', ['x', '((@date_digits(x) // 100 % 100 + 2) // 3)']],
  ['day_of_digits', ['x', '(@date_digits(x) % 100)']],
  [
    'datetime_of_any',
    ['x VARCHAR', '@datetime_of_text(x)'],
    ['x DATE', 'CAST(x AS TIMESTAMP)'],
    ['x TIMESTAMP', 'x'],
    ['x BIGINT', '@datetime_of_number(x)'],
    ['x', '@datetime_of_text(CAST(x AS VARCHAR))'],
  ],
  ['datetime_of_time', ['x', 'CAST(current_date AS TIMESTAMP) + x']],
  // A TIMESTAMP of which the day counts: that of a time beyond one day is counted from this moment, not from midnight.
  [
    'date_of_time',
    [
      'x',
      "list_transform([x], lambda v: CASE WHEN v >= INTERVAL '0 hours' AND v < INTERVAL '24 hours' THEN CAST(current_date AS TIMESTAMP) " +
        'ELSE CAST(current_timestamp AS TIMESTAMP) + v END)[1]',
    ],
  ],
  ['datetime_of_clock', ['x', "TIMESTAMP '2000-01-01 00:00:00' + x"]],
  [
    'datetime_rounded',
    [
      'x, n',
      'make_timestamp(CAST(floor((epoch_us(x) + 500000 // CAST(pow(10, n) AS BIGINT)) / CAST(pow(10, 6 - n) AS BIGINT)) AS BIGINT) * CAST(pow(10, 6 - n) AS BIGINT))',
    ],
  ],
  // The ends of MySQL's calendar and of its TIME. The list names the value, so that it is computed once.
  [
    'in_calendar',
    [
      'x',
      "list_transform([x], lambda v: CASE WHEN v BETWEEN TIMESTAMP '0001-01-01 00:00:00' AND TIMESTAMP '9999-12-31 23:59:59.999999' THEN v WHEN v IS NOT NULL THEN CAST(@noted('time range', '') AS TIMESTAMP) END)[1]",
    ],
  ],
  [
    'day_in_calendar',
    [
      'x',
      "list_transform([x], lambda v: CASE WHEN v BETWEEN DATE '0001-01-01' AND DATE '9999-12-31' THEN v WHEN v IS NOT NULL THEN CAST(@noted('time range', '') AS DATE) END)[1]",
    ],
  ],
  ['second_number', ['x', '(epoch_us(x) // 1000000 + 62167219200)']],
  ['epoch_seconds', ['x', 'epoch_us(@epoch_moment(x)) // 1000000']],
  ['exact_epoch', ['x', 'CAST(epoch_us(@epoch_moment(x)) AS DECIMAL(24, 6)) / 1000000']],
  // The seconds of UNIX_TIMESTAMP end where those of FROM_UNIXTIME do.
  [
    'epoch_moment',
    [
      'x',
      "CASE WHEN x BETWEEN TIMESTAMP '1970-01-01' AND TIMESTAMP '3001-01-18 23:59:59.999999' THEN x WHEN x IS NOT NULL THEN TIMESTAMP '1970-01-01' END",
    ],
  ],
  // The last second that MySQL knows is that before the 19th of January 3001.
  [
    'moment_of_integer',
    ['x', 'CASE WHEN x BETWEEN 0 AND 32536771199 THEN make_timestamp(CAST(x * 1000000 AS BIGINT)) END'],
  ],
  [
    'moment_of_seconds',
    ['x', 'CASE WHEN x >= 0 AND x < 32536771200 THEN make_timestamp(CAST(round(x * 1000000) AS BIGINT)) END'],
  ],
  [
    'text_of_date_sum',
    [
      'x, moment',
      "CASE WHEN contains(trim(x), ':') THEN @text_of_datetime(moment) ELSE strftime(moment, '%Y-%m-%d') END",
    ],
  ],
];
