import { isArray, isObject, type JsonValue, objectOf } from './value.ts';

/** JSON_MERGE_PATCH of two documents (RFC 7396). */
export function patched(target: JsonValue, patch: JsonValue): JsonValue {
  if (!isObject(patch)) return patch;
  const members = new Map<string, JsonValue>(isObject(target) ? target : []);
  for (const [name, value] of patch) {
    if (value === null) members.delete(name);
    else members.set(name, patched(members.get(name) ?? null, value));
  }
  return objectOf(members);
}

/** JSON_MERGE_PRESERVE of two documents: arrays are joined, objects too, and what is neither stands in an array. */
export function merged(left: JsonValue, right: JsonValue): JsonValue {
  if (!isObject(left) || !isObject(right)) return [...listOf(left), ...listOf(right)];
  const members = new Map<string, JsonValue>(left);
  for (const [name, value] of right) {
    const old = members.get(name);
    members.set(name, old === undefined ? value : merged(old, value));
  }
  return objectOf(members);
}

function listOf(value: JsonValue): readonly JsonValue[] {
  return isArray(value) ? value : [value];
}
