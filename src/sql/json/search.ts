import { exactLikeMatcher } from '../like.ts';
import { find, type Found, within } from './find.ts';
import type { JsonPath } from './path.ts';
import { isArray, isObject, type JsonValue } from './value.ts';

export type Search = Readonly<{
  /** Only the first path is wanted. */
  one: boolean;
  pattern: string;
  escape: string;
  /** Where to look; everywhere without one. */
  paths: readonly JsonPath[];
}>;

/** JSON_SEARCH: the paths of the texts that are LIKE a pattern, one as it is and several as an array. */
export function search(document: JsonValue, { one, pattern, escape, paths }: Search): JsonValue | undefined {
  const matches = exactLikeMatcher(pattern, escape);
  const starts =
    paths.length === 0 ? find(document, []) : paths.flatMap((path) => find(document, path, false));
  const texts = starts.flatMap(within).filter(({ value }) => typeof value === 'string' && matches(value));
  const places = [...new Set(texts.map(({ path }: Found) => path))];
  return one || places.length < 2 ? places[0] : places;
}

/** JSON_DEPTH: 1 for what holds nothing. */
export function depthOf(value: JsonValue): number {
  if (isArray(value)) return 1 + Math.max(0, ...value.map(depthOf));
  return isObject(value) ? 1 + Math.max(0, ...[...value.values()].map(depthOf)) : 1;
}

/** JSON_LENGTH: how many elements or members; 1 for what is neither array nor object. */
export function lengthOf(value: JsonValue): number {
  if (isArray(value)) return value.length;
  return isObject(value) ? value.size : 1;
}
