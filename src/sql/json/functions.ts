import { SqlError } from '../../base/sql-error.ts';
import { append, insertCell, type Mode, put, remove } from './change.ts';
import { compareDocuments, contains, isMember, overlaps } from './compare.ts';
import { faultOf, normalized, normalizedOrNull } from './documents.ts';
import { find } from './find.ts';
import { merged, patched } from './merge.ts';
import { parseDocument } from './parse.ts';
import { isWild, type JsonPath, parsePath } from './path.ts';
import { printDocument, printPretty } from './print.ts';
import { returnedText } from './returned-value.ts';
import { JsonSchema, schemaReport } from './schema.ts';
import { depthOf, lengthOf, search } from './search.ts';
import { jsonTable } from './table.ts';
import { storageSize } from './storage-size.ts';
import { isObject, type JsonValue, objectOf } from './value.ts';

/** Documents and values as JSON text, paths and the rest as text; a truth is `1` or `0`. NULL is `null`. */
export type JsonArguments = readonly (string | null)[];
type JsonFunction = (values: JsonArguments, paths: Paths, schemas: Schemas) => string | null;

/** Reads each path once. */
type Paths = (text: string) => JsonPath;

/** Reads each schema once; the other text is the name of the function that asks. */
type Schemas = (text: string, name: string) => JsonSchema;

/** MySQL's JSON functions by name, and ours that have no name in SQL. A call keeps what it has read for the next one. */
export function jsonCaller(): (name: string, values: JsonArguments) => string | null {
  const paths: Paths = readOnce(parsePath);
  const schemas: Schemas = readOnce(schemaOf);
  return (name, values) => {
    const called = functions.get(name);
    if (called === undefined) throw new SqlError('internal', `no JSON function '${name}'`);
    return called(values, paths, schemas);
  };
}

function readOnce<Result>(
  read: (text: string, name: string) => Result,
): (text: string, name?: string) => Result {
  const results = new Map<string, Result>();
  return (text, name = '') => {
    const known = results.get(text);
    if (known !== undefined) return known;
    const result = read(text, name);
    results.set(text, result);
    return result;
  };
}

const functions: ReadonlyMap<string, JsonFunction> = new Map<string, JsonFunction>([
  ['WRITTEN', ifComplete(([text, place]) => normalized(text, place))],
  ['WRITTEN OR NULL', ifComplete(([text]) => normalizedOrNull(text))],
  ['DOCUMENT', ifComplete(([text]) => printDocument(parseDocument(text)))],
  ['JSON_VALID', ifComplete(([text]) => truth(normalizedOrNull(text) !== null))],
  ['JSON_EXTRACT', ifComplete(([document, ...texts], paths) => extract(document, texts.map(paths)))],
  ['JSON_VALUE', ifComplete(([document, path], paths) => onlyValue(document, paths(path)))],
  [
    'JSON_SCHEMA_VALID',
    ifComplete(([schema, document], _, schemas) =>
      truth(schemas(schema, 'json_schema_valid').failureOf(parseDocument(document)) === undefined),
    ),
  ],
  [
    'JSON_SCHEMA_VALIDATION_REPORT',
    ifComplete(([schema, document], _, schemas) =>
      schemaReport(schemas(schema, 'json_schema_validation_report').failureOf(parseDocument(document))),
    ),
  ],
  // The plan is ours, and one for all rows of a statement.
  [
    'JSON_VALUE AS',
    ifComplete(([document, path, plan = ''], paths) => returnedText(document, paths(path), JSON.parse(plan))),
  ],
  ['FAULT', ifComplete(([text, place]) => faultOf(text, place) ?? null)],
  ['JSON_LENGTH', ifComplete(([document]) => String(lengthOf(parseDocument(document))))],
  ['JSON_DEPTH', ifComplete(([document]) => String(depthOf(parseDocument(document))))],
  ['JSON_STORAGE_SIZE', ifComplete(([document]) => String(storageSize(parseDocument(document))))],
  ['JSON_KEYS', ifComplete(([document]) => keys(parseDocument(document)))],
  ['JSON_PRETTY', ifComplete(([document]) => printPretty(parseDocument(document)))],
  ['JSON_OBJECT', object],
  [
    'JSON_CONTAINS',
    ifComplete(([target, candidate]) => truth(contains(parseDocument(target), parseDocument(candidate)))),
  ],
  ['JSON_CONTAINS_PATH', containsPath],
  [
    'JSON_OVERLAPS',
    ifComplete(([left, right]) => truth(overlaps(parseDocument(left), parseDocument(right)))),
  ],
  ['MEMBER OF', ifComplete(([value, array]) => truth(isMember(parseDocument(value), parseDocument(array))))],
  [
    'COMPARE',
    ifComplete(([left, right]) => String(compareDocuments(parseDocument(left), parseDocument(right)))),
  ],
  ['JSON_SET', changing('SET')],
  ['JSON_INSERT', changing('INSERT')],
  ['JSON_REPLACE', changing('REPLACE')],
  [
    'JSON_REMOVE',
    ifComplete(([document, ...texts], paths) =>
      printDocument(texts.map(paths).reduce(remove, parseDocument(document))),
    ),
  ],
  ['JSON_ARRAY_APPEND', inPairs(append)],
  ['JSON_ARRAY_INSERT', inPairs(insertCell)],
  ['JSON_MERGE_PATCH', mergePatch],
  ['JSON_MERGE_PRESERVE', ifComplete((texts) => printDocument(texts.map(parseDocument).reduce(merged)))],
  ['JSON_SEARCH', searchPaths],
  ['JSON_TABLE', ifComplete(([document, plan], paths) => jsonTable(document, JSON.parse(plan), paths))],
]);

/** Most functions are NULL when an argument is. */
function ifComplete(
  call: (values: readonly [string, string, ...string[]], paths: Paths, schemas: Schemas) => string | null,
): JsonFunction {
  return (values, paths, schemas) => (isComplete(values) ? call(values, paths, schemas) : null);
}

function isComplete(values: JsonArguments): values is readonly [string, string, ...string[]] {
  return values.every((value) => value !== null);
}

function schemaOf(text: string, name: string): JsonSchema {
  const schema = parseDocument(text);
  if (isObject(schema)) return new JsonSchema(schema);
  throw new SqlError(
    'json_not_object',
    `Invalid JSON type in argument 1 to function ${name}; an object is required.`,
  );
}

function truth(value: boolean): string {
  return value ? '1' : '0';
}

/** One plain path gives the value there; several, or one that may lead to several values, an array of what is found. */
function extract(text: string, paths: readonly JsonPath[]): string | null {
  const document = parseDocument(text);
  const found = paths.flatMap((path) => find(document, path)).map(({ value }) => value);
  const [first] = found;
  if (first === undefined) return null;
  const isOne = paths.length === 1 && !paths.some(isWild);
  return printDocument(isOne ? first : found);
}

/** What JSON_VALUE finds: nothing where a path leads to several values, which is an error that nobody asked for. */
function onlyValue(text: string, path: JsonPath): string | null {
  const [first, ...others] = find(parseDocument(text), path);
  return first === undefined || others.length > 0 ? null : printDocument(first.value);
}

function keys(document: JsonValue): string | null {
  return isObject(document) ? printDocument([...document.keys()]) : null;
}

/** Names and values in turn. */
function object(values: JsonArguments): string {
  const members: [string, JsonValue][] = [];
  for (let at = 0; at < values.length; at += 2) {
    const [name = null, value = null] = [values[at], values[at + 1]];
    if (name === null) {
      throw new SqlError('json_null_name', 'JSON documents may not contain NULL member names.');
    }
    members.push([name, parseDocument(value ?? 'null')]);
  }
  return printDocument(objectOf(members));
}

/** The answer is known at the first path that is there, or at the first that is not, even when a later path is NULL. */
function containsPath([text = null, mode = null, ...texts]: JsonArguments, paths: Paths): string | null {
  if (text === null || mode === null) return null;
  const isAll = isAllOf(mode, 'json_contains_path');
  const document = parseDocument(text);
  for (const path of texts) {
    if (path === null) return null;
    const isThere = find(document, paths(path)).length > 0;
    if (isThere !== isAll) return truth(isThere);
  }
  return truth(isAll);
}

function isAllOf(mode: string, name: string): boolean {
  const word = mode.toLowerCase();
  if (word !== 'one' && word !== 'all') {
    throw new SqlError(
      'json_one_or_all',
      `The oneOrAll argument to ${name} may take these values: 'one' or 'all'.`,
    );
  }
  return word === 'all';
}

type PairChange = (document: JsonValue, path: JsonPath, value: JsonValue) => JsonValue;

function changing(mode: Mode): JsonFunction {
  return inPairs((document, path, value) => put(document, path, value, mode));
}

/** A document, then paths and values in turn, each of which changes what the one before has left. */
function inPairs(change: PairChange): JsonFunction {
  return ifComplete(([text, ...pairs], paths) => {
    let document = parseDocument(text);
    for (let at = 0; at + 1 < pairs.length; at += 2) {
      const [path = '', value = ''] = [pairs[at], pairs[at + 1]];
      document = change(document, paths(path), parseDocument(value));
    }
    return printDocument(document);
  });
}

/** NULL stays NULL until a document that is no object takes its place. */
function mergePatch(texts: JsonArguments): string | null {
  let target: JsonValue | undefined;
  for (const [at, text] of texts.entries()) {
    const patch = text === null ? undefined : parseDocument(text);
    if (at === 0) target = patch;
    else if (patch === undefined) target = undefined;
    else if (target !== undefined || !isObject(patch)) target = patched(target ?? null, patch);
  }
  return target === undefined ? null : printDocument(target);
}

/** Document, 'one' or 'all', pattern, escape, and paths to look in. The escape alone may be NULL: a backslash. */
function searchPaths(
  [text = null, mode = null, pattern = null, escape = null, ...texts]: JsonArguments,
  paths: Paths,
): string | null {
  if (text === null || mode === null || pattern === null || !isComplete(texts)) return null;
  const one = !isAllOf(mode, 'json_search');
  const found = search(parseDocument(text), {
    one,
    pattern,
    escape: escape === null || escape === '' ? '\\' : escape,
    paths: texts.map(paths),
  });
  return found === undefined ? null : printDocument(found);
}
