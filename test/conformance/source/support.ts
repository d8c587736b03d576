import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { ChunkRange, Frozen, FrozenObject, RowChecksum } from '../../../src/source/frozen.ts';
import type { RestorePlan, Restoring } from '../../../src/source/restoring.ts';
import type { SourceErrorKind } from '../../../src/source/source-error.ts';
import { SourceError } from '../../../src/source/source-error.ts';
import type { OpenSource } from '../source.ts';

/** Never aborts. */
export const calm: AbortSignal = new AbortController().signal;

export type Table = Extract<FrozenObject, { kind: 'TABLE' }>;

/** A table's files and what they must add up to. */
export type CopiedTable = Readonly<{
  object: Table;
  files: readonly Readonly<{ partition: string | undefined; path: string; rows: number; sha256: string }>[];
  checksum: RowChecksum;
}>;

export type Copy = Readonly<{
  origin: RestorePlan['origin'];
  tables: readonly CopiedTable[];
  others: readonly FrozenObject[];
}>;

let copies = 0;

/** Freezes everything named, and extracts it into files. Names without a kind are tables. */
export async function copyOf(
  subject: OpenSource,
  objects: readonly (string | Readonly<{ kind: 'VIEW' | 'FUNCTION'; name: string }>)[],
  partitions?: readonly string[],
): Promise<Copy> {
  const selected = objects.map((object) =>
    typeof object === 'string'
      ? { kind: 'TABLE' as const, name: object, ...(partitions !== undefined && { partitions }) }
      : object,
  );
  await using frozen = await subject.source.freeze({ database: 'shop', objects: selected }, calm);
  return await copyFrozen(subject, frozen);
}

export async function copyFrozen(subject: OpenSource, frozen: Frozen): Promise<Copy> {
  const tables: CopiedTable[] = [];
  for (const object of frozen.objects) {
    if (object.kind === 'TABLE') tables.push(await copyTable(subject, frozen, object));
  }
  const { kind, version } = subject.source;
  const others = frozen.objects.filter((object) => object.kind !== 'TABLE');
  return { origin: { kind, version }, tables, others };
}

async function copyTable(subject: OpenSource, frozen: Frozen, object: Table): Promise<CopiedTable> {
  const files: CopiedTable['files'][number][] = [];
  for (const partition of object.partitions ?? [undefined]) {
    const plan: readonly ChunkRange[] = await frozen.plan(object.name, partition, [], calm);
    for (const range of plan) {
      const file = newFile(subject);
      const { rows } = await frozen.extract(object.name, partition, range, file, calm);
      files.push({ partition, path: file, rows, sha256: await sha256OfFile(file) });
    }
  }
  const checksum = await frozen.checksum(object.name, object.partitions, calm);
  return { object, files, checksum };
}

export function newFile(subject: OpenSource): string {
  copies += 1;
  return path.join(subject.folder, `chunk-${copies}.parquet`);
}

export async function sha256OfFile(file: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
}

export type RestoreTarget = Readonly<{
  database: string;
  createDatabase?: boolean;
  /** Target names by name. */
  aliases?: Readonly<Record<string, string>>;
  partitions?: readonly string[];
  restoreId?: string;
}>;

export function planFor(copy: Copy, target: RestoreTarget): RestorePlan {
  const targetName = (name: string): string => target.aliases?.[name] ?? name;
  return {
    database: target.database,
    originalDatabase: 'shop',
    createDatabase: target.createDatabase ?? false,
    origin: copy.origin,
    tables: copy.tables.map(({ object }) => ({
      name: object.name,
      target: targetName(object.name),
      ...(object.definition !== undefined && { definition: object.definition }),
      ddl: object.ddl,
      columns: object.columns,
      ...(target.partitions !== undefined && { partitions: target.partitions }),
      ...(object.autoIncrement !== undefined && { autoIncrement: object.autoIncrement }),
    })),
    others: copy.others.map((object) => {
      assert.ok(object.kind !== 'TABLE');
      return { kind: object.kind, name: object.name, target: targetName(object.name), ddl: object.ddl };
    }),
  };
}

/** Everything of a restore but its commit: the answer is ready for it. */
export async function prepared(subject: OpenSource, copy: Copy, target: RestoreTarget): Promise<Restoring> {
  const restoring = await subject.source.openRestore(target.restoreId ?? '1', target.database, calm);
  const plan = planFor(copy, target);
  await restoring.prepare(plan, calm);
  for (const [index, { files }] of copy.tables.entries()) {
    const name = plan.tables[index]?.target ?? '';
    for (const file of files) {
      const isChosen = target.partitions?.includes(file.partition ?? '') ?? true;
      if (isChosen) await restoring.load(name, file.partition, file.path, file.path, calm);
    }
    await restoring.seal(name, calm);
  }
  return restoring;
}

/** A whole restore; its rows must add up to what was copied. */
export async function restored(subject: OpenSource, copy: Copy, target: RestoreTarget): Promise<void> {
  const restoring = await prepared(subject, copy, target);
  for (const { object, checksum } of target.partitions === undefined ? copy.tables : []) {
    const name = target.aliases?.[object.name] ?? object.name;
    assert.deepEqual(await restoring.checksum(name, checksum.algorithm, calm), checksum);
  }
  await restoring.commit(calm);
  await restoring[Symbol.asyncDispose]();
}

export async function assertFails(kind: SourceErrorKind, work: Promise<unknown>): Promise<SourceError> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof SourceError, `not a SourceError: ${String(error)}`);
  assert.equal(error.kind, kind, error.message);
  return error;
}

/** A table of `rows` small rows with a key, filled by doubling. */
export async function fill(subject: OpenSource, table: string, rows: number): Promise<void> {
  await subject.run(`CREATE TABLE ${table} (id INT NOT NULL, name VARCHAR(40), PRIMARY KEY (id))`);
  await subject.run(`INSERT INTO ${table} VALUES (0, 'row 0')`);
  for (let count = 1; count < rows; count *= 2) {
    await subject.run(
      `INSERT INTO ${table} SELECT id + ${count}, concat('row ', id + ${count}) FROM ${table} WHERE id < ${rows - count}`,
    );
  }
}
