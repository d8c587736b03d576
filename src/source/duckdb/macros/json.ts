import type { MacroDefinition } from './definition.ts';

/** A run of JSON up to a comma or colon outside of texts, and that sign. */
const upToSign = String.raw`((?:"(?:[^"\\]|\\.)*"|[^",:])+)([,:])`;

/** JSON functions (manual, JSON Functions). `x` is a document in MySQL's form. */
export const jsonMacros: readonly MacroDefinition[] = [
  [
    'json_text',
    [
      'x',
      "CASE WHEN left(CAST(x AS VARCHAR), 1) = '\"' THEN json_extract_string(x, '$') ELSE CAST(x AS VARCHAR) END",
    ],
  ],
  ['json_value', ['x', "CASE WHEN json_type(x) <> 'NULL' THEN @json_text(x) END"]],
  ['text_within', ['x, n', 'CASE WHEN length(x) <= n THEN x END']],
  [
    'json_unquoted',
    [
      'x',
      "CASE WHEN x LIKE '\"%\"' AND json_valid(x) THEN json_extract_string(CAST(x AS JSON), '$') ELSE x END",
    ],
  ],
  // DuckDB takes the blanks out of what it finds.
  [
    'json_spaced',
    [
      'x',
      `CASE WHEN left(CAST(x AS VARCHAR), 1) IN ('{', '[') THEN CAST(regexp_replace(CAST(x AS VARCHAR), '${upToSign}', '\\1\\2 ', 'gs') AS JSON) ELSE x END`,
    ],
  ],
  // `t` is a text of JSON; DuckDB writes it as it writes what it finds.
  [
    'json_has_text',
    [
      'x, t',
      "CASE WHEN x IS NULL THEN NULL ELSE CASE json_type(x) WHEN 'ARRAY' THEN list_contains(CAST(json_extract(x, '$[*]') AS VARCHAR[]), CAST(json_extract(t, '$') AS VARCHAR)) ELSE @is_same_text(x, t) END END",
    ],
  ],
  [
    'is_same_text',
    ['x, t', "((CAST(json_extract(x, '$') AS VARCHAR) COLLATE C) = CAST(json_extract(t, '$') AS VARCHAR))"],
  ],
  // `asked` is for arrays in arrays.
  [
    'json_contains_text',
    [
      'x, t, asked',
      "CASE WHEN x IS NULL THEN NULL WHEN json_type(x) = 'ARRAY' AND contains(CAST(x AS VARCHAR)[2:], '[') THEN asked WHEN json_type(x) = 'OBJECT' THEN FALSE ELSE @json_has_text(x, t) END",
    ],
  ],
  ['json_of_double', ['x', "CASE WHEN regexp_matches(x, '[.e]') THEN x ELSE x || '.0' END"]],
  [
    'json_size',
    [
      'x',
      "CASE json_type(x) WHEN 'ARRAY' THEN json_array_length(x) WHEN 'OBJECT' THEN len(json_keys(x)) ELSE CASE WHEN x IS NULL THEN NULL ELSE 1 END END",
    ],
  ],
  [
    'json_key_list',
    [
      'x',
      "CASE WHEN json_type(x) = 'OBJECT' THEN CAST('[' || array_to_string(list_transform(json_keys(x), lambda k: CAST(to_json(k) AS VARCHAR)), ', ') || ']' AS JSON) END",
    ],
  ],
  [
    'json_type_name',
    [
      'x',
      "CASE json_type(x) WHEN 'VARCHAR' THEN 'STRING' WHEN 'BIGINT' THEN 'INTEGER' WHEN 'UBIGINT' THEN CASE WHEN try_cast(CAST(x AS VARCHAR) AS BIGINT) IS NULL THEN 'UNSIGNED INTEGER' ELSE 'INTEGER' END ELSE json_type(x) END",
    ],
  ],
  [
    'number_of_json',
    [
      'x',
      "CASE WHEN json_type(x) = 'BOOLEAN' THEN CASE WHEN CAST(x AS VARCHAR) = 'true' THEN 1 ELSE 0 END WHEN x IS NOT NULL THEN @leading_number(@json_text(x)) END",
    ],
  ],
  // The order of kinds (manual, Comparison and Ordering of JSON Values).
  [
    'json_rank',
    [
      'x',
      "CASE WHEN x IS NULL THEN NULL ELSE CASE json_type(x) WHEN 'NULL' THEN 0 WHEN 'VARCHAR' THEN 2 WHEN 'OBJECT' THEN 3 WHEN 'ARRAY' THEN 4 WHEN 'BOOLEAN' THEN 5 ELSE 1 END END",
    ],
  ],
  // A number; what comes before all numbers, or behind them.
  [
    'json_beside_number',
    [
      'x',
      "coalesce(try_cast(CAST(x AS VARCHAR) AS DOUBLE), CASE WHEN CAST(x AS VARCHAR) = 'null' THEN CAST('-Infinity' AS DOUBLE) WHEN x IS NOT NULL THEN CAST('Infinity' AS DOUBLE) END)",
    ],
  ],
  ['json_beside_text', ['x', 'CASE WHEN x IS NULL THEN NULL ELSE row(@json_rank(x), @json_text(x)) END']],
  ['text_beside_json', ['x', 'CASE WHEN x IS NULL THEN NULL ELSE row(2, x) END']],
  [
    'json_sort_key',
    [
      'x',
      'CASE WHEN x IS NULL THEN NULL ELSE row(@json_rank(x), CASE @json_rank(x) WHEN 1 THEN CAST(CAST(x AS VARCHAR) AS DOUBLE) END, @json_text(x)) END',
    ],
  ],
];
