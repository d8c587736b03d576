/** Keys whose values are integers in their own order: numbers, days since 1970, microseconds since 1970. */
export type KeyKind = 'integer' | 'date' | 'datetime';

const microsPerDay = 86_400_000_000n;
const millisPerDay = 86_400_000n;

/** The SQL literal of a position: `17`, `'2024-01-31'`, `'2024-01-31 10:20:30.000001'`. */
export function literalOf(kind: KeyKind, position: bigint): string {
  if (kind === 'integer') return position.toString();
  const days = kind === 'date' ? position : floorDivide(position, microsPerDay);
  const date = dateText(days);
  // Years that have no four digits stand as a plain count.
  if (date === undefined) return `'${position}'`;
  if (kind === 'date') return `'${date}'`;
  return `'${date} ${timeText(position - days * microsPerDay)}'`;
}

/** The inverse of `literalOf`; undefined for a text that it would not make. */
export function positionOf(kind: KeyKind, text: string): bigint | undefined {
  const position = parsed(kind, text);
  return position !== undefined && literalOf(kind, position) === text ? position : undefined;
}

function parsed(kind: KeyKind, text: string): bigint | undefined {
  const plain = kind === 'integer' ? /^(-?\d{1,39})$/.exec(text) : /^'(-?\d{1,20})'$/.exec(text);
  if (plain?.[1] !== undefined) return BigInt(plain[1]);
  const match = /^'(\d{4}-\d\d-\d\d)(?: (\d\d):(\d\d):(\d\d)\.(\d{6}))?'$/.exec(text);
  const millis = Date.parse(`${match?.[1]}T00:00:00Z`);
  if (match === null || Number.isNaN(millis)) return undefined;
  const days = BigInt(millis) / millisPerDay;
  if (kind === 'date') return days;
  const [hours, minutes, seconds, micros] = match.slice(2).map((part) => BigInt(part ?? 0));
  const time =
    ((hours ?? 0n) * 3600n + (minutes ?? 0n) * 60n + (seconds ?? 0n)) * 1_000_000n + (micros ?? 0n);
  return days * microsPerDay + time;
}

function dateText(days: bigint): string | undefined {
  const date = new Date(Number(days * millisPerDay));
  if (Number.isNaN(date.getTime())) return undefined;
  const text = date.toISOString();
  return /^\d{4}-/.test(text) ? text.slice(0, 10) : undefined;
}

function timeText(micros: bigint): string {
  const seconds = micros / 1_000_000n;
  return `${pad(seconds / 3600n)}:${pad((seconds / 60n) % 60n)}:${pad(seconds % 60n)}.${pad(micros % 1_000_000n, 6)}`;
}

function pad(value: bigint, digits = 2): string {
  return value.toString().padStart(digits, '0');
}

function floorDivide(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor;
  return value % divisor < 0n ? quotient - 1n : quotient;
}
