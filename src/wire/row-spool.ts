import { randomUUID } from 'node:crypto';
import { closeSync, openSync, read, unlinkSync, write } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { assert } from '../base/assert.ts';
import { frameHeaderBytes, framePayloadMax } from './framing.ts';
import { ProtocolError } from './protocol-error.ts';

export type SpoolLimits = Readonly<{ cursorMemoryBytesMax: number; cursorBytesMax: number }>;

/** How many bytes of disk the cursors of all connections take together. */
export class CursorDisk {
  readonly #max: number;
  #held = 0;

  constructor(max: number) {
    this.#max = max;
  }

  /** Throws ProtocolError `cursor_too_large` when there is no room; nothing is taken then. */
  acquire(bytes: number): void {
    if (this.#held + bytes > this.#max) {
      const text = `the cursors of all connections take more than ${this.#max} bytes; read results without a cursor, or close some`;
      throw new ProtocolError('cursor_too_large', text);
    }
    this.#held += bytes;
  }

  release(bytes: number): void {
    this.#held -= bytes;
  }
}

const readAsync = promisify(read);
const writeAsync = promisify(write);

/** What is read from the file at once: some hundred usual rows. */
const readBytes = 256 * 1_024;
const fileMode = 0o600;

/**
 * Rows of an open cursor, as framed packets in their order: the first in memory, the others in a file of the system's
 * temporary folder that has no name any more, so that it goes with the process. MySQL keeps a cursor's rows in a
 * temporary table likewise.
 */
export class RowSpool implements Disposable {
  readonly #limits: SpoolLimits;
  readonly #disk: CursorDisk;
  #diskBytes = 0;
  readonly #memory: Buffer[] = [];
  #memoryBytes = 0;
  #file: number | undefined;
  #fileBytes = 0;
  #readAt = 0;
  /** Read and not yet given out; may begin within no packet, and end within one. */
  #pending: Buffer = Buffer.alloc(0);
  #isClosed = false;

  constructor(limits: SpoolLimits, disk: CursorDisk) {
    this.#limits = limits;
    this.#disk = disk;
  }

  /** Adds whole packets. Throws ProtocolError `cursor_too_large` when the rows are more than a cursor, or all
   * together, may hold. */
  async add(packets: Buffer): Promise<void> {
    const { cursorMemoryBytesMax, cursorBytesMax } = this.#limits;
    const held = this.#memoryBytes + this.#fileBytes + packets.length;
    if (held > cursorBytesMax) {
      const text = `the rows of a cursor take more than ${cursorBytesMax} bytes; read them without a cursor`;
      throw new ProtocolError('cursor_too_large', text);
    }
    if (this.#file === undefined && held <= cursorMemoryBytesMax) {
      this.#memory.push(packets);
      this.#memoryBytes += packets.length;
      return;
    }
    this.#disk.acquire(packets.length);
    this.#diskBytes += packets.length;
    this.#file ??= openUnnamed();
    for (let at = 0; at < packets.length;) {
      const { bytesWritten } = await writeAsync(
        this.#file,
        packets,
        at,
        packets.length - at,
        this.#fileBytes,
      );
      at += bytesWritten;
      this.#fileBytes += bytesWritten;
    }
  }

  /** Gives `send` the packets of the next `count` rows in pieces; returns how many there were. */
  async take(count: number, send: (packets: Buffer) => Promise<void>): Promise<number> {
    assert(!this.#isClosed, 'a closed cursor has no rows');
    for (let taken = 0; ;) {
      const { rows, bytes } = wholeRows(this.#pending, count - taken);
      if (rows > 0) {
        const packets = this.#pending.subarray(0, bytes);
        this.#pending = this.#pending.subarray(bytes);
        taken += rows;
        await send(packets);
      }
      if (taken === count || !(await this.#readMore())) return taken;
    }
  }

  /** Frees memory and file. May be called twice. */
  [Symbol.dispose](): void {
    this.#isClosed = true;
    this.#memory.length = 0;
    this.#pending = Buffer.alloc(0);
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
    this.#disk.release(this.#diskBytes);
    this.#diskBytes = 0;
  }

  async #readMore(): Promise<boolean> {
    const next = this.#memory.shift() ?? (await this.#readFile());
    if (next === undefined) return false;
    this.#pending = this.#pending.length === 0 ? next : Buffer.concat([this.#pending, next]);
    return true;
  }

  async #readFile(): Promise<Buffer | undefined> {
    if (this.#file === undefined || this.#readAt === this.#fileBytes) return undefined;
    const buffer = Buffer.allocUnsafe(Math.min(readBytes, this.#fileBytes - this.#readAt));
    const { bytesRead } = await readAsync(this.#file, buffer, 0, buffer.length, this.#readAt);
    assert(bytesRead > 0, 'the file of a cursor is as long as it was written');
    this.#readAt += bytesRead;
    return buffer.subarray(0, bytesRead);
  }
}

/** How many of the first `max` rows lie wholly in `packets`, and their bytes. A row is one packet of one or more frames. */
function wholeRows(packets: Buffer, max: number): Readonly<{ rows: number; bytes: number }> {
  let rows = 0;
  let bytes = 0;
  for (let at = 0; rows < max && at + frameHeaderBytes <= packets.length;) {
    const length = packets.readUIntLE(at, 3);
    at += frameHeaderBytes + length;
    if (at > packets.length) break;
    if (length === framePayloadMax) continue;
    rows += 1;
    bytes = at;
  }
  return { rows, bytes };
}

function openUnnamed(): number {
  const name = path.join(tmpdir(), `holdfast-cursor-${randomUUID()}`);
  const file = openSync(name, 'wx+', fileMode);
  unlinkSync(name);
  return file;
}
