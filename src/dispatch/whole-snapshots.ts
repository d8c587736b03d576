import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { makeRoom } from '../base/make-room.ts';
import { codeOf } from '../base/system-error.ts';
import type { Log } from '../base/log.ts';

/** Snapshots that are kept; the oldest are forgotten. The file has 800 KB then. */
const keptMax = 50_000;
const digestBytes = 16;
const sealBytes = 32;

/**
 * Which snapshots of object stores were found whole, across restarts: so that the first list after one asks the store what it has,
 * and not again for each manifest. A file that anybody may remove: SHA-256 of what follows, then 16 bytes of a hash for each snapshot. One that
 * does not fit its seal says nothing.
 */
export class WholeSnapshots {
  readonly #file: string;
  readonly #log: Log;
  readonly #digests = new Set<string>();
  #loading: Promise<void> | undefined;
  #saving: Promise<void> = Promise.resolve();
  #isChanged = false;

  constructor(file: string, log: Log) {
    this.#file = file;
    this.#log = log;
  }

  /** To be awaited before `has`. Never fails. */
  load(): Promise<void> {
    this.#loading ??= this.#read();
    return this.#loading;
  }

  /** `key` names the place, the snapshot, and its manifest's size and time. */
  has(key: string): boolean {
    return this.#digests.has(digestOf(key));
  }

  add(key: string): void {
    const digest = digestOf(key);
    if (this.#digests.has(digest)) return;
    makeRoom(this.#digests, keptMax);
    this.#digests.add(digest);
    this.#isChanged = true;
  }

  /** Writes what was added since. Never fails: what is not written is read again after the next start. */
  save(): Promise<void> {
    this.#saving = this.#saving.then(() => this.#write());
    return this.#saving;
  }

  async #read(): Promise<void> {
    try {
      const bytes = await readFile(this.#file);
      const content = bytes.subarray(sealBytes);
      if (!sealOf(content).equals(bytes.subarray(0, sealBytes))) return;
      for (let at = 0; at + digestBytes <= content.length; at += digestBytes) {
        this.#digests.add(content.toString('base64', at, at + digestBytes));
      }
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return;
      this.#log.warn('whole_snapshots_not_read', { file: this.#file, error: String(error) });
    }
  }

  async #write(): Promise<void> {
    if (!this.#isChanged) return;
    this.#isChanged = false;
    const content = Buffer.concat([...this.#digests].map((digest) => Buffer.from(digest, 'base64')));
    const unfinished = `${this.#file}.${randomUUID()}`;
    try {
      await mkdir(path.dirname(this.#file), { recursive: true, mode: 0o700 });
      await writeFile(unfinished, Buffer.concat([sealOf(content), content]), { mode: 0o600 });
      await rename(unfinished, this.#file);
    } catch (error) {
      await rm(unfinished, { force: true });
      this.#log.warn('whole_snapshots_not_written', { file: this.#file, error: String(error) });
    }
  }
}

function digestOf(key: string): string {
  return createHash('sha256').update(key).digest().toString('base64', 0, digestBytes);
}

function sealOf(content: Uint8Array): Buffer {
  return createHash('sha256').update(content).digest();
}
