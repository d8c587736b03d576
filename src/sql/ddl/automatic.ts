import { SqlError } from '../../base/sql-error.ts';
import { tokenize } from '../lexer.ts';
import type { Token } from '../token.ts';
import type { Partitioning } from './definition.ts';
import { alignedTo, later, partitionUnit, type PartitionUnit } from './partition-calendar.ts';

/** What automatic partitions are made by: the values of a column, or a column cut into pieces of time. */
export type AutomaticItem =
  | Readonly<{ kind: 'column'; column: string }>
  | Readonly<{
      kind: 'slice';
      column: string;
      unit: PartitionUnit;
      every: number;
      /** date_trunc; time_slice counts its pieces from year 1. */
      isTruncated: boolean;
      text: string;
    }>;

export type AutomaticSlice = Extract<AutomaticItem, { kind: 'slice' }>;

/**
 * What PARTITION BY columns and functions means: items := item {, item}, item := column
 * | date_trunc ( 'unit' , column ) | time_slice ( column , INTERVAL n unit [, floor] ).
 * Throws analysis for another function.
 */
export function automaticItems({ columns, expression }: Partitioning): readonly AutomaticItem[] {
  if (expression === undefined) return columns.map((column) => ({ kind: 'column', column }));
  return splitItems(tokenize(expression.text)).map((tokens) => itemOf(tokens));
}

/** The one piece of time that makes the partitions ranges; undefined where they are lists of values. */
export function automaticSlice(partitioning: Partitioning): AutomaticSlice | undefined {
  if (partitioning.kind !== 'EXPRESSION') return undefined;
  const [item, ...more] = automaticItems(partitioning);
  return more.length === 0 && item?.kind === 'slice' ? item : undefined;
}

/** True for an expression that StarRocks partitions by automatically, also where RANGE stands before it. */
export function isSliceExpression(text: string): boolean {
  return /^\s*(?:date_trunc|time_slice)\s*\(/i.test(text);
}

/** The piece of time that holds an instant. */
export function sliceOf(item: AutomaticSlice, instant: number): Readonly<{ begin: number; end: number }> {
  const begin = item.isTruncated
    ? alignedTo(item.unit, alignedTo(coarse(item.unit), instant))
    : sliceBegin(item, instant);
  return { begin, end: later(item.unit, begin, item.every) };
}

/** Months and years begin at midnight, unlike where START … END … EVERY keeps the time of day. */
function coarse(unit: PartitionUnit): PartitionUnit {
  return unit === 'MINUTE' || unit === 'HOUR' ? unit : 'DAY';
}

/** Year 1 begins on a Monday, from which time_slice counts. */
const firstInstant = new Date(0).setUTCFullYear(1, 0, 1);

function sliceBegin({ unit, every }: AutomaticSlice, instant: number): number {
  if (unit === 'MONTH' || unit === 'YEAR') {
    const months = every * (unit === 'YEAR' ? 12 : 1);
    const date = new Date(instant);
    const month = (date.getUTCFullYear() - 1) * 12 + date.getUTCMonth();
    return later('MONTH', firstInstant, Math.floor(month / months) * months);
  }
  const size = later(unit, firstInstant, every) - firstInstant;
  return firstInstant + Math.floor((instant - firstInstant) / size) * size;
}

function splitItems(tokens: readonly Token[]): readonly (readonly Token[])[] {
  const items: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (token.kind === 'end') break;
    if (token.text === '(') depth += 1;
    if (token.text === ')') depth -= 1;
    if (token.text === ',' && depth === 0) items.push([]);
    else items.at(-1)?.push(token);
  }
  return items;
}

function itemOf(tokens: readonly Token[]): AutomaticItem {
  const [first, open, ...rest] = tokens;
  if (first !== undefined && open === undefined) return { kind: 'column', column: first.value };
  const text = tokens
    .map((token) => (token.spaceBefore ? ` ${token.text}` : token.text))
    .join('')
    .trim();
  if (first?.upper === 'DATE_TRUNC') return truncated(rest, text);
  if (first?.upper === 'TIME_SLICE') return sliced(rest, text);
  throw new SqlError('analysis', `Unsupported partition expression ${text}`, {
    hint: 'Partition by columns, date_trunc or time_slice.',
  });
}

function truncated([word, comma, column, close]: readonly Token[], text: string): AutomaticItem {
  const unit = word?.kind === 'string' ? partitionUnit(word.value) : undefined;
  if (comma?.text !== ',' || column === undefined || close?.text !== ')') throw malformed(text);
  if (unit === undefined || unit === 'WEEK') {
    throw new SqlError('analysis', `unsupported automatic partition granularity:${word?.value ?? ''}`);
  }
  return { kind: 'slice', column: column.value, unit, every: 1, isTruncated: true, text };
}

function sliced(tokens: readonly Token[], text: string): AutomaticItem {
  const [column, comma, interval, count, word, close] = tokens;
  const unit = partitionUnit(word?.value ?? '');
  const every = Number(count?.value);
  const isForm = comma?.text === ',' && interval?.upper === 'INTERVAL' && column !== undefined;
  const isEnd = close?.text === ')' || (close?.text === ',' && tokens[6]?.upper === 'FLOOR');
  if (!isForm || !isEnd) throw malformed(text);
  if (unit === undefined || unit === 'WEEK' || !Number.isSafeInteger(every) || every < 1) {
    throw new SqlError('analysis', `unsupported automatic partition granularity:${word?.value ?? ''}`);
  }
  return { kind: 'slice', column: column.value, unit, every, isTruncated: false, text };
}

function malformed(text: string): SqlError {
  return new SqlError('analysis', `Unsupported partition expression ${text}`, {
    hint: "Write date_trunc('month', column) or time_slice(column, INTERVAL 7 DAY).",
  });
}
