import { assert, present } from '../base/assert.ts';
import { mapBounded } from '../base/bounded.ts';
import type { ExtractedChunk, Frozen } from '../source/frozen.ts';
import { orReadLost, readLostWithProcess } from './failure.ts';
import { type BackupPlan, type ChunkResult, chunksOfPlan, isAddedUp, type PlannedChunk } from './plan.ts';
import type { Queue } from './queue.ts';
import type { StagedBytes } from './staged-bytes.ts';
import type { RunContext } from './tools.ts';

/** A chunk on its way: read just now, or known from the spool. */
export type Staged = Readonly<{ chunk: PlannedChunk; bytes: number }> &
  (
    | Readonly<{
        kind: 'read';
        rows: number;
        bounds: ChunkResult['bounds'];
        /** Undefined where nobody has hashed the file yet. */
        sha256: string | undefined;
      }>
    | Readonly<{ kind: 'spooled'; result: ChunkResult }>
  );

export type Reading = Readonly<{
  plan: BackupPlan;
  context: RunContext;
  /** The consistent read; undefined after a restart, when the spool holds all that was read. */
  frozen: Frozen | undefined;
  /** Called when nothing more has to be read. */
  release: () => Promise<void>;
}>;

/** Where chunks go that have been read, and the bound of what lies there. */
export type Readers = Readonly<{ queue: Queue<Staged>; staged: StagedBytes }>;

type Read = (signal: AbortSignal) => Promise<void>;

/** Reads every chunk of the plan in order, as many at once as the consistent read allows, and closes the queue. */
export async function readAll(reading: Reading, readers: Readers, signal: AbortSignal): Promise<void> {
  const { frozen } = reading;
  if (frozen === undefined) await takeSpooled(reading, readers);
  else {
    const reads = await readsOf(reading, frozen, readers, signal);
    await mapBounded(reads, frozen.readers ?? 1, (read, _index, inner) => read(inner), signal);
  }
  await reading.release();
  readers.queue.close();
}

async function takeSpooled({ plan, context }: Reading, { queue, staged }: Readers): Promise<void> {
  const results = await context.spool.readResults();
  for (const chunk of chunksOfPlan(plan)) {
    await staged.reserve(0);
    const result = results.get(chunk.ordinal);
    if (result === undefined) throw readLostWithProcess();
    staged.add(result.bytes);
    queue.push({ kind: 'spooled', chunk, result, bytes: result.bytes });
  }
}

/** In the plan's order; a group of small partitions stands where its first one does. */
async function readsOf(
  reading: Reading,
  frozen: Frozen,
  readers: Readers,
  signal: AbortSignal,
): Promise<readonly Read[]> {
  const { plan } = reading;
  const chunks = Object.groupBy(chunksOfPlan(plan), (chunk) => chunk.unit);
  const groups = await groupsOf(plan, frozen, signal);
  return [...plan.units.keys()].flatMap((unit): readonly Read[] => {
    const group = groups.get(unit);
    if (group === undefined) {
      return [
        ...(chunks[unit] ?? []).map(
          (chunk): Read =>
            (inner) =>
              readOne(reading, frozen, chunk, readers, inner),
        ),
        (inner) => addUp(reading, frozen, unit, inner),
      ];
    }
    if (group[0] !== unit) return [];
    const own = group.map((member) => present(chunks[member]?.[0], 'the chunk of a small partition'));
    return [(inner) => readGroup(reading, frozen, own, readers, inner)];
  });
}

/** The units that are read together, each with all of its group. */
async function groupsOf(
  plan: BackupPlan,
  frozen: Frozen,
  signal: AbortSignal,
): Promise<ReadonlyMap<number, readonly number[]>> {
  const groups = new Map<number, readonly number[]>();
  if (frozen.smallPartitions === undefined) return groups;
  for (const [table, partitions] of wholePartitions(plan)) {
    for (const names of await frozen.smallPartitions.groups(table, [...partitions.keys()], signal)) {
      const units = names.map((name) => present(partitions.get(name), 'a partition of the plan'));
      for (const unit of units) groups.set(unit, units);
    }
  }
  return groups;
}

/** By table: the units of partitions that are one chunk. */
function wholePartitions(plan: BackupPlan): ReadonlyMap<string, ReadonlyMap<string, number>> {
  const tables = new Map<string, Map<string, number>>();
  for (const [unit, { table, partition, ranges }] of plan.units.entries()) {
    if (partition === undefined || ranges.length !== 1 || ranges[0]?.kind !== 'all') continue;
    const own = tables.get(table) ?? new Map<string, number>();
    tables.set(table, own.set(partition, unit));
  }
  return tables;
}

async function readOne(
  reading: Reading,
  frozen: Frozen,
  chunk: PlannedChunk,
  readers: Readers,
  signal: AbortSignal,
): Promise<void> {
  await readers.staged.reserve(0);
  const { table, partition } = present(reading.plan.units[chunk.unit], 'the unit of a chunk');
  const path = reading.context.spool.chunkPath(chunk.ordinal);
  const read = frozen.extract(table, partition, chunk.range, path, signal);
  await handOver(reading, chunk, await read.catch(orReadLost), readers);
}

/** Each with its checksum: the source has both from one look at the rows. */
async function readGroup(
  reading: Reading,
  frozen: Frozen,
  chunks: readonly PlannedChunk[],
  readers: Readers,
  signal: AbortSignal,
): Promise<void> {
  const { plan, context } = reading;
  await readers.staged.reserve(0);
  const units = chunks.map(({ unit }) => present(plan.units[unit], 'the unit of a chunk'));
  const table = present(units[0], 'the first of a group').table;
  const files = chunks.map(({ ordinal }, index) => ({
    partition: present(units[index]?.partition, 'the partition of a unit'),
    path: context.spool.chunkPath(ordinal),
  }));
  const small = present(frozen.smallPartitions, 'a source that reads partitions together');
  const read = await small.extract(table, files, signal).catch(orReadLost);
  assert(read.length === chunks.length, 'a partition of a group was not read');
  await context.spool.addChecksums(
    new Map(chunks.map(({ unit }, index) => [unit, present(read[index], 'a read partition').checksum])),
  );
  for (const [index, chunk] of chunks.entries()) {
    await handOver(reading, chunk, present(read[index], 'a read partition'), readers);
  }
}

async function handOver(
  { context }: Reading,
  chunk: PlannedChunk,
  { rows, bounds, written }: ExtractedChunk,
  { queue, staged }: Readers,
): Promise<void> {
  const path = context.spool.chunkPath(chunk.ordinal);
  const bytes = written?.bytes ?? present(await context.tools.files.sizeBytes(path), 'the file of a chunk');
  staged.add(bytes);
  queue.push({ kind: 'read', chunk, rows, bounds, bytes, sha256: written?.sha256 });
}

async function addUp(reading: Reading, frozen: Frozen, unit: number, signal: AbortSignal): Promise<void> {
  const { plan, context } = reading;
  if (!isAddedUp(plan, unit)) return;
  const { table, partition } = present(plan.units[unit], 'a unit');
  const partitions = partition === undefined ? undefined : [partition];
  const checksum = await frozen.checksum(table, partitions, signal).catch(orReadLost);
  await context.spool.addChecksums(new Map([[unit, checksum]]));
}
