import { SqlError } from '../../base/sql-error.ts';
import { quoteText, unquoteText } from '../quote.ts';
import { type AutomaticSlice, sliceOf } from './automatic.ts';
import type { PartitionDefinition, Partitioning } from './definition.ts';
import { boundText, instantOf, partitionSuffix } from './partition-calendar.ts';

/** A table of more partitions than this was partitioned by mistake; each costs a file in every backup. */
export const automaticPartitionsMax = 16_384;

/** Longer names of list partitions are cut, as in StarRocks. */
const listNameMax = 50;

/**
 * The partition for a date (undefined for NULL, which StarRocks keeps at the least date): p202401, p20240105, p2024010513
 * and so on. Throws analysis for what is no date.
 */
export function automaticRange(
  item: AutomaticSlice,
  value: string | undefined,
  withTime: boolean,
): PartitionDefinition {
  const instant = value === undefined ? leastInstant : instantOf(value);
  if (instant === undefined) throw new SqlError('analysis', `failed to analyse partition value:${value}`);
  const { begin, end } = sliceOf(item, instant);
  const literal = (at: number) => ({ kind: 'literal', text: quoteText(boundText(at, withTime)) }) as const;
  const lower = value === undefined ? ({ kind: 'null' } as const) : literal(begin);
  return {
    name: `p${partitionSuffix(item.unit, begin)}`,
    bounds: { kind: 'fixed', lower: [lower], upper: [literal(end)] },
    properties: [],
  };
}

const leastInstant = new Date(0).setUTCFullYear(0, 0, 1);

/** The partition for one row of values: pbeijing, p20240105_beijing, pNULL. */
export function automaticList(values: readonly (string | undefined)[]): PartitionDefinition {
  const name = `p${values.map((value) => (value === undefined ? 'NULL' : nameOf(value))).join('_')}`;
  const row = values.map((value) =>
    value === undefined
      ? ({ kind: 'null' } as const)
      : ({ kind: 'literal', text: quoteText(value) } as const),
  );
  return {
    name: name.length > listNameMax ? `${name.slice(0, listNameMax)}_${hashOf(name)}` : name,
    bounds: { kind: 'in', rows: [row] },
    properties: [],
  };
}

/** The partitioning with more partitions: names that are taken get a number, ranges stay in order. */
export function grown(partitioning: Partitioning, fresh: readonly PartitionDefinition[]): Partitioning {
  const taken = new Set(partitioning.partitions.map(({ name }) => name.toLowerCase()));
  const named = fresh.map((partition) => {
    let { name } = partition;
    for (let number = 1; taken.has(name.toLowerCase()); number += 1) name = `${partition.name}_${number}`;
    taken.add(name.toLowerCase());
    return { ...partition, name };
  });
  const partitions = [...partitioning.partitions, ...named];
  if (partitions.length > automaticPartitionsMax) {
    throw new SqlError(
      'resource_limit',
      `Automatically created partitions exceeded the maximum limit: ${automaticPartitionsMax}`,
      { hint: 'Partition by a longer time or by fewer columns.' },
    );
  }
  return { ...partitioning, partitions: inOrder(partitions) };
}

/** Ranges between literal dates by where they begin; other partitions stay as they are. */
function inOrder(partitions: readonly PartitionDefinition[]): readonly PartitionDefinition[] {
  const begins = new Map(partitions.map((partition) => [partition, beginOf(partition)]));
  if ([...begins.values()].includes(undefined)) return partitions;
  return partitions.toSorted((left, right) => (begins.get(left) ?? 0) - (begins.get(right) ?? 0));
}

function beginOf({ bounds }: PartitionDefinition): number | undefined {
  const first = bounds.kind === 'fixed' ? bounds.lower[0] : undefined;
  if (first?.kind === 'null') return -Infinity;
  return first?.kind === 'literal' ? instantOf(unquoteText(first.text) ?? '') : undefined;
}

/** Letters and digits stay, a minus at the beginning becomes `_`, other ASCII goes, the rest is its code in hex. */
function nameOf(value: string): string {
  const text = [...value].map((char) => {
    const code = char.codePointAt(0) ?? 0;
    if (/[0-9A-Za-z]/.test(char)) return char;
    return code < 128 ? '' : code.toString(16);
  });
  return `${value.startsWith('-') ? '_' : ''}${text.join('')}`;
}

/** Java's hash of a string in hex, which StarRocks ends a cut name with. */
function hashOf(text: string): string {
  let hash = 0;
  for (let at = 0; at < text.length; at += 1) hash = (Math.imul(31, hash) + text.charCodeAt(at)) | 0;
  return (hash >>> 0).toString(16);
}
