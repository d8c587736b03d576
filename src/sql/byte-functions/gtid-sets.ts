import { SqlError } from '../../base/sql-error.ts';

/** Inclusive ranges in ascending order that do not touch. */
type Ranges = readonly (readonly [from: bigint, to: bigint])[];

/** A GTID set: ranges by the server's UUID and the tag, as `uuid` or `uuid:tag`. */
type GtidSet = ReadonlyMap<string, Ranges>;

const uuidPattern = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;
const tagPattern = /^[a-z_][a-z0-9_]{0,31}$/i;
const rangePattern = /^(\d{1,19})(?:-(\d{1,19}))?$/;

/** GTID_SUBSET: all of the first set is in the second. Throws MySQL's 1772 for a text that is no set. */
export function isGtidSubset(inner: string, outer: string): boolean {
  return subtracted(readSet(inner), readSet(outer)).size === 0;
}

/** GTID_SUBTRACT: what of the first set is not in the second, in MySQL's spelling. */
export function gtidDifference(from: string, less: string): string {
  return printSet(subtracted(readSet(from), readSet(less)));
}

function readSet(text: string): GtidSet {
  const set = new Map<string, Ranges>();
  for (const part of text.split(',').map((each) => each.trim())) {
    if (part !== '') readServer(part, set);
  }
  return set;
}

function readServer(part: string, set: Map<string, Ranges>): void {
  const [uuid = '', ...pieces] = part.split(':').map((each) => each.trim());
  if (!uuidPattern.test(uuid)) throw malformed(part);
  const server = dashed(uuid.replaceAll('-', '').toLowerCase());
  let key = server;
  for (const piece of pieces) {
    const range = rangePattern.exec(piece);
    if (range !== null) {
      const from = BigInt(range[1] ?? '0');
      const to = BigInt(range[2] ?? range[1] ?? '0');
      if (from === 0n) throw malformed(part);
      if (to >= from) set.set(key, merged([...(set.get(key) ?? []), [from, to]]));
    } else if (tagPattern.test(piece)) key = `${server}:${piece.toLowerCase()}`;
    else throw malformed(part);
  }
}

function dashed(hex: string): string {
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

function malformed(part: string): SqlError {
  return new SqlError('malformed_gtid_set', `Malformed GTID set specification '${part}'.`);
}

function merged(ranges: Ranges): Ranges {
  const sorted = [...ranges].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const result: [bigint, bigint][] = [];
  for (const [from, to] of sorted) {
    const last = result.at(-1);
    if (last !== undefined && from <= last[1] + 1n) last[1] = to > last[1] ? to : last[1];
    else result.push([from, to]);
  }
  return result;
}

function subtracted(from: GtidSet, less: GtidSet): GtidSet {
  const left = [...from].map(([key, ranges]) => [key, without(ranges, less.get(key) ?? [])] as const);
  return new Map(left.filter(([, ranges]) => ranges.length > 0));
}

function without(ranges: Ranges, holes: Ranges): Ranges {
  return holes.reduce<Ranges>(
    (rest, [first, last]) =>
      rest.flatMap(([from, to]): Ranges => {
        if (last < from || first > to) return [[from, to]];
        const before: Ranges = from < first ? [[from, first - 1n]] : [];
        const behind: Ranges = to > last ? [[last + 1n, to]] : [];
        return [...before, ...behind];
      }),
    ranges,
  );
}

/** Servers in order; the ranges without a tag come first, those of a tag behind its name. */
function printSet(set: GtidSet): string {
  const servers = Map.groupBy(
    [...set].sort(([a], [b]) => (a < b ? -1 : 1)),
    ([key]) => key.slice(0, 36),
  );
  return [...servers]
    .map(([server, parts]) => {
      const printed = parts.map(([key, ranges]) => {
        const tag = key.slice(37);
        const texts = ranges.map(([from, to]) => (from === to ? String(from) : `${from}-${to}`));
        return [...(tag === '' ? [] : [tag]), ...texts].join(':');
      });
      return [server, ...printed].join(':');
    })
    .join(',\n');
}
