import { SqlError } from '../../base/sql-error.ts';

/** One step of a path (manual, "JSON Path Syntax"). */
export type PathLeg =
  | Readonly<{ kind: 'member'; name: string }>
  | Readonly<{ kind: 'cell'; place: Place }>
  | Readonly<{ kind: 'range'; from: Place; to: Place }>
  /** `.*` and `[*]`. */
  | Readonly<{ kind: 'members' | 'cells' }>
  /** `**`: the value itself and all within it. */
  | Readonly<{ kind: 'within' }>;

/** A cell of an array, counted from its beginning or, as in `last-2`, from its end. */
export type Place = Readonly<{ from: 'start' | 'end'; count: number }>;

export type JsonPath = readonly PathLeg[];

/** Throws `json_path` for what is no path. */
export function parsePath(text: string): JsonPath {
  const reader = { text, at: 0 };
  skipBlanks(reader);
  if (take(reader, /\$/y) === undefined) return fail({ text, at: Math.min(reader.at + 1, text.length) });
  const legs: PathLeg[] = [];
  for (skipBlanks(reader); reader.at < text.length; skipBlanks(reader)) legs.push(readLeg(reader));
  if (legs.at(-1)?.kind === 'within') fail(reader);
  return legs;
}

/** Whether a path may lead to more than one value. */
export function isWild(path: JsonPath): boolean {
  return path.some(({ kind }) => kind !== 'member' && kind !== 'cell');
}

/** A name as it stands in a path. */
export function isPlainName(name: string): boolean {
  return /^[\p{ID_Start}$_][\p{ID_Continue}$_\u200c\u200d]*$/u.test(name);
}

type Reader = { readonly text: string; at: number };

function readLeg(reader: Reader): PathLeg {
  if (take(reader, /\*\*/y) !== undefined) {
    if (reader.text[reader.at] === '*') fail(reader);
    return { kind: 'within' };
  }
  if (take(reader, /\./y) !== undefined) return readMember(reader);
  if (take(reader, /\[/y) !== undefined) return readCells(reader);
  return fail(reader);
}

function readMember(reader: Reader): PathLeg {
  skipBlanks(reader);
  if (take(reader, /\*/y) !== undefined) return { kind: 'members' };
  const quoted = take(reader, /"(?:[^"\\]|\\.)*"/sy);
  if (quoted !== undefined) {
    try {
      return { kind: 'member', name: String(JSON.parse(quoted)) };
    } catch {
      return fail(reader);
    }
  }
  const name = take(reader, /[\p{ID_Start}$_][\p{ID_Continue}$_\u200c\u200d]*/uy);
  return name === undefined ? fail(reader) : { kind: 'member', name };
}

function readCells(reader: Reader): PathLeg {
  skipBlanks(reader);
  const leg = take(reader, /\*/y) === undefined ? readRange(reader) : ({ kind: 'cells' } as const);
  skipBlanks(reader);
  return take(reader, /\]/y) === undefined ? fail(reader) : leg;
}

function readRange(reader: Reader): PathLeg {
  const place = readPlace(reader);
  if (take(reader, /\s+to\s+/y) === undefined) return { kind: 'cell', place };
  const to = readPlace(reader);
  const isEmpty =
    place.from === to.from && (place.from === 'start' ? place.count > to.count : place.count < to.count);
  return isEmpty ? fail(reader) : { kind: 'range', from: place, to };
}

function readPlace(reader: Reader): Place {
  const digits = take(reader, /\d{1,10}/y);
  if (digits !== undefined) return { from: 'start', count: bounded(reader, digits) };
  if (take(reader, /last\b/y) === undefined) return fail(reader);
  const back = take(reader, /\s*-\s*\d{1,10}/y);
  return { from: 'end', count: back === undefined ? 0 : bounded(reader, back.replace(/\D+/, '')) };
}

function bounded(reader: Reader, digits: string): number {
  const count = Number(digits);
  return count > 0xffffffff ? fail(reader) : count;
}

function skipBlanks(reader: Reader): void {
  take(reader, /\s*/y);
}

function take(reader: Reader, sticky: RegExp): string | undefined {
  sticky.lastIndex = reader.at;
  const found = sticky.exec(reader.text)?.[0];
  reader.at += found?.length ?? 0;
  return found;
}

function fail(reader: Reader): never {
  throw new SqlError(
    'json_path',
    `Invalid JSON path expression. The error is around character position ${reader.at}.`,
  );
}
