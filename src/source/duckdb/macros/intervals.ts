import type { MacroDefinition } from './definition.ts';

/** INTERVAL of a text and a unit (manual, Temporal Intervals). */
export const intervalMacros: readonly MacroDefinition[] = [
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
