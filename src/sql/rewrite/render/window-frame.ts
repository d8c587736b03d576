import { SqlError, type SqlErrorKind } from '../../../base/sql-error.ts';
import type { Frame, FrameBound } from '../ast.ts';
import { isNumeric, isTemporal, type Rendered } from '../types.ts';

/** Throws SqlError for a frame that begins or ends where none can (manual, Window Function Frame Specification). */
export function requireFrame(frame: Frame, name: string): void {
  const { unit, start, end } = frame;
  if (start.kind === 'following' && start.amount === undefined)
    throw refusal('window_frame_start', name, ': frame start cannot be UNBOUNDED FOLLOWING.');
  if (unit === 'ROWS') refuseInterval(start, name);
  if (end?.kind === 'preceding' && end.amount === undefined)
    throw refusal('window_frame_end', name, ': frame end cannot be UNBOUNDED PRECEDING.');
  if (end !== undefined && places.indexOf(start.kind) > places.indexOf(end.kind)) throw illegal(name);
  if (unit === 'ROWS' && end !== undefined) refuseInterval(end, name);
  if (unit === 'ROWS' && boundsOf(frame).some(isFraction)) throw illegal(name);
}

/** Throws SqlError for RANGE with bounds that cannot be added to what the rows are in order of: one number or moment. */
export function requireRange(frame: Frame, keys: readonly Rendered[], name: string): void {
  const bounds = boundsOf(frame).filter((bound) => amountOf(bound) !== undefined);
  if (frame.unit !== 'RANGE' || bounds.length === 0) return;
  const [key] = keys;
  const isMoment = key !== undefined && isTemporal(key.type);
  if (keys.length !== 1 || key === undefined || (!isMoment && !isNumeric(key.type)))
    throw refusal(
      'window_range_order',
      name,
      ' with RANGE N PRECEDING/FOLLOWING frame requires exactly one deterministic ORDER BY expression, of numeric or temporal type',
    );
  if (isMoment && bounds.some((bound) => !isInterval(bound)))
    throw refusal(
      'window_range_temporal',
      name,
      ' with RANGE frame has ORDER BY expression of datetime type. Only INTERVAL bound value allowed.',
    );
  if (!isMoment && bounds.some(isInterval))
    throw refusal(
      'window_range_numeric',
      name,
      ' with RANGE frame has ORDER BY expression of numeric type, INTERVAL bound value not allowed.',
    );
}

/** From the first place on: a frame cannot end before the place of its start. */
const places: readonly FrameBound['kind'][] = ['preceding', 'current', 'following'];

function refuseInterval(bound: FrameBound, name: string): void {
  if (isInterval(bound))
    throw refusal('window_rows_interval', name, ': INTERVAL can only be used with RANGE frames.');
}

function isFraction(bound: FrameBound): boolean {
  const amount = amountOf(bound);
  return amount?.kind === 'number' && !/^\d+$/.test(amount.text);
}

function illegal(name: string): SqlError {
  return refusal('window_frame', name, ': frame start or end is negative, NULL or of non-integral type');
}

function refusal(kind: SqlErrorKind, name: string, text: string): SqlError {
  return new SqlError(kind, `Window '${name}'${text}`);
}

function boundsOf({ start, end }: Frame): readonly FrameBound[] {
  return end === undefined ? [start] : [start, end];
}

function amountOf(bound: FrameBound): Exclude<FrameBound, { kind: 'current' }>['amount'] {
  return bound.kind === 'current' ? undefined : bound.amount;
}

function isInterval(bound: FrameBound): boolean {
  return bound.kind !== 'current' && bound.unit !== undefined;
}
