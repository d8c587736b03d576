import { duckdbText } from '../../duckdb-quote.ts';
import { asCondition, asText, settled } from '../conversions.ts';
import { macro } from '../macro-names.ts';
import { notSupported } from '../not-supported.ts';
import { bigintType, booleanType, jsonType, nullType, textType, type Rendered } from '../types.ts';
import { entry, manyArguments, special, type FunctionEntry } from './definition.ts';

const nothing: Rendered = { sql: 'NULL', type: nullType };

/** JSON functions (manual, JSON Functions). Functions that change a document are refused. */
export const jsonFunctions: readonly FunctionEntry[] = [
  special('JSON_EXTRACT', [2, manyArguments], jsonExtract),
  special('JSON_VALUE', [2, 2], (values) => unquoted(jsonExtract(values))),
  special('JSON_UNQUOTE', [1, 1], ([value]) => unquoted(value ?? nothing)),
  special('JSON_OBJECT', [0, manyArguments], jsonObject),
  special('JSON_ARRAY', [0, manyArguments], (values) => ({
    sql: `CAST(('[' || ${joined(values.map(jsonOf))} || ']') AS JSON)`,
    type: jsonType,
  })),
  special('JSON_QUOTE', [1, 1], ([value]) => ({
    sql: `CAST(to_json(${asText(value ?? nothing)}) AS VARCHAR)`,
    type: textType,
  })),
  special('JSON_LENGTH', [1, 2], ([document, path]) => jsonPart('json_size', document, path, bigintType)),
  special('JSON_KEYS', [1, 2], ([document, path]) => jsonPart('json_key_list', document, path, jsonType)),
  special('JSON_TYPE', [1, 1], ([document]) => jsonPart('json_type_name', document, undefined, textType)),
  special('JSON_DEPTH', [1, 1], () => notSupported('JSON_DEPTH')),
  entry('JSON_VALID', 't', booleanType, (text) => `json_valid(${text})`),
  special('JSON_CONTAINS', [2, 3], ([document, candidate, path]) => jsonContains(document, candidate, path)),
  special('JSON_CONTAINS_PATH', [3, manyArguments], jsonContainsPath),
  special('MEMBER OF', [2, 2], ([value, array]) => ({
    sql: `json_contains(${documentOf(array ?? nothing)}, ${jsonOf(value ?? nothing)})`,
    type: booleanType,
  })),
];

function documentOf(value: Rendered): string {
  return value.type.kind === 'json' ? value.sql : `CAST(${asText(value)} AS JSON)`;
}

/** A path as DuckDB reads it; MySQL's `**` has no form there. */
function pathOf(path: Rendered): string {
  const text = path.literal;
  if (text === undefined) return asText(path);
  if (!text.trimStart().startsWith('$')) return notSupported(`the JSON path '${text}'`);
  if (text.includes('**') || /\[\s*(last|\d+\s+to)/i.test(text)) notSupported(`the JSON path '${text}'`);
  return duckdbText(text.trim());
}

function hasWildcard(path: Rendered | undefined): boolean {
  return path?.literal?.includes('*') === true;
}

/** One path gives the value there; several, or one with a wildcard, give an array of what was found. */
function jsonExtract([document, ...paths]: readonly Rendered[]): Rendered {
  const first = paths[0];
  if (document === undefined || first === undefined || document.type.kind === 'null') return nothing;
  const source = documentOf(document);
  if (paths.length === 1 && !hasWildcard(first)) {
    return { sql: `json_extract(${source}, ${pathOf(first)})`, type: jsonType };
  }
  if (paths.length > 1 && paths.some(hasWildcard))
    notSupported('JSON_EXTRACT with several paths and wildcards');
  const list =
    paths.length === 1
      ? `json_extract(${source}, ${pathOf(first)})`
      : `json_extract(${source}, [${paths.map(pathOf).join(', ')}])`;
  return { sql: macro('json_array_of_found', list), type: jsonType };
}

function unquoted(value: Rendered): Rendered {
  if (value.type.kind === 'null') return nothing;
  if (value.type.kind === 'json') return { sql: macro('json_text', value.sql), type: textType };
  return { sql: macro('json_unquoted', asText(value)), type: textType };
}

/** A value as a piece of JSON text; NULL is `null`. */
export function jsonOf(value: Rendered): string {
  switch (value.type.kind) {
    case 'null':
      return "'null'";
    case 'json':
      return `coalesce(CAST(${value.sql} AS VARCHAR), 'null')`;
    case 'boolean':
      return `coalesce(CAST(${asCondition(value)} AS VARCHAR), 'null')`;
    case 'integer':
    case 'decimal':
    case 'double':
      return `coalesce(${asText(settled(value))}, 'null')`;
    default:
      return `coalesce(CAST(to_json(${asText(value)}) AS VARCHAR), 'null')`;
  }
}

function joined(parts: readonly string[]): string {
  return parts.length === 0 ? "''" : parts.join(" || ', ' || ");
}

function jsonObject(values: readonly Rendered[]): Rendered {
  if (values.length % 2 === 1) notSupported('JSON_OBJECT with an odd number of arguments');
  const members: string[] = [];
  for (let at = 0; at < values.length; at += 2) {
    const [key, value] = [values[at] ?? nothing, values[at + 1] ?? nothing];
    members.push(`CAST(to_json(${asText(key)}) AS VARCHAR) || ': ' || ${jsonOf(value)}`);
  }
  return { sql: `CAST(('{' || ${joined(members)} || '}') AS JSON)`, type: jsonType };
}

function jsonPart(
  name: string,
  document: Rendered | undefined,
  path: Rendered | undefined,
  type: Rendered['type'],
): Rendered {
  if (document === undefined || document.type.kind === 'null') return nothing;
  const source = documentOf(document);
  return { sql: macro(name, path === undefined ? source : `json_extract(${source}, ${pathOf(path)})`), type };
}

function jsonContains(document?: Rendered, candidate?: Rendered, path?: Rendered): Rendered {
  if (document === undefined || candidate === undefined) return nothing;
  const source = documentOf(document);
  const place = path === undefined ? source : `json_extract(${source}, ${pathOf(path)})`;
  return { sql: `json_contains(${place}, ${documentOf(candidate)})`, type: booleanType };
}

function jsonContainsPath([document, mode, ...paths]: readonly Rendered[]): Rendered {
  if (document === undefined || mode === undefined) return nothing;
  const joiner = mode.literal?.toLowerCase() === 'all' ? ' AND ' : ' OR ';
  const tests = paths.map((path) => `json_exists(${documentOf(document)}, ${pathOf(path)})`);
  return { sql: `(${tests.join(joiner)})`, type: booleanType };
}
