import { SqlError } from '../../base/sql-error.ts';
import { find, indexOf } from './find.ts';
import { isWild, type JsonPath, type PathLeg, type Place } from './path.ts';
import { isArray, isObject, type JsonValue, objectOf } from './value.ts';

/** What becomes of the value at a path: `undefined` where there is none, and where none is to be. */
type Change = (value: JsonValue | undefined) => JsonValue | undefined;

/** JSON_SET, JSON_INSERT and JSON_REPLACE differ in what they do where there is a value, and where there is none. */
export type Mode = 'SET' | 'INSERT' | 'REPLACE';

export function put(document: JsonValue, path: JsonPath, value: JsonValue, mode: Mode): JsonValue {
  refuseWild(path);
  const isKept = (old: JsonValue | undefined): boolean =>
    old === undefined ? mode === 'REPLACE' : mode === 'INSERT';
  return changedOr(document, path, (old) => (isKept(old) ? old : value));
}

export function remove(document: JsonValue, path: JsonPath): JsonValue {
  refuseWild(path);
  const last = path.at(-1);
  if (last === undefined) {
    throw new SqlError('json_vacuous_path', "The path expression '$' is not allowed in this context.");
  }
  return removed(document, path);
}

/** What is no array counts as an array of itself: to remove its first cell is to remove it. The document stays. */
function removed(document: JsonValue, path: JsonPath): JsonValue {
  const last = path.at(-1);
  const [holder] = find(document, path.slice(0, -1));
  if (last === undefined || holder === undefined) return document;
  const isItself = last.kind === 'cell' && !isArray(holder.value) && indexOf(last.place, 1) === 0;
  if (isItself) return removed(document, path.slice(0, -1));
  return changedHolder(document, path, (old) => without(old, last));
}

/** JSON_ARRAY_APPEND: what is no array becomes one. */
export function append(document: JsonValue, path: JsonPath, value: JsonValue): JsonValue {
  refuseWild(path);
  const appended = (old: JsonValue | undefined): JsonValue | undefined => {
    if (old === undefined) return undefined;
    return isArray(old) ? [...old, value] : [old, value];
  };
  return changedOr(document, path, appended);
}

/** JSON_ARRAY_INSERT: before a cell, or at the end when the array is shorter. */
export function insertCell(document: JsonValue, path: JsonPath, value: JsonValue): JsonValue {
  refuseWild(path);
  const last = path.at(-1);
  if (last?.kind !== 'cell') {
    throw new SqlError('json_path_no_cell', 'A path expression is not a path to a cell in an array.');
  }
  if (find(document, path.slice(0, -1), false).length === 0) return document;
  return changedHolder(document, path, (holder) =>
    isArray(holder) ? inserted(holder, last.place, value) : holder,
  );
}

function refuseWild(path: JsonPath): void {
  if (!isWild(path)) return;
  throw new SqlError(
    'json_path_wild',
    'In this situation, path expressions may not contain the * and ** tokens or an array range.',
  );
}

/** Changes the value in which the path's last step is taken. */
function changedHolder(
  document: JsonValue,
  path: JsonPath,
  change: (holder: JsonValue) => JsonValue,
): JsonValue {
  return changedOr(document, path.slice(0, -1), (old) => (old === undefined ? undefined : change(old)));
}

function changedOr(document: JsonValue, path: JsonPath, change: Change): JsonValue {
  const made = changed(document, path, change);
  return made === undefined ? document : made;
}

/** The document with another value at the path; the same one when nothing changes. */
function changed(document: JsonValue, [leg, ...rest]: JsonPath, change: Change): JsonValue | undefined {
  if (leg === undefined) return change(document);
  if (leg.kind === 'member') return changedMember(document, leg.name, rest, change);
  return leg.kind === 'cell' ? changedCell(document, leg.place, rest, change) : document;
}

function changedMember(document: JsonValue, name: string, rest: JsonPath, change: Change): JsonValue {
  if (!isObject(document)) return document;
  const old = document.get(name);
  const made = old === undefined ? madeAt(rest, change) : changed(old, rest, change);
  return made === undefined || made === old ? document : objectOf([...document, [name, made]]);
}

/** A new value stands only where its holder is: `rest` must be at its end. */
function madeAt(rest: JsonPath, change: Change): JsonValue | undefined {
  return rest.length === 0 ? change(undefined) : undefined;
}

/** What is no array counts as an array of itself, and becomes one when a cell is added. */
function changedCell(document: JsonValue, place: Place, rest: JsonPath, change: Change): JsonValue {
  const items = isArray(document) ? document : [document];
  const index = indexOf(place, items.length);
  const old = items[index];
  if (old === undefined) {
    const made = madeAt(rest, change);
    return made === undefined ? document : index < 0 ? [made, ...items] : [...items, made];
  }
  const made = changed(old, rest, change);
  if (made === undefined || made === old) return document;
  return isArray(document) ? items.with(index, made) : made;
}

function without(holder: JsonValue, leg: PathLeg): JsonValue {
  if (leg.kind === 'member' && isObject(holder)) {
    return holder.has(leg.name) ? objectOf([...holder].filter(([name]) => name !== leg.name)) : holder;
  }
  if (leg.kind !== 'cell' || !isArray(holder)) return holder;
  const index = indexOf(leg.place, holder.length);
  return holder.filter((_, at) => at !== index);
}

function inserted(items: readonly JsonValue[], place: Place, value: JsonValue): JsonValue {
  const index = Math.min(Math.max(indexOf(place, items.length), 0), items.length);
  return items.toSpliced(index, 0, value);
}
