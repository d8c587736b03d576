import path from 'node:path';
import { canonicalJson } from '../snapshot/canonical-json.ts';
import type { LocalFiles } from '../snapshot/files.ts';
import { count, record, type RecordSchema, type Schema, SchemaError } from '../snapshot/schema.ts';
import type { RowChecksum } from '../source/frozen.ts';
import type { JobId } from './job-id.ts';
import { SpoolLog } from './spool-log.ts';
import {
  type BackupPlan,
  type ChunkResult,
  chunkResultSchema,
  planSchema,
  unitChecksumSchema,
} from './plan.ts';

/**
 * A job's folder `<staging>/<job id>/`: what has been read and not yet sent, and what a restart has to know of it. A
 * file, or a line of a log, that is damaged or cut counts as missing; what it said is then found out again.
 *
 *     plan.json               what the job reads
 *     chunks/<n>.parquet      read, or fetched, and not yet passed on
 *     results.log             a chunk's hash, rows and bounds: it has been read completely
 *     checksums.log           count and checksum of a table or partition
 *     intents.log             hashes of blobs this job began to put: what it may have to take away
 *     loaded.log              chunks that a restore has loaded
 *     manifest.json           the snapshot's manifest, on its way to or from the repository
 */
export class Spool {
  readonly #files: LocalFiles;
  readonly #folder: string;
  readonly #results: SpoolLog;
  readonly #checksums: SpoolLog;
  readonly #intents: SpoolLog;
  readonly #loaded: SpoolLog;

  constructor(files: LocalFiles, stagingPath: string, job: JobId) {
    this.#files = files;
    this.#folder = path.join(stagingPath, String(job));
    this.#results = new SpoolLog(files, this.#path('results.log'));
    this.#checksums = new SpoolLog(files, this.#path('checksums.log'));
    this.#intents = new SpoolLog(files, this.#path('intents.log'));
    this.#loaded = new SpoolLog(files, this.#path('loaded.log'));
  }

  chunkPath(ordinal: number): string {
    return path.join(this.#folder, 'chunks', `${ordinal}.parquet`);
  }

  /** Forgets what was read, but not which blobs were put: a new read begins. */
  async clear(): Promise<void> {
    for (const name of [
      'plan.json',
      'chunks',
      'results.log',
      'checksums.log',
      'manifest.json',
      'loaded.log',
    ]) {
      await this.#files.remove(this.#path(name));
    }
    await this.#files.makeFolder(this.#path('chunks'));
  }

  async remove(): Promise<void> {
    await this.#files.remove(this.#folder);
  }

  async writePlan(plan: BackupPlan): Promise<void> {
    await this.#write('plan.json', plan);
  }

  readPlan(): Promise<BackupPlan | undefined> {
    return this.#read('plan.json', planSchema);
  }

  async addResult(ordinal: number, result: ChunkResult): Promise<void> {
    await this.#results.add([numberedLine(ordinal, result)]);
  }

  /** By the chunks' ordinals. */
  async readResults(): Promise<ReadonlyMap<number, ChunkResult>> {
    return numberedValues(await this.#results.read(), chunkResultSchema);
  }

  async addChecksums(checksums: ReadonlyMap<number, RowChecksum>): Promise<void> {
    await this.#checksums.add([...checksums].map(([unit, checksum]) => numberedLine(unit, checksum)));
  }

  /** By the units' places in the plan. */
  async readChecksums(): Promise<ReadonlyMap<number, RowChecksum>> {
    return numberedValues(await this.#checksums.read(), unitChecksumSchema);
  }

  async writeManifest(bytes: Uint8Array): Promise<void> {
    await this.#files.write(this.#path('manifest.json'), bytes);
  }

  readManifest(): Promise<Uint8Array | undefined> {
    return this.#files.read(this.#path('manifest.json'));
  }

  /** On disk when it returns: only then may the put begin. */
  async addIntent(sha256: string): Promise<void> {
    await this.#intents.add([sha256]);
  }

  /** Hashes of blobs that this job may have put. A cut line belongs to a put that never began. */
  async readIntents(): Promise<ReadonlySet<string>> {
    return new Set((await this.#intents.read()).filter((line) => /^[0-9a-f]{64}$/.test(line)));
  }

  async addLoaded(ordinals: readonly number[]): Promise<void> {
    await this.#loaded.add(ordinals.map((ordinal) => `${ordinal};`));
  }

  async readLoaded(): Promise<ReadonlySet<number>> {
    const lines = await this.#loaded.read();
    return new Set(lines.filter((line) => /^\d+;$/.test(line)).map((line) => Number.parseInt(line, 10)));
  }

  async #write(name: string, value: unknown): Promise<void> {
    await this.#files.write(this.#path(name), Buffer.from(canonicalJson(value), 'utf8'));
  }

  async #read<T>(name: string, schema: Schema<T>): Promise<T | undefined> {
    const bytes = await this.#files.read(this.#path(name));
    return bytes === undefined ? undefined : decoded(Buffer.from(bytes).toString('utf8'), schema);
  }

  #path(name: string): string {
    return path.join(this.#folder, name);
  }
}

type Numbered<T> = Readonly<{ number: number; value: T }>;

function numberedLine(number: number, value: ChunkResult | RowChecksum): string {
  return canonicalJson({ number, value });
}

/** What is known of each number; of one that was written twice, the last. */
function numberedValues<T>(lines: readonly string[], schema: Schema<T>): ReadonlyMap<number, T> {
  const line: RecordSchema<Numbered<T>> = record<Numbered<T>>('Line', { number: count, value: schema });
  const known = new Map<number, T>();
  for (const text of lines) {
    const read = decoded(text, line);
    if (read !== undefined) known.set(read.number, read.value);
  }
  return known;
}

/** Undefined for a text that was cut or damaged. */
function decoded<T>(text: string, schema: Schema<T>): T | undefined {
  try {
    return schema.decode(JSON.parse(text), '');
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof SchemaError) return undefined;
    throw error;
  }
}
