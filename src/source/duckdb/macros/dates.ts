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

/** Dates, times and intervals (manual, Date and Time Functions). Days count from year 0, as TO_DAYS. */
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
  ['datetime_of_clock', ['x', "TIMESTAMP '2000-01-01 00:00:00' + x"]],
  [
    'datetime_rounded',
    [
      'x, n',
      'make_timestamp(CAST(floor((epoch_us(x) + 500000 // CAST(pow(10, n) AS BIGINT)) / CAST(pow(10, 6 - n) AS BIGINT)) AS BIGINT) * CAST(pow(10, 6 - n) AS BIGINT))',
    ],
  ],
  [
    'time_rounded',
    [
      'x, n',
      'to_microseconds(CAST(sign(epoch_us(x)) AS BIGINT) * ((abs(epoch_us(x)) + 500000 // CAST(pow(10, n) AS BIGINT)) // CAST(pow(10, 6 - n) AS BIGINT) * CAST(pow(10, 6 - n) AS BIGINT)))',
    ],
  ],
  ['time_of_datetime', ['x', 'to_microseconds(epoch_us(x) - epoch_us(CAST(CAST(x AS DATE) AS TIMESTAMP)))']],
  ['time_between', ['a, b', '@clock_of_micros(epoch_us(b) - epoch_us(a))']],
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
  [
    'in_clock',
    ['x', 'list_transform([x], lambda v: CASE WHEN abs(epoch_us(v)) < 3020400000000 THEN v END)[1]'],
  ],
  [
    'clock_of_micros',
    [
      'u',
      'to_microseconds(CASE WHEN u > 3020399000000 THEN 3020399000000 WHEN u < -3020399000000 THEN -3020399000000 ELSE CAST(u AS BIGINT) END)',
    ],
  ],
  ['time_of_seconds', ['x', '@clock_of_micros(round(CAST(x AS DOUBLE) * 1000000))']],
  // 20240229101112 has a time of day, and what is between it and 838:59:59 is none.
  [
    'time_of_numeric',
    [
      'x',
      'CASE WHEN abs(x) < 8385960 THEN @time_of_number(x) WHEN x >= 10000000000 THEN @time_of_datetime(@datetime_of_number(TRY_CAST(x AS BIGINT))) END',
    ],
  ],
  ['time_of_number', ['x', '@time_of_digits(CAST(trunc(abs(x)) AS HUGEINT), x)']],
  [
    'time_of_digits',
    [
      'n, x',
      'CASE WHEN n // 100 % 100 < 60 AND n % 100 < 60 THEN @clock_of_micros(@signs(x) * (((n // 10000) * 3600 + (n // 100 % 100) * 60 + n % 100) * 1000000 + CAST((abs(x) - trunc(abs(x))) * 1000000 AS BIGINT))) END',
    ],
  ],
  [
    'time_of_text',
    [
      'x',
      "coalesce(@clock_of_text(x), CASE WHEN x IS NOT NULL THEN CAST(@noted('time', x) AS INTERVAL) END)",
    ],
  ],
  [
    'clock_of_text',
    [
      'x',
      "CASE WHEN regexp_matches(x, '^\\s*\\d{2,4}-\\d{1,2}-\\d{1,2}[T\\s]+\\d') THEN @time_of_datetime(@moment_of_text(x)) WHEN contains(x, ':') THEN list_transform([regexp_extract(x, '^\\s*(-?)(?:(\\d+)\\s+)?(\\d+):(\\d{1,2})(?::(\\d{1,2})(\\.\\d{1,6})?)?', ['n', 'd', 'h', 'i', 's', 'f'])], lambda p: @time_of_groups(p))[1] WHEN regexp_matches(x, '^\\s*-?\\.?\\d') THEN @time_of_number(@leading_number(x)) END",
    ],
  ],
  [
    'time_of_groups',
    [
      'p',
      "CASE WHEN p.h = '' THEN NULL ELSE to_microseconds(CAST((CASE WHEN p.n = '-' THEN -1 ELSE 1 END) * (coalesce(try_cast(p.d AS BIGINT), 0) * 86400 + CAST(p.h AS BIGINT) * 3600 + CAST(p.i AS BIGINT) * 60 + coalesce(try_cast(p.s || p.f AS DECIMAL(18, 6)), 0)) * 1000000 AS BIGINT)) END",
    ],
  ],
  [
    'time_of_parts',
    [
      'h, m, s',
      'CASE WHEN m BETWEEN 0 AND 59 AND s >= 0 AND s < 60 THEN @clock_of_micros(round(@signs(h) * (abs(CAST(h AS HUGEINT)) * 3600 + m * 60 + s) * 1000000)) END',
    ],
  ],
  ['seconds_of_time', ['x', '@micros(x) // 1000000']],
  ['hour_of_time', ['x', '@micros_abs(x) // 3600000000']],
  ['minute_of_time', ['x', '(@micros_abs(x) // 60000000 % 60)']],
  ['second_of_time', ['x', '(@micros_abs(x) // 1000000 % 60)']],
  ['microsecond_of_time', ['x', '(@micros_abs(x) % 1000000)']],
  ['hours_two_digits', ['x', '@two_digits(@hour_of_time(x))']],
  ['day_number', ['x', "(CAST(x AS DATE) - DATE '1970-01-01' + 719528)"]],
  ['date_of_day_number', ['x', "CAST(DATE '1970-01-01' + to_days(CAST(x - 719528 AS INTEGER)) AS DATE)"]],
  ['second_number', ['x', '(epoch_us(x) // 1000000 + 62167219200)']],
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
  ['has_date', ['x', "regexp_matches(x, '^\\s*(\\d{1,4}-\\d|\\d{8})')"]],
  [
    'number_plus_time',
    [
      'x, t',
      'CASE WHEN abs(x) < 8385960 THEN @text_of_time(@time_of_number(x) + t) ELSE @text_of_datetime(@in_calendar(@datetime_of_number(TRY_CAST(x AS BIGINT)) + t)) END',
    ],
  ],
  [
    'text_plus_time',
    [
      'x, t',
      'CASE WHEN @has_date(x) THEN @text_of_datetime(@datetime_of_text(x) + t) ELSE @text_of_time(@time_of_text(x) + t) END',
    ],
  ],
  [
    'text_minus_time',
    [
      'x, t',
      'CASE WHEN @has_date(x) THEN @text_of_datetime(@datetime_of_text(x) - t) ELSE @text_of_time(@time_of_text(x) - t) END',
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
    'date_of_week',
    [
      'y, w, n, sunday_first',
      '@date_in_week(try_cast(y AS INTEGER), try_cast(w AS INTEGER), @weekday_number(n), sunday_first)',
    ],
  ],
  [
    'weekday_number',
    [
      'n',
      "coalesce(try_cast(n AS INTEGER), list_position(['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'], left(lower(n), 3)) - 1)",
    ],
  ],
  [
    'date_in_week',
    [
      'y, w, n, sunday_first',
      'CASE WHEN sunday_first THEN CAST(make_date(y, 1, 1) + to_days(CAST((CASE WHEN dayofweek(make_date(y, 1, 1)) = 0 THEN 0 ELSE 7 END) - dayofweek(make_date(y, 1, 1)) + (w - 1) * 7 + n % 7 AS INTEGER)) AS DATE) ELSE CAST(make_date(y, 1, 1) + to_days(CAST((CASE WHEN isodow(make_date(y, 1, 1)) <= 4 THEN 0 ELSE 7 END) - (isodow(make_date(y, 1, 1)) - 1) + (w - 1) * 7 + (CASE WHEN n = 0 THEN 7 ELSE n END - 1) AS INTEGER)) AS DATE) END',
    ],
  ],
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
  [
    'extract_from_time',
    [
      'x, unit',
      "CAST(@signs(@micros(x)) * CASE unit WHEN 'HOUR' THEN @hour_of_time(x) WHEN 'MINUTE' THEN @minute_of_time(x) WHEN 'SECOND' THEN @second_of_time(x) WHEN 'MICROSECOND' THEN @microsecond_of_time(x) WHEN 'HOUR_MINUTE' THEN @hour_of_time(x) * 100 + @minute_of_time(x) WHEN 'HOUR_SECOND' THEN @hour_of_time(x) * 10000 + @minute_of_time(x) * 100 + @second_of_time(x) WHEN 'MINUTE_SECOND' THEN @minute_of_time(x) * 100 + @second_of_time(x) WHEN 'HOUR_MICROSECOND' THEN (@hour_of_time(x) * 10000 + @minute_of_time(x) * 100 + @second_of_time(x)) * 1000000 + @microsecond_of_time(x) WHEN 'MINUTE_MICROSECOND' THEN (@minute_of_time(x) * 100 + @second_of_time(x)) * 1000000 + @microsecond_of_time(x) WHEN 'SECOND_MICROSECOND' THEN @second_of_time(x) * 1000000 + @microsecond_of_time(x) ELSE 0 END AS BIGINT)",
    ],
  ],
  [
    'interval_of_text',
    [
      'x, unit',
      "list_transform([list_transform(list_filter(regexp_extract_all(x, '\\d+'), lambda p: p <> ''), lambda p: try_cast(p AS BIGINT))], lambda q: @interval_of_parts(q, CASE WHEN starts_with(trim(x), '-') THEN -1 ELSE 1 END, unit, x))[1]",
    ],
  ],
  [
    'parts_of_unit',
    [
      'unit',
      "CASE unit WHEN 'DAY_MICROSECOND' THEN 5 WHEN 'DAY_SECOND' THEN 4 WHEN 'HOUR_MICROSECOND' THEN 4 WHEN 'DAY_MINUTE' THEN 3 WHEN 'HOUR_SECOND' THEN 3 WHEN 'MINUTE_MICROSECOND' THEN 3 ELSE 2 END",
    ],
  ],
  [
    'interval_of_parts',
    [
      'p, s, unit, x',
      "CASE WHEN len(p) > @parts_of_unit(unit) THEN NULL WHEN unit = 'YEAR_MONTH' THEN to_months(CAST(s * (@nth_last(p, 1) * 12 + @nth_last(p, 0)) AS INTEGER)) WHEN unit = 'DAY_HOUR' THEN to_hours(s * (@nth_last(p, 1) * 24 + @nth_last(p, 0))) WHEN unit = 'DAY_MINUTE' THEN to_minutes(s * (@nth_last(p, 2) * 1440 + @nth_last(p, 1) * 60 + @nth_last(p, 0))) WHEN unit = 'DAY_SECOND' THEN to_seconds(s * (@nth_last(p, 3) * 86400 + @nth_last(p, 2) * 3600 + @nth_last(p, 1) * 60 + @nth_last(p, 0))) WHEN unit = 'HOUR_MINUTE' THEN to_minutes(s * (@nth_last(p, 1) * 60 + @nth_last(p, 0))) WHEN unit = 'HOUR_SECOND' THEN to_seconds(s * (@nth_last(p, 2) * 3600 + @nth_last(p, 1) * 60 + @nth_last(p, 0))) WHEN unit = 'MINUTE_SECOND' THEN to_seconds(s * (@nth_last(p, 1) * 60 + @nth_last(p, 0))) ELSE to_microseconds(s * (((@nth_last(p, 4) * 24 + @nth_last(p, 3)) * 60 + @nth_last(p, 2)) * 60 + @nth_last(p, 1)) * 1000000 + s * @micro_digits(x)) END",
    ],
  ],
  ['nth_last', ['p, n', 'CASE WHEN len(p) > n THEN p[len(p) - n] ELSE 0 END']],
  ['micro_digits', ['x', "CAST(rpad('0' || regexp_extract(x, '(\\d{1,6})\\D*$', 1), 7, '0') AS BIGINT)"]],
];
