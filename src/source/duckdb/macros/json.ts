import type { MacroDefinition } from './definition.ts';

/** JSON functions (manual, JSON Functions). */
export const jsonMacros: readonly MacroDefinition[] = [
  ['json_text', ['x', "json_extract_string(x, '$')"]],
  [
    'json_unquoted',
    [
      'x',
      "CASE WHEN x LIKE '\"%\"' AND json_valid(x) THEN json_extract_string(CAST(x AS JSON), '$') ELSE x END",
    ],
  ],
  [
    'json_array_of_found',
    [
      'l',
      "CASE WHEN len(list_filter(l, lambda e: e IS NOT NULL)) = 0 THEN NULL ELSE CAST('[' || array_to_string(list_transform(list_filter(l, lambda e: e IS NOT NULL), lambda e: CAST(e AS VARCHAR)), ', ') || ']' AS JSON) END",
    ],
  ],
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
      "CASE json_type(x) WHEN 'VARCHAR' THEN 'STRING' WHEN 'BIGINT' THEN 'INTEGER' WHEN 'UBIGINT' THEN 'INTEGER' ELSE json_type(x) END",
    ],
  ],
];
