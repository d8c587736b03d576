import { isPlainName, type JsonPath, type PathLeg, type Place } from './path.ts';
import { isArray, isObject, type JsonValue } from './value.ts';
import { quoted } from './print.ts';

/** A value within a document, and the path that leads to it. */
export type Found = Readonly<{ value: JsonValue; path: string }>;

/**
 * Every value that a path leads to, in the order of the document, each once. What is no array counts as an array of
 * itself, unless `wraps` is false.
 */
export function find(document: JsonValue, path: JsonPath, wraps = true): readonly Found[] {
  let found: readonly Found[] = [{ value: document, path: '$' }];
  for (const leg of path)
    found = distinct(
      found.flatMap((each) => step(each, leg, wraps)),
      leg,
    );
  return found;
}

/** The value and all that is within it, from the outside in. */
export function within(found: Found): readonly Found[] {
  return [found, ...children(found).flatMap(within)];
}

function children({ value, path }: Found): readonly Found[] {
  if (isArray(value)) return value.map((item, at) => ({ value: item, path: `${path}[${at}]` }));
  if (!isObject(value)) return [];
  return [...value].map(([name, member]) => ({ value: member, path: path + memberText(name) }));
}

/** Where a place is in an array of so many cells; before the first it is negative. */
export function indexOf(place: Place, length: number): number {
  return place.from === 'start' ? place.count : length - 1 - place.count;
}

function step(found: Found, leg: PathLeg, wraps: boolean): readonly Found[] {
  const { value, path } = found;
  switch (leg.kind) {
    case 'within':
      return within(found);
    case 'members':
      return isObject(value) ? children(found) : [];
    case 'cells':
      return isArray(value) ? children(found) : [];
    case 'member': {
      const member = isObject(value) ? value.get(leg.name) : undefined;
      return member === undefined ? [] : [{ value: member, path: path + memberText(leg.name) }];
    }
    case 'cell':
      return wraps || isArray(value) ? cells(found, leg.place, leg.place) : [];
    case 'range':
      return wraps || isArray(value) ? cells(found, leg.from, leg.to) : [];
  }
}

function cells(found: Found, from: Place, to: Place): readonly Found[] {
  const { value } = found;
  const length = isArray(value) ? value.length : 1;
  const [first, last] = [indexOf(from, length), indexOf(to, length)];
  if (!isArray(value)) return first <= 0 && last >= 0 ? [found] : [];
  return children(found).slice(Math.max(first, 0), Math.max(last + 1, 0));
}

/** Paths meet again only behind `**`. */
function distinct(found: readonly Found[], leg: PathLeg): readonly Found[] {
  if (leg.kind === 'member' || found.length < 2) return found;
  return [...new Map(found.map((each) => [each.path, each])).values()];
}

function memberText(name: string): string {
  return `.${isPlainName(name) ? name : quoted(name)}`;
}
