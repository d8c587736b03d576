import { isIPv4, isIPv6 } from 'node:net';

const longBytes = 16;
const shortBytes = 4;
const groups = 8;

/** The bytes of an address of IPv4 or IPv6; undefined for a text that is none. */
export function addressBytes(text: string): Uint8Array | undefined {
  if (isIPv4(text)) return Uint8Array.from(text.split('.').map(Number));
  if (!isIPv6(text) || text.includes('%')) return undefined;
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(text);
  const plain = dotted === null ? text : `${dotted[1]}${pairText(dotted, 2)}:${pairText(dotted, 4)}`;
  const [head = '', tail] = plain.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: groups - before.length - after.length }, () => '0');
  const numbers = [...before, ...zeros, ...after].map((group) => Number.parseInt(group, 16));
  return Uint8Array.from(numbers.flatMap((number) => [number >> 8, number & 0xff]));
}

function pairText(dotted: RegExpExecArray, at: number): string {
  return (Number(dotted[at]) * 256 + Number(dotted[at + 1])).toString(16);
}

/** The text of an address as MySQL writes it; undefined for bytes of another number. */
export function addressText(bytes: Uint8Array): string | undefined {
  if (bytes.length === shortBytes) return bytes.join('.');
  if (bytes.length !== longBytes) return undefined;
  const numbers = Array.from(
    { length: groups },
    (_, index) => ((bytes[2 * index] ?? 0) << 8) | (bytes[2 * index + 1] ?? 0),
  );
  const gap = longestZeros(numbers);
  // As glibc writes them: an address of IPv4 within one of IPv6 keeps its dots.
  const isDotted = gap.start === 0 && (gap.length === 6 || (gap.length === 5 && numbers[5] === 0xff_ff));
  const shown = (from: number, to: number): string =>
    numbers
      .slice(from, to)
      .map((number) => number.toString(16))
      .join(':');
  const tail = bytes.subarray(longBytes - shortBytes).join('.');
  if (isDotted) return gap.length === 6 ? `::${tail}` : `::ffff:${tail}`;
  if (gap.length === 0) return shown(0, groups);
  return `${shown(0, gap.start)}::${shown(gap.start + gap.length, groups)}`;
}

/** The first of the longest runs of zeros. */
function longestZeros(numbers: readonly number[]): Readonly<{ start: number; length: number }> {
  let best = { start: 0, length: 0 };
  let start = 0;
  for (const [index, number] of numbers.entries()) {
    if (number !== 0) start = index + 1;
    else if (index + 1 - start > best.length) best = { start, length: index + 1 - start };
  }
  return best;
}

export function isLongAddress(text: string): boolean {
  return addressBytes(text)?.length === longBytes;
}

/** `::a.b.c.d`, which is neither `::` nor `::1`. */
export function isCompatible(bytes: Uint8Array): boolean {
  return (
    (bytes.length === longBytes &&
      bytes.subarray(0, 12).every((byte) => byte === 0) &&
      bytes.subarray(12, 15).some((byte) => byte !== 0)) ||
    isOwnCompatible(bytes)
  );
}

/** The last byte alone makes one, too, from 2 on. */
function isOwnCompatible(bytes: Uint8Array): boolean {
  return (
    bytes.length === longBytes && bytes.subarray(0, 15).every((byte) => byte === 0) && (bytes[15] ?? 0) > 1
  );
}

/** `::ffff:a.b.c.d` */
export function isMapped(bytes: Uint8Array): boolean {
  const head = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];
  return bytes.length === longBytes && head.every((byte, index) => bytes[index] === byte);
}
