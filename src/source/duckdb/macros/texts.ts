import type { MacroDefinition } from './definition.ts';

/** String functions (manual, String Functions and Operators). */
export const textMacros: readonly MacroDefinition[] = [
  [
    'bounded_text',
    [
      'x, n, c',
      "CASE WHEN length(x) > n THEN error('HF:data_too_long:Data too long for column ''' || c || ''' at row 1') ELSE x END",
    ],
  ],
  [
    'left_part',
    ['x, n', 'CASE WHEN n IS NOT NULL THEN left(x, CAST(least(greatest(n, 0), 4294967295) AS BIGINT)) END'],
  ],
  [
    'right_part',
    ['x, n', 'CASE WHEN n IS NOT NULL THEN right(x, CAST(least(greatest(n, 0), 4294967295) AS BIGINT)) END'],
  ],
  [
    'substring_of',
    [
      'x, p',
      "CASE WHEN x IS NULL OR p IS NULL THEN NULL WHEN p = 0 OR p < -length(x) OR p > length(x) THEN '' ELSE substring(x, CAST(p AS BIGINT)) END",
    ],
    [
      'x, p, n',
      "CASE WHEN x IS NULL OR p IS NULL OR n IS NULL THEN NULL WHEN p = 0 OR p < -length(x) OR p > length(x) OR n <= 0 THEN '' ELSE substring(x, CAST(p AS BIGINT), CAST(least(n, 4294967295) AS BIGINT)) END",
    ],
  ],
  // Of bytes, which count each for itself.
  ['left_bytes', ['x, n', 'CASE WHEN n IS NULL THEN NULL WHEN n <= 0 THEN x[:0] ELSE x[:n] END']],
  [
    'right_bytes',
    [
      'x, n',
      'CASE WHEN n IS NULL THEN NULL WHEN n <= 0 THEN x[:0] WHEN n >= octet_length(x) THEN x ELSE x[octet_length(x) - n + 1:] END',
    ],
  ],
  [
    'bytes_behind',
    [
      'x, p',
      'CASE WHEN p IS NULL THEN NULL WHEN p = 0 OR p < -octet_length(x) THEN x[:0] WHEN p < 0 THEN x[octet_length(x) + p + 1:] ELSE x[p:] END',
    ],
  ],
  [
    'bytes_from',
    ['x, p', '@bytes_behind(x, p)'],
    [
      'x, p, n',
      'CASE WHEN n IS NULL THEN NULL WHEN n <= 0 THEN @bytes_behind(x, p)[:0] ELSE @bytes_behind(x, p)[:n] END',
    ],
  ],
  ['first_of_bytes', ['x', "CASE WHEN x = ''::BLOB THEN 0 ELSE CAST('0x' || hex(x[:1]) AS INTEGER) END"]],
  [
    'repeated_bytes',
    [
      'x, n, most, name',
      "CASE WHEN x IS NULL OR n IS NULL THEN NULL WHEN n <= 0 OR x = ''::BLOB THEN x[:0] WHEN n > most // octet_length(x) THEN CAST(@too_long(name, most) AS BLOB) ELSE repeat(x, CAST(n AS BIGINT)) END",
    ],
  ],
  ...(['left', 'right'] as const).map(paddedBytes),
  // DuckDB's array_to_string wants a constant between the parts.
  ['parts_with', ['l, d', "CASE WHEN len(l) = 0 THEN '' ELSE list_reduce(l, lambda a, b: a || d || b) END"]],
  [
    'substring_index',
    [
      'x, d, n',
      "CASE WHEN x IS NULL OR d IS NULL OR n IS NULL THEN NULL WHEN strlen(d) = 0 OR n = 0 THEN '' WHEN n > 0 THEN @parts_with(list_slice(string_split(x, d), 1, n), d) ELSE @parts_with(list_slice(string_split(x, d), greatest(len(string_split(x, d)) + n + 1, 1), len(string_split(x, d))), d) END",
    ],
  ],
  [
    'pad_left',
    [
      'x, n, p, most',
      "CASE WHEN n < 0 OR p IS NULL THEN NULL WHEN n <= length(x) THEN left(x, CAST(n AS BIGINT)) WHEN strlen(p) = 0 THEN CASE WHEN n IS NOT NULL THEN x END WHEN n > most // 4 THEN @too_long('lpad', most) ELSE lpad(x, CAST(n AS INTEGER), p) END",
    ],
  ],
  [
    'pad_right',
    [
      'x, n, p, most',
      "CASE WHEN n < 0 OR p IS NULL THEN NULL WHEN n <= length(x) THEN left(x, CAST(n AS BIGINT)) WHEN strlen(p) = 0 THEN CASE WHEN n IS NOT NULL THEN x END WHEN n > most // 4 THEN @too_long('rpad', most) ELSE rpad(x, CAST(n AS INTEGER), p) END",
    ],
  ],
  [
    'repeated',
    [
      'x, n, most, name',
      "CASE WHEN x IS NULL OR n IS NULL THEN NULL WHEN n <= 0 OR strlen(x) = 0 THEN '' WHEN n > most // strlen(x) THEN @too_long(name, most) ELSE repeat(x, CAST(n AS BIGINT)) END",
    ],
  ],
  ['too_long', ['name, most', 'CAST(@noted(name, CAST(most AS VARCHAR)) AS VARCHAR)']],
  [
    'insert_into',
    [
      'x, p, n, y',
      'CASE WHEN y IS NULL OR n IS NULL THEN NULL WHEN p < 1 OR p > length(x) THEN x WHEN n < 0 OR p + n > length(x) THEN left(x, CAST(p - 1 AS BIGINT)) || y ELSE left(x, CAST(p - 1 AS BIGINT)) || y || substring(x, CAST(p + n AS BIGINT)) END',
    ],
  ],
  [
    'locate',
    [
      'd, x, p',
      'CASE WHEN d IS NULL OR x IS NULL OR p IS NULL THEN NULL WHEN p < 1 OR p > length(x) + 1 THEN 0 WHEN strpos(substring(x, CAST(p AS BIGINT)), d) = 0 THEN 0 ELSE strpos(substring(x, CAST(p AS BIGINT)), d) + p - 1 END',
    ],
  ],
  [
    'find_in_set',
    [
      'x, s',
      "CASE WHEN x IS NULL OR s IS NULL THEN NULL WHEN strlen(s) = 0 OR contains(x, ',') THEN 0 ELSE coalesce(list_position(string_split(s, ','), x), 0) END",
    ],
  ],
  // The bytes of the first character as one number.
  [
    'first_character',
    ['x', "CASE WHEN strlen(x) = 0 THEN 0 ELSE CAST('0x' || hex(encode(left(x, 1))) AS BIGINT) END"],
  ],
  ['first_byte', ['x', "CASE WHEN strlen(x) = 0 THEN 0 ELSE CAST('0x' || left(hex(x), 2) AS INTEGER) END"]],
  [
    'bytes_of_code',
    [
      'x',
      "from_hex(CASE WHEN length(to_hex(@bits(x) & 4294967295)) % 2 = 1 THEN '0' || to_hex(@bits(x) & 4294967295) ELSE to_hex(@bits(x) & 4294967295) END)",
    ],
  ],
  [
    'character_of_code',
    [
      'x',
      "CASE WHEN x IS NULL THEN '' WHEN x BETWEEN 0 AND 55295 OR x BETWEEN 57344 AND 65535 THEN chr(CAST(x AS INTEGER)) WHEN (x >> 26) = 54 AND ((x >> 10) & 63) = 55 THEN chr(CAST(65536 + ((x >> 16) & 1023) * 1024 + (x & 1023) AS INTEGER)) END",
    ],
  ],
  [
    'quote',
    [
      'x',
      "CASE WHEN x IS NULL THEN 'NULL' ELSE '''' || replace(replace(replace(replace(x, '\\', '\\\\'), '''', '\\'''), chr(0), '\\0'), chr(26), '\\Z') || '''' END",
    ],
  ],
  [
    'from_base64',
    [
      'x',
      "list_transform([regexp_replace(x, '\\s', '', 'g')], lambda t: CASE WHEN length(t) % 4 = 0 AND regexp_full_match(t, '[A-Za-z0-9+/]*={0,2}') THEN from_base64(t) END)[1]",
    ],
  ],
  [
    'unhex',
    [
      'x',
      "CASE WHEN regexp_full_match(x, '[0-9A-Fa-f]*') THEN from_hex(CASE WHEN length(x) % 2 = 1 THEN '0' || x ELSE x END) WHEN x IS NOT NULL THEN CAST(CAST(@noted('unhex', x) AS VARCHAR) AS BLOB) END",
    ],
  ],
  [
    'export_set',
    [
      'bits, a, b, s, n',
      'CASE WHEN bits IS NOT NULL AND a IS NOT NULL AND b IS NOT NULL AND s IS NOT NULL AND n IS NOT NULL THEN @parts_with(list_transform(range(CASE WHEN n < 0 OR n > 64 THEN 64 ELSE n END), lambda i: CASE WHEN (bits >> CAST(i AS UBIGINT)) & 1 = 1 THEN a ELSE b END), s) END',
    ],
  ],
  [
    'is_uuid',
    [
      'x',
      "regexp_full_match(x, '[0-9a-fA-F]{32}|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|\\{[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\\}')",
    ],
  ],
  [
    'is_ipv4',
    [
      'x',
      "regexp_full_match(x, '(?:(?:25[0-5]|2[0-4][0-9]|[01]?[0-9]?[0-9])\\.){3}(?:25[0-5]|2[0-4][0-9]|[01]?[0-9]?[0-9])')",
    ],
  ],
  // With the swap the parts of the time stand in the order in which they grow.
  [
    'bytes_of_uuid',
    [
      'x, swaps',
      "CASE WHEN NOT @is_uuid(x) THEN error('HF:wrong_function_value:Incorrect string value: ''' || x || ''' for function uuid_to_bin') ELSE list_transform([regexp_replace(x, '[-{}]', '', 'g')], lambda h: unhex(CASE WHEN swaps = 0 THEN h ELSE h[13:16] || h[9:12] || h[1:8] || h[17:32] END))[1] END",
    ],
  ],
  [
    'uuid_of_bytes',
    [
      'x, swaps',
      "CASE WHEN octet_length(x) <> 16 THEN error('HF:wrong_function_value:Incorrect string value: ''' || decode(x) || ''' for function bin_to_uuid') ELSE list_transform([lower(hex(x))], lambda h: CASE WHEN swaps = 0 THEN h[1:8] || '-' || h[9:12] || '-' || h[13:16] ELSE h[9:16] || '-' || h[5:8] || '-' || h[1:4] END || '-' || h[17:20] || '-' || h[21:32])[1] END",
    ],
  ],
  [
    'padded_fraction',
    [
      'x, scale, n',
      "CAST(x AS VARCHAR) || CASE WHEN n = 0 THEN '' WHEN scale = 0 THEN '.' ELSE '' END || repeat('0', n - scale)",
    ],
  ],
  ['double_with_digits', ['x, n', "format('{:.' || CAST(greatest(least(n, 30), 0) AS VARCHAR) || 'f}', x)"]],
  ['unsigned_zero', ['t', "CASE WHEN regexp_full_match(t, '-[0.]*') THEN substring(t, 2) ELSE t END"]],
  ['whole_part', ['t', "split_part(t, '.', 1)"]],
  [
    'fraction_behind',
    ['t, point', "CASE WHEN contains(t, '.') THEN point || split_part(t, '.', 2) ELSE '' END"],
  ],
  // Digits are counted from the right, so the text is turned round; chr(1) stands for the separator meanwhile.
  [
    'grouped',
    [
      't, s',
      "replace(reverse(substring(regexp_replace(reverse(@whole_part(t)), '(\\d{1,3})', chr(1) || '\\1', 'g'), 2)), chr(1), s)",
    ],
  ],
  [
    'grouped_indian',
    [
      't, s',
      "replace(reverse(left(reverse(@whole_part(t)), 3) || regexp_replace(substring(reverse(@whole_part(t)), 4), '(\\d{1,2})', chr(1) || '\\1', 'g')), chr(1), s)",
    ],
  ],
  [
    'trim_leading',
    [
      'x, d',
      "CASE WHEN strlen(d) = 0 THEN x WHEN length(d) = 1 AND unicode(d) <> 0 THEN ltrim(x, d) ELSE regexp_replace(x, '^(?:' || @searched_literally(d) || ')+', '') END",
    ],
  ],
  [
    'trim_trailing',
    [
      'x, d',
      "CASE WHEN strlen(d) = 0 THEN x WHEN length(d) = 1 AND unicode(d) <> 0 THEN rtrim(x, d) ELSE regexp_replace(x, '(?:' || @searched_literally(d) || ')+$', '') END",
    ],
  ],
  ['searched_literally', ['d', "replace(regexp_escape(d), chr(0), '\\x00')"]],
  ['trim_both', ['x, d', '@trim_leading(@trim_trailing(x, d), d)']],
];

/** Bytes made as long as `n` by repeating `p` on one side of them. */
function paddedBytes(side: 'left' | 'right'): MacroDefinition {
  const padding =
    'repeat(p, CAST((n - octet_length(x)) // octet_length(p) + 1 AS BIGINT))[:n - octet_length(x)]';
  const padded = side === 'left' ? `${padding} || x` : `x || ${padding}`;
  const name = `'${side[0]}pad'`;
  return [
    `pad_bytes_${side}`,
    [
      'x, n, p, most',
      `CASE WHEN n < 0 OR p IS NULL THEN NULL WHEN n <= octet_length(x) THEN x[:n] WHEN p = ''::BLOB THEN CASE WHEN n IS NOT NULL THEN x END WHEN n > most THEN CAST(@too_long(${name}, most) AS BLOB) ELSE ${padded} END`,
    ],
  ];
}

/** Entries of GROUP_CONCAT: `n` tells NULL keys apart, `k` is the sort key, `v` the text, `d` what DISTINCT compares. */
const indexed = "lambda e, i: {'n': e.n, 'k': e.k, 'i': i, 'v': e.v}";
const indexedBackward = "lambda e, i: {'n': e.n, 'k': e.k, 'i': -i, 'v': e.v}";

/**
 * GROUP_CONCAT over the list of its entries. MySQL keeps them in a tree where an equal key goes before the
 * earlier ones (Item_func_group_concat), so equal keys come out in reverse order of the rows; DISTINCT keeps the
 * first of equal texts.
 */
export const joiningMacros: readonly MacroDefinition[] = [
  ['joined_ascending', ['l, d', `@joined(list_sort(list_transform(list_reverse(l), ${indexed})), d)`]],
  [
    'joined_descending',
    ['l, d', `@joined(list_sort(list_transform(list_reverse(l), ${indexedBackward}), 'DESC'), d)`],
  ],
  [
    'cut_to_bytes',
    [
      'x, n',
      'list_transform([x], lambda v: CASE WHEN strlen(v) <= n THEN v WHEN strlen(v) = length(v) THEN left(v, n) ELSE @cut_between(v, n) END)[1]',
    ],
  ],
  [
    'cut_between',
    [
      'x, n',
      'decode(list_transform([encode(x)], lambda b: b[1:n - CASE WHEN NOT @goes_on(b[n + 1:n + 1]) THEN 0 WHEN NOT @goes_on(b[n:n]) THEN 1 WHEN NOT @goes_on(b[n - 1:n - 1]) THEN 2 ELSE 3 END])[1])',
    ],
  ],
  ['goes_on', ['b', "(hex(b) BETWEEN '80' AND 'BF')"]],
  ['distinct_ascending', ['l, d', `@joined(@first_of_equal(list_sort(list_transform(l, ${indexed}))), d)`]],
  [
    'distinct_descending',
    ['l, d', `@joined(@first_of_equal(list_sort(list_transform(l, ${indexedBackward}), 'DESC')), d)`],
  ],
  [
    'first_of_each',
    [
      'l',
      'list_transform([l], lambda m: list_filter(m, lambda e, i: i = list_position(list_transform(m, lambda z: z.d), e.d)))[1]',
    ],
  ],
  [
    'first_of_equal',
    [
      'l',
      'list_transform([l], lambda m: list_filter(m, lambda e, i: i = 1 OR m[i - 1].k IS DISTINCT FROM e.k))[1]',
    ],
  ],
  ['joined', ['l, d', 'array_to_string(list_transform(l, lambda e: e.v), d)']],
];
