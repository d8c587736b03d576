import { duckdbText } from '../../duckdb-quote.ts';
import { SqlError } from '../../../base/sql-error.ts';
import { quoted } from '../../json/print.ts';
import { isWild, type JsonPath, type PathLeg } from '../../json/path.ts';
import { normalized } from '../../json/documents.ts';
import { type JsonValuePlan, type ReturnedType, valueDocumentPlace } from '../../json/returned-value.ts';
import { objectOf } from '../../json/value.ts';
import { asText } from '../conversions/texts.ts';
import { computedOnce, jsonCall, macro, noted } from '../macro-names.ts';
import {
  bigintType,
  booleanType,
  exactTextType,
  textTypeIn,
  jsonType,
  nullType,
  type Rendered,
  type ValueType,
} from '../types.ts';
import { manyArguments, special, type FunctionEntry } from './definition.ts';
import {
  type ArgumentPlace,
  asJson,
  documentOf,
  jsonOf,
  literalPath,
  pathOf,
  refuseKind,
} from './json-values.ts';

const nothing: Rendered = { sql: 'NULL', type: nullType };

/** JSON functions (manual, JSON Functions). What they give is in the form in which MySQL shows documents. */
export const jsonFunctions: readonly FunctionEntry[] = [
  special('JSON_EXTRACT', [2, manyArguments], (values) => jsonExtract(values)),
  special('JSON_VALUE AS', [3, 3], jsonValue),
  special('JSON_SCHEMA_VALID', [2, 2], (values) =>
    truthOf(
      'JSON_SCHEMA_VALID',
      ...values.map((value, index) => documentOf(value, at('json_schema_valid', index + 1))),
    ),
  ),
  special('JSON_SCHEMA_VALIDATION_REPORT', [2, 2], (values) => {
    const texts = values.map((value, index) =>
      documentOf(value, at('json_schema_validation_report', index + 1)),
    );
    return asJson(jsonCall('JSON_SCHEMA_VALIDATION_REPORT', ...texts));
  }),
  special('JSON_UNQUOTE', [1, 1], ([value]) => unquoted(requireText(value ?? nothing, 'json_unquote', true))),
  special('JSON_OBJECT', [0, manyArguments], jsonObject),
  special('JSON_ARRAY', [0, manyArguments], (values) =>
    asJson(`('[' || ${joined(values.map(jsonOf))} || ']')`),
  ),
  special('JSON_QUOTE', [1, 1], ([value]) => ({
    sql: `CAST(to_json(${asText(requireText(value ?? nothing, 'json_quote', false))}) AS VARCHAR)`,
    type: exactTextType,
  })),
  special('JSON_LENGTH', [1, 2], (values) => jsonPart(['json_size', 'json_length'], values, bigintType)),
  special('JSON_KEYS', [1, 2], (values) => jsonPart(['json_key_list', 'json_keys'], values, jsonType)),
  special('JSON_TYPE', [1, 1], (values) => jsonPart(['json_type_name', 'json_type'], values, exactTextType)),
  special('JSON_VALID', [1, 1], ([value]) => jsonValid(value ?? nothing)),
  special('JSON_CONTAINS', [2, 3], ([document, candidate = nothing, path]) => {
    const place = placeIn('json_contains', document, path);
    const asked = truthOf('JSON_CONTAINS', place, documentOf(candidate, at('json_contains', 2)));
    const text = candidate.type.kind === 'text' ? quotedText(candidate.literal) : undefined;
    return text === undefined
      ? asked
      : { ...asked, sql: macro('json_contains_text', place, text, asked.sql) };
  }),
  special('JSON_CONTAINS_PATH', [3, manyArguments], ([document = nothing, mode = nothing, ...paths]) => {
    const source = documentOf(document, at('json_contains_path'));
    const asked = truthOf('JSON_CONTAINS_PATH', source, asText(mode), ...paths.map(pathOf));
    const own = presence(source, mode.literal?.toLowerCase(), paths);
    return own === undefined ? asked : { ...asked, sql: own };
  }),
  special('JSON_OVERLAPS', [2, 2], (values) =>
    truthOf(
      'JSON_OVERLAPS',
      ...values.map((value, index) => documentOf(value, at('json_overlaps', index + 1))),
    ),
  ),
  special('MEMBER OF', [2, 2], ([value = nothing, array = nothing]) => {
    const source = array.compact ?? documentOf(array, at('member of', 2));
    if (value.type.kind === 'text' && value.literal !== undefined)
      return {
        sql: macro('json_has_text', source, duckdbText(quoted(value.literal))),
        type: booleanType,
      };
    return truthOf('MEMBER OF', `CASE WHEN ${value.sql} IS NOT NULL THEN ${jsonOf(value)} END`, source);
  }),
  special('JSON_DEPTH', [1, 1], ([document]) => ({
    sql: `CAST(${jsonCall('JSON_DEPTH', documentOf(document ?? nothing, at('json_depth')))} AS BIGINT)`,
    type: bigintType,
  })),
  special('JSON_STORAGE_SIZE', [1, 1], ([document]) => ({
    sql: `CAST(${jsonCall('JSON_STORAGE_SIZE', documentOf(document ?? nothing, at('json_storage_size')))} AS BIGINT)`,
    type: bigintType,
  })),
  // Documents are not changed in their place.
  special('JSON_STORAGE_FREE', [1, 1], ([document]) => ({
    sql: `(CASE WHEN ${documentOf(document ?? nothing, at('json_storage_free'))} IS NOT NULL THEN 0 END)`,
    type: bigintType,
  })),
  special('JSON_PRETTY', [1, 1], ([document]) => ({
    sql: jsonCall('JSON_PRETTY', documentOf(document ?? nothing, at('json_pretty'))),
    type: exactTextType,
  })),
  ...['JSON_SET', 'JSON_INSERT', 'JSON_REPLACE', 'JSON_ARRAY_APPEND', 'JSON_ARRAY_INSERT'].map((name) =>
    special(name, [3, manyArguments], (values) => changedInPairs(name, values)),
  ),
  special('JSON_REMOVE', [2, manyArguments], ([document = nothing, ...paths]) => removed(document, paths)),
  special('JSON_MERGE_PATCH', [2, manyArguments], (values) => mergedBy('JSON_MERGE_PATCH', values)),
  special('JSON_MERGE_PRESERVE', [2, manyArguments], (values) => mergedBy('JSON_MERGE_PRESERVE', values)),
  special('JSON_MERGE', [2, manyArguments], (values) => mergedBy('JSON_MERGE_PRESERVE', values)),
  special('JSON_SEARCH', [3, manyArguments], jsonSearch),
];

/** One plain path gives the value there; several, or one that may lead to several values, an array of what is found. */
function jsonExtract([document = nothing, ...paths]: readonly Rendered[], name = 'json_extract'): Rendered {
  if ([document, ...paths].some((value) => value.type.kind === 'null')) return nothing;
  const source = documentOf(document, at(name));
  const called = asJson(jsonCall('JSON_EXTRACT', source, ...paths.map(pathOf)));
  const path = paths.length === 1 ? literalPath(paths[0] as Rendered) : undefined;
  const own = path === undefined ? undefined : extraction(source, path);
  return own === undefined ? called : { sql: macro('json_spaced', own), type: jsonType, compact: own };
}

/** DuckDB's own search, where it can find what MySQL's does: it finds no first cell in what is no array. */
function extraction(source: string, path: JsonPath): string | undefined {
  const holder = path.slice(0, -1);
  const own = duckdbPath(path);
  if (own === undefined || holder.some(isFirstCell)) return undefined;
  const value = `json_extract(${source}, ${duckdbText(own)})`;
  if (!path.slice(-1).some(isFirstCell)) return value;
  const held = `json_extract(${source}, ${duckdbText(duckdbPath(holder) ?? '$')})`;
  return `CASE WHEN json_type(${held}) = 'ARRAY' THEN ${value} ELSE ${held} END`;
}

function isFirstCell(leg: PathLeg): boolean {
  return leg.kind === 'cell' && leg.place.count === 0;
}

/** Whether plain paths lead somewhere, by DuckDB's own search; undefined where it may find otherwise than MySQL. */
function presence(source: string, mode: string | undefined, paths: readonly Rendered[]): string | undefined {
  if (mode !== 'one' && mode !== 'all') return undefined;
  const found = paths.map((path) => {
    const legs = literalPath(path);
    return legs === undefined || isWild(legs) ? undefined : extraction(source, legs);
  });
  if (found.includes(undefined)) return undefined;
  const any = found.map((sql) => `(${sql}) IS NOT NULL`).join(mode === 'one' ? ' OR ' : ' AND ');
  return `(CASE WHEN ${source} IS NOT NULL THEN ${any} END)`;
}

/** A document that is a text and nothing else, as DuckDB's literal. */
function quotedText(document: string | undefined): string | undefined {
  if (document === undefined || !/^\s*"/.test(document)) return undefined;
  return duckdbText(normalized(document));
}

/** The path in DuckDB's spelling, where its own search finds what MySQL's does. */
function duckdbPath(path: JsonPath): string | undefined {
  const legs = path.map(duckdbLeg);
  return legs.includes(undefined) ? undefined : `$${legs.join('')}`;
}

function duckdbLeg(leg: PathLeg): string | undefined {
  if (leg.kind === 'member') return /["\\*]/.test(leg.name) || leg.name === '' ? undefined : `."${leg.name}"`;
  return leg.kind === 'cell' && leg.place.from === 'start' ? `[${leg.place.count}]` : undefined;
}

function unquoted(value: Rendered): Rendered {
  if (value.type.kind === 'null') return nothing;
  if (value.type.kind === 'json') return { sql: macro('json_text', value.sql), type: exactTextType };
  return { sql: macro('json_unquoted', asText(value)), type: exactTextType };
}

/**
 * What JSON_VALUE returns, before it is cast: by the engine's own search where it is a text or a document at one plain path, and
 * nothing is asked for of errors.
 */
function jsonValue([document = nothing, path = nothing, planned]: readonly Rendered[]): Rendered {
  if (document.type.kind === 'null') return nothing;
  const plan = JSON.parse(planned?.literal ?? '') as JsonValuePlan;
  const legs = literalPath(path) ?? [];
  const asked = plan.onEmpty.kind !== 'null' || plan.onError.kind !== 'null';
  const isPlain = document.type.kind === 'json' && !asked && !isWild(legs);
  const found = isPlain ? jsonExtract([document, path], 'json_value') : undefined;
  if (found !== undefined && plan.type.name === 'JSON') return found;
  const own = found === undefined ? undefined : textOfPlain(found, plan.type);
  if (own !== undefined) return own;
  const place: Rendered = found === undefined ? path : { sql: "'$'", type: exactTextType };
  const sql = valueCall(found ?? document, asText(place), duckdbText(JSON.stringify(plan)), plan);
  return plan.type.name === 'JSON' ? asJson(sql) : { sql, type: valueTextType };
}

const valueTextType = textTypeIn('utf8mb4_0900_bin', 'coercible');

/** A text that is longer than CHAR(n) is an error, which nobody asked for, and so NULL. */
function textOfPlain(found: Rendered, type: ReturnedType): Rendered | undefined {
  if (type.name !== 'CHAR') return undefined;
  const sql = macro('json_value', found.sql);
  return {
    sql: type.size === undefined ? sql : macro('text_within', sql, String(type.size)),
    type: valueTextType,
  };
}

/** Of a text that may be none, MySQL's warning 3141 is noted where it is no error. */
function valueCall(document: Rendered, path: string, plan: string, { onError }: JsonValuePlan): string {
  const call = (text: string): string => jsonCall('JSON_VALUE AS', text, path, plan);
  if (document.type.kind === 'json') return call(document.sql);
  refuseKind(document.type, at('json_value'));
  if (onError.kind === 'error') return call(asText(document));
  const place = duckdbText(valueDocumentPlace);
  return computedOnce([asText(document)], (text) => {
    const fault = noted('json', jsonCall('FAULT', text, place));
    return `coalesce(CASE WHEN ${jsonCall('JSON_VALID', text)} = '0' THEN CAST(${fault} AS VARCHAR) END, ${call(text)})`;
  });
}

function joined(parts: readonly string[]): string {
  return parts.length === 0 ? "''" : parts.join(" || ', ' || ");
}

/** Names that are literals are put in order here. */
function jsonObject(values: readonly Rendered[]): Rendered {
  if (values.length % 2 === 1) throw wrongCount('JSON_OBJECT');
  const names = values.filter((_, at) => at % 2 === 0);
  const pieces = values.filter((_, at) => at % 2 === 1).map(jsonOf);
  const written = names.map((name) => (name.type.kind === 'text' ? name.literal : undefined));
  if (!written.every((name) => name !== undefined)) {
    const parts = names.flatMap((name, at) => [asText(name), pieces[at] ?? "'null'"]);
    return asJson(jsonCall('JSON_OBJECT', ...parts));
  }
  const order = objectOf(written.map((name, at) => [name, BigInt(at)]));
  const members = [...order].map(
    ([name, at]) => `${duckdbText(`${quoted(name)}: `)} || ${pieces[Number(at)] ?? "'null'"}`,
  );
  return asJson(`('{' || ${joined(members)} || '}')`);
}

function wrongCount(name: string): SqlError {
  return new SqlError(
    'wrong_argument_count',
    `Incorrect parameter count in the call to native function '${name}'`,
  );
}

/** The document, or the value at a path of it that leads to one place. */
function placeIn(name: string, document: Rendered = nothing, path?: Rendered): string {
  if (path === undefined) return document.compact ?? documentOf(document, at(name));
  if (isWild(literalPath(path) ?? [])) {
    throw new SqlError(
      'json_path_wild',
      'In this situation, path expressions may not contain the * and ** tokens or an array range.',
    );
  }
  const found = jsonExtract([document, path], name);
  return found.compact ?? found.sql;
}

/** `names`: that of the macro, and MySQL's. */
function jsonPart(
  [called, name]: readonly [string, string],
  [document, path]: readonly Rendered[],
  type: ValueType,
): Rendered {
  if (document === undefined || document.type.kind === 'null') return nothing;
  return { sql: macro(called, placeIn(name, document, path)), type };
}

function jsonValid(value: Rendered): Rendered {
  switch (value.type.kind) {
    case 'null':
      return nothing;
    case 'text':
    case 'unknown':
      return truthOf('JSON_VALID', asText(value));
    default: {
      const isValid = value.type.kind === 'json' ? 'TRUE' : 'FALSE';
      return { sql: `(CASE WHEN ${value.sql} IS NOT NULL THEN ${isValid} END)`, type: booleanType };
    }
  }
}

function truthOf(name: string, ...parameters: readonly string[]): Rendered {
  return { sql: `CAST(${jsonCall(name, ...parameters)} AS BOOLEAN)`, type: booleanType };
}

function at(name: string, index = 1): ArgumentPlace {
  return { name, index };
}

function removed(document: Rendered, paths: readonly Rendered[]): Rendered {
  if (document.type.kind === 'null') return nothing;
  return asJson(jsonCall('JSON_REMOVE', documentOf(document, at('json_remove')), ...paths.map(pathOf)));
}

/** MySQL's 3064 for what is neither a text nor, where it may be one, a document. */
function requireText(value: Rendered, name: string, takesDocument: boolean): Rendered {
  const { kind } = value.type;
  const isTaken = ['text', 'unknown', 'null'].includes(kind) || (takesDocument && kind === 'json');
  if (isTaken) return value;
  throw new SqlError('argument_type', `Incorrect type for argument 1 in function ${name}.`);
}

/** A document, then paths and values in turn. */
function changedInPairs(name: string, [document = nothing, ...pairs]: readonly Rendered[]): Rendered {
  if (pairs.length % 2 === 1) throw wrongCount(name);
  if (document.type.kind === 'null') return nothing;
  const parts = pairs.map((value, at) => (at % 2 === 0 ? pathOf(value) : jsonOf(value)));
  return asJson(jsonCall(name, documentOf(document, at(name.toLowerCase())), ...parts));
}

function mergedBy(name: string, documents: readonly Rendered[]): Rendered {
  const texts = documents.map((document, index) => documentOf(document, at(name.toLowerCase(), index + 1)));
  return asJson(jsonCall(name, ...texts));
}

function jsonSearch([
  document = nothing,
  mode = nothing,
  pattern = nothing,
  escape = nothing,
  ...paths
]: readonly Rendered[]): Rendered {
  const texts = [mode, pattern, escape].map(asText);
  return asJson(
    jsonCall('JSON_SEARCH', documentOf(document, at('json_search')), ...texts, ...paths.map(pathOf)),
  );
}
