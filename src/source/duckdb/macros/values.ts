import { byteFunctionName, noteFunctionName, noteVariable } from '../../../sql/rewrite/macro-names.ts';
import type { MacroDefinition } from './definition.ts';

/** The number at the start of a text, as a pattern of RE2. */
const leadingNumber = "'^\\s*([+-]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][+-]?\\d+)?)'";

/** Conversions between kinds of values (manual, Type Conversion in Expression Evaluation). */
export const valueMacros: readonly MacroDefinition[] = [
  // Always NULL: what the session's notes are told of a value (notes.ts).
  ['noted', ['kind, x', `${noteFunctionName}(getvariable('${noteVariable}'), kind, CAST(x AS VARCHAR))`]],
  // DuckDB's own cast takes 1_000 and inf, too.
  [
    'number_of_text',
    [
      'x',
      "CASE WHEN isfinite(try_cast(x AS DOUBLE)) AND NOT contains(x, '_') THEN try_cast(x AS DOUBLE) WHEN x IS NOT NULL THEN coalesce(CASE WHEN trim(x) <> '' THEN CAST(@noted('DOUBLE', x) AS DOUBLE) END, @leading_number(x)) END",
    ],
  ],
  [
    'leading_number',
    [
      'x',
      `greatest(least(coalesce(try_cast(regexp_extract(x, ${leadingNumber}, 1) AS DOUBLE), CAST(0 AS DOUBLE)), 1.7976931348623157e308), -1.7976931348623157e308)`,
    ],
  ],
  // The same for a DECIMAL, as text: DuckDB's DECIMAL has a scale of its own, which the caller knows.
  [
    'decimal_text',
    [
      'x',
      `CASE WHEN regexp_full_match(x, '\\s*[+-]?(?:\\d+\\.?\\d*|\\.\\d+)\\s*') THEN trim(x) WHEN x IS NOT NULL THEN coalesce(CASE WHEN NOT isfinite(try_cast(x AS DOUBLE)) OR contains(x, '_') OR try_cast(x AS DOUBLE) IS NULL THEN CAST(@noted('DECIMAL', x) AS VARCHAR) END, nullif(regexp_extract(x, ${leadingNumber}, 1), ''), '0') END`,
    ],
  ],
  [
    'decimal_of_text',
    [
      'x',
      "CASE WHEN isfinite(try_cast(x AS DOUBLE)) AND NOT contains(x, '_') THEN try_cast(x AS DOUBLE) WHEN x IS NOT NULL THEN coalesce(CAST(@noted('DECIMAL', x) AS DOUBLE), @leading_number(x)) END",
    ],
  ],
  // A divisor that is NULL where it is zero; `once` for an expression that must not be computed twice.
  [
    'divisor',
    ['x', "CASE WHEN x <> 0 THEN x WHEN x IS NOT NULL THEN CASE WHEN @noted('zero', '') THEN x END END"],
  ],
  ['divisor_once', ['x', 'list_transform([x], lambda v: @divisor(v))[1]']],
  ['number_of_date', ['x', '(year(x) * 10000 + month(x) * 100 + day(x))']],
  [
    'number_of_datetime',
    [
      'x',
      '((year(x) * 10000 + month(x) * 100 + day(x)) * 1000000 + hour(x) * 10000 + minute(x) * 100 + second(x))',
    ],
  ],
  ['number_of_time', ['x', 'list_transform([epoch_us(x)], lambda u: @number_of_micros(u))[1]']],
  [
    'number_of_micros',
    [
      'u',
      'CAST(@signs(u) * (abs(u) // 3600000000 * 10000 + abs(u) // 60000000 % 60 * 100 + abs(u) // 1000000 % 60) AS BIGINT)',
    ],
  ],
  [
    'number_of_any',
    ['x VARCHAR', '@number_of_text(x)'],
    ['x BOOLEAN', 'CAST(x AS BIGINT)'],
    ['x DATE', '@number_of_date(x)'],
    ['x TIMESTAMP', '@number_of_datetime(x)'],
    ['x INTERVAL', '@number_of_time(x)'],
    ['x BLOB', '@number_of_text(@number_text_of_blob(x))'],
    ['x', 'x'],
  ],
  // DuckDB's cast rounds as MySQL does, halves to the even number; greatest and least pass over NULL.
  [
    'integer_of_double',
    ['x', 'CASE WHEN x IS NOT NULL THEN CAST(greatest(least(x, 1e30), -1e30) AS HUGEINT) END'],
  ],
  [
    'integer_of_text',
    [
      'x',
      "CASE WHEN regexp_full_match(x, '\\s*[+-]?\\d{1,18}\\s*') THEN CAST(x AS HUGEINT) WHEN x IS NOT NULL THEN coalesce(CASE WHEN @is_cut_integer(x) THEN CAST(@noted('INTEGER', x) AS HUGEINT) END, @leading_integer(x)) END",
    ],
  ],
  ['leading_integer', ['x', "coalesce(try_cast(regexp_extract(x, '^\\s*([+-]?\\d+)', 1) AS HUGEINT), 0)"]],
  // True for what is more than an integer, or beyond 64 bits.
  [
    'is_cut_integer',
    [
      'x',
      "NOT regexp_full_match(x, '\\s*[+-]?\\d+\\s*') OR @leading_integer(x) NOT BETWEEN -9223372036854775808 AND 18446744073709551615",
    ],
  ],
  [
    'bits_of_set',
    [
      'x, members',
      "CASE WHEN x = '' THEN 0 WHEN x IS NOT NULL THEN list_sum(list_transform(string_split(x, ','), lambda m: CAST(1 AS HUGEINT) << (list_position(members, m) - 1))) END",
    ],
  ],
  [
    'integer_of_any',
    ['x VARCHAR', '@integer_of_text(x)'],
    ['x BOOLEAN', 'CAST(x AS BIGINT)'],
    ['x DATE', '@number_of_date(x)'],
    ['x TIMESTAMP', '@number_of_datetime(x)'],
    ['x', 'CAST(x AS BIGINT)'],
  ],
  // The limit is a HUGEINT: moving the constant of `x + 1 > 18446744073709551615` is an internal error of DuckDB's.
  [
    'signed',
    [
      'x',
      'CAST(CASE WHEN x > CAST(18446744073709551615 AS HUGEINT) THEN 9223372036854775807 WHEN x > 9223372036854775807 THEN x - 18446744073709551616 WHEN x < -9223372036854775808 THEN -9223372036854775808 ELSE x END AS BIGINT)',
    ],
  ],
  // Of most texts a cast says all.
  [
    'signed_of_text',
    [
      'x',
      "CASE WHEN regexp_full_match(x, '\\s*[+-]?\\d{1,18}\\s*') THEN CAST(x AS BIGINT) ELSE list_transform([@integer_of_text(x)], lambda v: coalesce(CASE WHEN v BETWEEN 9223372036854775808 AND 18446744073709551615 THEN CAST(@noted('signed', '') AS BIGINT) END, @signed(v)))[1] END",
    ],
  ],
  [
    'bits_of_text',
    [
      'x',
      "CASE WHEN regexp_full_match(x, '\\s*[+]?\\d{1,18}\\s*') THEN CAST(x AS UBIGINT) ELSE list_transform([@integer_of_text(x)], lambda v: @bits(v))[1] END",
    ],
  ],
  // CAST AS UNSIGNED of a text, with MySQL's warning of what was negative.
  [
    'unsigned_of_text',
    [
      'x',
      "CASE WHEN starts_with(ltrim(x), '-') THEN list_transform([@bits_of_text(x)], lambda v: coalesce(CASE WHEN v <> 0 THEN CAST(@noted('unsigned', '') AS UBIGINT) END, v))[1] ELSE @bits_of_text(x) END",
    ],
  ],
  [
    'cut_text',
    [
      'x, n',
      "CASE WHEN length(x) > n THEN coalesce(CAST(@noted('CHAR', strlen(left(x, n)) || ':' || x) AS VARCHAR), left(x, n)) ELSE x END",
    ],
  ],
  [
    'bits',
    [
      'x',
      'CAST(CASE WHEN x > CAST(18446744073709551615 AS HUGEINT) THEN 18446744073709551615 WHEN x < -9223372036854775808 THEN 9223372036854775808 WHEN x < 0 THEN CAST(x AS HUGEINT) + 18446744073709551616 ELSE x END AS UBIGINT)',
    ],
  ],
  [
    'shift_left',
    [
      'x, n',
      'CASE WHEN n > 63 THEN CAST(0 AS UBIGINT) ELSE CAST((CAST(x AS UHUGEINT) << CAST(n AS UHUGEINT)) & CAST(18446744073709551615 AS UHUGEINT) AS UBIGINT) END',
    ],
  ],
  ['shift_right', ['x, n', 'CASE WHEN n > 63 THEN CAST(0 AS UBIGINT) ELSE x >> n END']],
  ['sort_key', ['x', "icu_sort_key(x, 'und@@colStrength=primary') COLLATE C"]],
  ['distinct_key_of_any', ['x VARCHAR', '@sort_key(x)'], ['x', 'x']],
  ['text_of_double', ['x', '@double_text(CAST(CAST(x AS DOUBLE) AS VARCHAR))']],
  // Six digits, in at most twelve characters or with an exponent.
  [
    'text_of_float',
    [
      'x',
      "list_transform([printf('%.5e', CAST(x AS DOUBLE))], lambda e: @shorter_float(@text_of_double(CAST(e AS DOUBLE)), e))[1]",
    ],
  ],
  [
    'shorter_float',
    [
      't, e',
      "CASE WHEN length(t) <= 12 THEN t ELSE regexp_replace(regexp_replace(e, '\\.?0*e\\+?', 'e'), 'e(-?)0+', 'e\\1') END",
    ],
  ],
  [
    // DuckDB's text in MySQL's form: with all its zeros from 1e-15 to 1e15 where there is room, and an exponent without zeros.
    'double_text',
    [
      't',
      "CASE WHEN regexp_matches(t, 'e-(0|1[0-5])') THEN list_transform([regexp_extract(t, '^(-?)(\\d)\\.?(\\d*)e-0?(\\d+)$', ['sign', 'whole', 'rest', 'power'])], lambda p: @shorter_double(p.sign || '0.' || repeat('0', CAST(p.power AS INTEGER) - 1) || p.whole || rtrim(p.rest, '0'), t, 24))[1] WHEN regexp_matches(t, '^-?\\d{16,}(\\.0)?$') THEN list_transform([regexp_extract(t, '^(-?)(\\d)(\\d*)', ['sign', 'whole', 'rest'])], lambda p: p.sign || p.whole || CASE WHEN rtrim(p.rest, '0') = '' THEN '' ELSE '.' || rtrim(p.rest, '0') END || 'e' || length(p.rest))[1] ELSE replace(regexp_replace(t, '\\.0(e|$)', '\\1'), 'e+', 'e') END",
    ],
  ],
  ['shorter_double', ['t, e, n', "CASE WHEN length(t) <= n THEN t ELSE regexp_replace(e, 'e-0*', 'e-') END"]],
  // Of a FLOAT that was a double in between.
  [
    'text_of_widened',
    [
      'x',
      'list_transform([CAST(CAST(x AS DOUBLE) AS VARCHAR)], lambda e: @shorter_double(@double_text(e), e, 22))[1]',
    ],
  ],
  [
    'text_of_datetime',
    [
      'x',
      "CASE WHEN microsecond(x) % 1000000 = 0 THEN strftime(x, '%Y-%m-%d %H:%M:%S') ELSE strftime(x, '%Y-%m-%d %H:%M:%S.%f') END",
    ],
  ],
  ['text_of_time', ['x', 'list_transform([epoch_us(x)], lambda u: @text_of_micros(u))[1]']],
  // MySQL has no capital ß; DuckDB has. U+E000 stands for nothing, and keeps its place.
  [
    'upper_text',
    [
      'x',
      "CASE WHEN contains(x, 'ß') THEN replace(upper(replace(x, 'ß', chr(57344))), chr(57344), 'ß') ELSE upper(x) END",
    ],
  ],
  ['text_of_datetime_digits', ['x, n', "left(strftime(x, '%Y-%m-%d %H:%M:%S.%f'), 20 + n)"]],
  [
    'text_of_time_digits',
    [
      'x, n',
      "list_transform([@text_of_time(x) || CASE WHEN epoch_us(x) % 1000000 = 0 THEN '.000000' ELSE '' END], lambda t: left(t, length(t) - 6 + n))[1]",
    ],
  ],
  [
    'text_of_micros',
    [
      'u',
      "CASE WHEN u < 0 THEN '-' ELSE '' END || @two_digits(abs(u) // 3600000000) || ':' || right('0' || CAST(abs(u) // 60000000 % 60 AS VARCHAR), 2) || ':' || right('0' || CAST(abs(u) // 1000000 % 60 AS VARCHAR), 2) || CASE WHEN u % 1000000 = 0 THEN '' ELSE '.' || lpad(CAST(abs(u) % 1000000 AS VARCHAR), 6, '0') END",
    ],
  ],
  // Bytes that are no text of utf8mb4 are refused where a text is wanted, and NULL where one is asked for.
  [
    'text_of_blob',
    [
      'x',
      "coalesce(TRY(decode(x)), CASE WHEN x IS NOT NULL THEN CAST(error('HF:cannot_convert_text:Cannot convert string ''' || CAST(x AS VARCHAR) || ''' from binary to utf8mb4') AS VARCHAR) END)",
    ],
  ],
  [
    'characters_of_blob',
    [
      'x',
      "coalesce(TRY(decode(x)), CASE WHEN x IS NOT NULL THEN CAST(@noted('characters', @hex_from_damage(x)) AS VARCHAR) END)",
    ],
  ],
  ['hex_from_damage', ['x', `decode(${byteFunctionName}('DAMAGE_OF'::BLOB, x))`]],
  [
    'number_text_of_blob',
    ['x', `coalesce(TRY(decode(x)), decode(${byteFunctionName}('CHARACTERS_OF'::BLOB, x)))`],
  ],
  [
    'text_of_any',
    ['x VARCHAR', 'x'],
    ['x BOOLEAN', 'CAST(CAST(x AS INTEGER) AS VARCHAR)'],
    ['x FLOAT', '@text_of_float(x)'],
    ['x DOUBLE', '@text_of_double(x)'],
    ['x TIMESTAMP', '@text_of_datetime(x)'],
    ['x INTERVAL', '@text_of_time(x)'],
    ['x BLOB', '@text_of_blob(x)'],
    ['x', 'CAST(x AS VARCHAR)'],
  ],
  ['hex_of_any', ['x VARCHAR', 'hex(x)'], ['x BLOB', 'hex(x)'], ['x', 'to_hex(@bits(CAST(x AS HUGEINT)))']],
  [
    'binary_of_size',
    [
      'x, n',
      "CASE WHEN octet_length(x) > n THEN coalesce(CAST(CAST(@noted('BINARY', n || ':' || CAST(x AS VARCHAR)) AS VARCHAR) AS BLOB), x[:n]) WHEN octet_length(x) = n THEN x ELSE x || from_hex(repeat('00', CAST(n - octet_length(x) AS BIGINT))) END",
    ],
  ],
  ['two_digits', ['x', "CASE WHEN x < 10 THEN '0' || CAST(x AS VARCHAR) ELSE CAST(x AS VARCHAR) END"]],
  ['signs', ['x', 'CASE WHEN x < 0 THEN -1 ELSE 1 END']],
  ['micros', ['x', 'epoch_us(x)']],
  ['micros_abs', ['x', 'abs(epoch_us(x))']],
];
