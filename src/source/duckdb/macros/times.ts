import type { MacroDefinition } from './definition.ts';

/** TIME: DuckDB’s INTERVAL with nothing but microseconds (manual, The TIME Type). */
export const timeMacros: readonly MacroDefinition[] = [
  [
    'time_rounded',
    [
      'x, n',
      'to_microseconds(CAST(sign(epoch_us(x)) AS BIGINT) * ((abs(epoch_us(x)) + 500000 // CAST(pow(10, n) AS BIGINT)) // CAST(pow(10, 6 - n) AS BIGINT) * CAST(pow(10, 6 - n) AS BIGINT)))',
    ],
  ],
  ['time_of_datetime', ['x', 'to_microseconds(epoch_us(x) - epoch_us(CAST(CAST(x AS DATE) AS TIMESTAMP)))']],
  ['time_between', ['a, b', '@clock_of_micros(epoch_us(b) - epoch_us(a))']],
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
    'extract_from_time',
    [
      'x, unit',
      "CAST(@signs(@micros(x)) * CASE unit WHEN 'HOUR' THEN @hour_of_time(x) WHEN 'MINUTE' THEN @minute_of_time(x) WHEN 'SECOND' THEN @second_of_time(x) WHEN 'MICROSECOND' THEN @microsecond_of_time(x) WHEN 'HOUR_MINUTE' THEN @hour_of_time(x) * 100 + @minute_of_time(x) WHEN 'HOUR_SECOND' THEN @hour_of_time(x) * 10000 + @minute_of_time(x) * 100 + @second_of_time(x) WHEN 'MINUTE_SECOND' THEN @minute_of_time(x) * 100 + @second_of_time(x) WHEN 'HOUR_MICROSECOND' THEN (@hour_of_time(x) * 10000 + @minute_of_time(x) * 100 + @second_of_time(x)) * 1000000 + @microsecond_of_time(x) WHEN 'MINUTE_MICROSECOND' THEN (@minute_of_time(x) * 100 + @second_of_time(x)) * 1000000 + @microsecond_of_time(x) WHEN 'SECOND_MICROSECOND' THEN @second_of_time(x) * 1000000 + @microsecond_of_time(x) ELSE 0 END AS BIGINT)",
    ],
  ],
];
