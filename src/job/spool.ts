import path from 'node:path';
import { canonicalJson } from '../snapshot/canonical-json.ts';
import type { LocalFiles } from '../snapshot/files.ts';
import { type Schema, SchemaError } from '../snapshot/schema.ts';
import type { RowChecksum } from '../source/source.ts';
import type { JobId } from './job-id.ts';
import {
  type BackupPlan,
  type ChunkResult,
  chunkResultSchema,
  planSchema,
  unitChecksumSchema,
} from './plan.ts';

/**
 * A job's folder `<staging>/<job id>/`: what has been read and not yet sent, and what a restart has to know of it. A
 * file that is damaged or cut counts as missing; what it said is then found out again.
 *
 *     plan.json               what the job reads
 *     chunks/<n>.parquet      read, or fetched, and not yet passed on
 *     results/<n>.json        a chunk's hash, rows and bounds: it has been read completely
 *     checksums/<unit>.json   count and checksum of a table or partition
 *     intents.log             hashes of blobs this job began to put: what it may have to take away
 *     loaded.log              chunks that a restore has loaded
 *     manifest.json           the snapshot's manifest, on its way to or from the repository
 */
export class Spool {
  readonly #files: LocalFiles;
  readonly #folder: string;

  constructor(files: LocalFiles, stagingPath: string, job: JobId) {
    this.#files = files;
    this.#folder = path.join(stagingPath, String(job));
  }

  chunkPath(ordinal: number): string {
    return path.join(this.#folder, 'chunks', `${ordinal}.parquet`);
  }

  /** Forgets what was read, but not which blobs were put: a new read begins. */
  async clear(): Promise<void> {
    for (const name of ['plan.json', 'chunks', 'results', 'checksums', 'manifest.json', 'loaded.log']) {
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

  async writeResult(ordinal: number, result: ChunkResult): Promise<void> {
    await this.#write(`results/${ordinal}.json`, result);
  }

  readResult(ordinal: number): Promise<ChunkResult | undefined> {
    return this.#read(`results/${ordinal}.json`, chunkResultSchema);
  }

  async writeChecksum(unit: number, checksum: RowChecksum): Promise<void> {
    await this.#write(`checksums/${unit}.json`, checksum);
  }

  readChecksum(unit: number): Promise<RowChecksum | undefined> {
    return this.#read(`checksums/${unit}.json`, unitChecksumSchema);
  }

  async writeManifest(bytes: Uint8Array): Promise<void> {
    await this.#files.write(this.#path('manifest.json'), bytes);
  }

  readManifest(): Promise<Uint8Array | undefined> {
    return this.#files.read(this.#path('manifest.json'));
  }

  /** On disk when it returns: only then may the put begin. */
  async addIntent(sha256: string): Promise<void> {
    await this.#append('intents.log', sha256);
  }

  /** Hashes of blobs that this job may have put. A cut line belongs to a put that never began. */
  async readIntents(): Promise<ReadonlySet<string>> {
    return new Set((await this.#lines('intents.log')).filter((line) => /^[0-9a-f]{64}$/.test(line)));
  }

  async addLoaded(ordinal: number): Promise<void> {
    await this.#append('loaded.log', `${ordinal};`);
  }

  async readLoaded(): Promise<ReadonlySet<number>> {
    const lines = await this.#lines('loaded.log');
    return new Set(lines.filter((line) => /^\d+;$/.test(line)).map((line) => Number.parseInt(line, 10)));
  }

  async #write(name: string, value: unknown): Promise<void> {
    await this.#files.write(this.#path(name), Buffer.from(canonicalJson(value), 'utf8'));
  }

  async #read<T>(name: string, schema: Schema<T>): Promise<T | undefined> {
    const bytes = await this.#files.read(this.#path(name));
    if (bytes === undefined) return undefined;
    try {
      return schema.decode(JSON.parse(Buffer.from(bytes).toString('utf8')), name);
    } catch (error) {
      if (error instanceof SyntaxError || error instanceof SchemaError) return undefined;
      throw error;
    }
  }

  /** Each line begins with the line end of the one before, so that a cut line spoils only itself. */
  async #append(name: string, line: string): Promise<void> {
    await this.#files.append(this.#path(name), Buffer.from(`\n${line}\n`, 'utf8'));
  }

  async #lines(name: string): Promise<readonly string[]> {
    const bytes = await this.#files.read(this.#path(name));
    const lines = Buffer.from(bytes ?? new Uint8Array())
      .toString('utf8')
      .split('\n');
    // What follows the last line end was cut.
    return lines.slice(0, -1);
  }

  #path(name: string): string {
    return path.join(this.#folder, name);
  }
}
