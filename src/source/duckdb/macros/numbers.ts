import type { MacroDefinition } from './definition.ts';

/** The reflected CRC-32 polynomial's table, one entry for each byte. */
function crcTable(): string {
  const entries = Array.from({ length: 256 }, (_, byte) => {
    let value = byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
    return value >>> 0;
  });
  return `[${entries.join(', ')}]`;
}

const digits = "'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'";

/** Mathematical functions; outside of a function's domain the result is NULL. */
export const numberMacros: readonly MacroDefinition[] = [
  // The list names the value, so that it is computed once.
  [
    'finite',
    [
      'x, shown',
      "list_transform([x], lambda v: CASE WHEN NOT isfinite(v) THEN error('HF:value_out_of_range:DOUBLE value is out of range in ''' || shown || '''') ELSE v END)[1]",
    ],
  ],
  [
    'power_of',
    ['x, y', "@finite(pow(x, y), 'pow(' || @text_of_double(x) || ',' || @text_of_double(y) || ')')"],
  ],
  ['square_root', ['x', 'CASE WHEN x >= 0 THEN sqrt(x) END']],
  ['exponential', ['x', "@finite(exp(x), 'exp(' || @text_of_double(x) || ')')"]],
  ['natural_log', ['x', 'CASE WHEN x > 0 THEN ln(x) ELSE @no_logarithm(x) END']],
  [
    'log_of',
    ['x', 'CASE WHEN x > 0 THEN ln(x) ELSE @no_logarithm(x) END'],
    ['b, x', 'CASE WHEN x > 0 AND b > 0 AND b <> 1 THEN ln(x) / ln(b) ELSE @no_logarithm(x + b) END'],
  ],
  ['log_two', ['x', 'CASE WHEN x > 0 THEN log2(x) ELSE @no_logarithm(x) END']],
  ['log_ten', ['x', 'CASE WHEN x > 0 THEN log10(x) ELSE @no_logarithm(x) END']],
  ['no_logarithm', ['x', "CASE WHEN x IS NOT NULL THEN CAST(@noted('logarithm', '') AS DOUBLE) END"]],
  ['arc_sine', ['x', 'CASE WHEN x BETWEEN -1 AND 1 THEN asin(x) END']],
  ['arc_cosine', ['x', 'CASE WHEN x BETWEEN -1 AND 1 THEN acos(x) END']],
  [
    'scaled_number',
    [
      'x, unit',
      "CASE WHEN abs(x) >= 100000 THEN printf('%.2e', x) ELSE printf('%.2f', x) END || ' ' || unit",
    ],
  ],
  [
    'format_bytes',
    [
      'x',
      "CASE WHEN abs(x) >= pow(1024, 6) THEN @scaled_number(x / pow(1024, 6), 'EiB') WHEN abs(x) >= pow(1024, 5) THEN @scaled_number(x / pow(1024, 5), 'PiB') WHEN abs(x) >= pow(1024, 4) THEN @scaled_number(x / pow(1024, 4), 'TiB') WHEN abs(x) >= pow(1024, 3) THEN @scaled_number(x / pow(1024, 3), 'GiB') WHEN abs(x) >= 1048576 THEN @scaled_number(x / 1048576, 'MiB') WHEN abs(x) >= 1024 THEN @scaled_number(x / 1024, 'KiB') WHEN x IS NOT NULL THEN printf('%4d bytes', CAST(trunc(x) AS BIGINT)) END",
    ],
  ],
  [
    'format_pico_time',
    [
      'x',
      "CASE WHEN abs(x) >= 8.64e16 THEN @scaled_number(x / 8.64e16, 'd') WHEN abs(x) >= 3.6e15 THEN @scaled_number(x / 3.6e15, 'h') WHEN abs(x) >= 6e13 THEN @scaled_number(x / 6e13, 'min') WHEN abs(x) >= 1e12 THEN @scaled_number(x / 1e12, 's') WHEN abs(x) >= 1e9 THEN @scaled_number(x / 1e9, 'ms') WHEN abs(x) >= 1e6 THEN @scaled_number(x / 1e6, 'us') WHEN abs(x) >= 1e3 THEN @scaled_number(x / 1e3, 'ns') WHEN x IS NOT NULL THEN printf('%3d ps', CAST(trunc(x) AS BIGINT)) END",
    ],
  ],
  // DuckDB's least passes over NULL.
  ['at_most', ['n, most', 'CASE WHEN n > most THEN most ELSE n END']],
  ['round_decimal', ['x, n', 'round(x, n)']],
  ['truncate_decimal', ['x, n', 'trunc(x, n)']],
  [
    'round_integer',
    [
      'x, n',
      'CASE WHEN n >= 0 THEN x WHEN n < -19 THEN 0 ELSE (CAST(x AS HUGEINT) + @signs(x) * CAST(pow(10, -n) AS HUGEINT) // 2) // CAST(pow(10, -n) AS HUGEINT) * CAST(pow(10, -n) AS HUGEINT) END',
    ],
  ],
  [
    'truncate_integer',
    [
      'x, n',
      'CASE WHEN n >= 0 THEN x WHEN n < -19 THEN 0 ELSE CAST(x AS HUGEINT) // CAST(pow(10, -n) AS HUGEINT) * CAST(pow(10, -n) AS HUGEINT) END',
    ],
  ],
  // As `my_double_round` of MySQL: halves to the even digit, and a number as it is where the power is too large.
  [
    'round_double',
    ['x, n', '@at_digit(x, round_even(x * pow(10, n), 0), round_even(x / pow(10, -n), 0), n)'],
  ],
  ['truncate_double', ['x, n', '@at_digit(x, trunc(x * pow(10, n)), trunc(x / pow(10, -n)), n)']],
  [
    'at_digit',
    [
      'x, behind, before, n',
      'CASE WHEN n >= 0 THEN CASE WHEN isfinite(x * pow(10, n)) THEN behind / pow(10, n) ELSE x END WHEN isfinite(pow(10, -n)) THEN before * pow(10, -n) ELSE CASE WHEN n IS NOT NULL THEN x * 0 END END',
    ],
  ],
  // DuckDB has no BIT without bits.
  ['bits_of_bytes', ['x', 'CAST(CASE WHEN octet_length(x) > 0 THEN x END AS BIT)']],
  ['bytes_of_bits', ['v, x', 'CASE WHEN octet_length(x) = 0 THEN x ELSE CAST(v AS BLOB) END']],
  [
    'bytes_of_equal_length',
    [
      'a, b',
      "CASE WHEN octet_length(a) = octet_length(b) THEN a WHEN a IS NOT NULL AND b IS NOT NULL THEN CAST(error('HF:bitwise_size:Binary operands of bitwise operators must be of equal length') AS BLOB) END",
    ],
  ],
  ['bytes_inverted', ['x', '@bytes_of_bits(~@bits_of_bytes(x), x)']],
  [
    'bytes_shifted_left',
    ['x, n', '@bytes_of_bits(@bits_of_bytes(x) << CAST(least(n, octet_length(x) * 8) AS INTEGER), x)'],
  ],
  [
    'bytes_shifted_right',
    ['x, n', '@bytes_of_bits(@bits_of_bytes(x) >> CAST(least(n, octet_length(x) * 8) AS INTEGER), x)'],
  ],
  ['octal', ['x', "CASE WHEN x = 0 THEN '0' ELSE ltrim(@octal_digits(x), '0') END"]],
  [
    'octal_digits',
    [
      'x',
      "array_to_string(list_transform(range(21, -1, -1), lambda i: CAST((x >> CAST(i * 3 AS UBIGINT)) & 7 AS VARCHAR)), '')",
    ],
  ],
  [
    'convert_base',
    [
      'x, a, b',
      `CASE WHEN x IS NULL OR x = '' OR a IS NULL OR b IS NULL OR abs(a) NOT BETWEEN 2 AND 36 OR abs(b) NOT BETWEEN 2 AND 36 THEN NULL ELSE @signed_digits(CASE WHEN starts_with(trim(x), '-') THEN -1 ELSE 1 END * @number_in_base(upper(trim(x)), abs(a)), b) END`,
    ],
  ],
  [
    'signed_digits',
    [
      'n, b',
      `CASE WHEN b > 0 AND n < 0 THEN @digits_of(n + CAST(18446744073709551616 AS HUGEINT), b) WHEN b > 0 THEN @digits_of(n, b) WHEN n < 0 THEN '-' || @digits_of(-n, -b) ELSE @digits_of(n, -b) END`,
    ],
  ],
  [
    'number_in_base',
    [
      'x, a',
      `list_reduce(list_prepend(CAST(0 AS HUGEINT), list_transform(string_split(left(@base_prefix(x, a), 64), ''), lambda c: CAST(strpos(${digits}, c) - 1 AS HUGEINT))), lambda n, c: CASE WHEN c < 0 THEN n ELSE least(n * CAST(a AS HUGEINT) + c, CAST(18446744073709551615 AS HUGEINT)) END)`,
    ],
  ],
  ['base_prefix', ['x, a', `regexp_extract(x, '^-?([' || left(${digits}, CAST(a AS BIGINT)) || ']*)', 1)`]],
  [
    'digits_of',
    [
      'n, b',
      `CASE WHEN n = 0 THEN '0' ELSE ltrim(array_to_string(list_transform(range(63, -1, -1), lambda i: CASE WHEN i * ln(b) > 44.4 THEN '0' ELSE substring(${digits}, CAST(n // CAST(round(pow(CAST(b AS DOUBLE), i)) AS HUGEINT) % b AS BIGINT) + 1, 1) END), ''), '0') END`,
    ],
  ],
  [
    'crc32',
    [
      'x',
      `CASE WHEN x IS NULL THEN NULL ELSE xor(list_reduce(list_prepend(4294967295, list_transform(range(octet_length(x)), lambda i: CAST('0x' || substring(hex(x), i * 2 + 1, 2) AS BIGINT))), lambda c, b: xor(c >> 8, (${crcTable()})[CAST(xor(c, b) & 255 AS BIGINT) + 1])), 4294967295) END`,
    ],
  ],
  [
    'inet_aton',
    [
      'x',
      // `a.b` is `a.0.0.b`, and `a.b.c` is `a.b.0.c` (manual, INET_ATON).
      "CASE WHEN regexp_full_match(x, '(?:(?:25[0-5]|2[0-4][0-9]|[01]?[0-9]?[0-9])(?:\\.|$)){1,4}') AND NOT ends_with(x, '.') AND x <> '' THEN list_transform([list_transform(string_split(x, '.'), lambda p: CAST(p AS BIGINT))], lambda p: p[-1] + CASE WHEN len(p) > 1 THEN p[1] * 16777216 ELSE 0 END + CASE WHEN len(p) > 2 THEN p[2] * 65536 ELSE 0 END + CASE WHEN len(p) > 3 THEN p[3] * 256 ELSE 0 END)[1] WHEN x IS NOT NULL THEN CAST(@noted('inet_aton', x) AS BIGINT) END",
    ],
  ],
  [
    'inet_ntoa',
    [
      'x',
      "CASE WHEN x BETWEEN 0 AND 4294967295 THEN concat_ws('.', x // 16777216, x // 65536 % 256, x // 256 % 256, x % 256) END",
    ],
  ],
  [
    'soundex',
    [
      'x',
      "CASE WHEN x IS NULL THEN NULL WHEN @soundex_letters(x) = '' THEN '' ELSE rpad(left(@soundex_letters(x), 1) || substring(@soundex_codes(@soundex_letters(x)), 2), CAST(greatest(4, length(@soundex_codes(@soundex_letters(x)))) AS INTEGER), '0') END",
    ],
  ],
  ['soundex_letters', ['x', "regexp_replace(upper(x), '[^A-Z]', '', 'g')"]],
  ['soundex_digits', ['x', "translate(x, 'BFPVCGJKQSXZDTLMNR', '111122222222334556')"]],
  // Vowels go first, and then what is twice in a row.
  [
    'soundex_codes',
    [
      'x',
      "left(x, 1) || substring(@collapsed(left(@soundex_digits(x), 1) || regexp_replace(substring(@soundex_digits(x), 2), '[AEIOUYHW]', '', 'g')), 2)",
    ],
  ],
  [
    'collapsed',
    [
      'x',
      "regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(x, '1+', '1', 'g'), '2+', '2', 'g'), '3+', '3', 'g'), '4+', '4', 'g'), '5+', '5', 'g'), '6+', '6', 'g')",
    ],
  ],
];
