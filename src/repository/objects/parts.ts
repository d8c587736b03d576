import type { PartMemory } from './part-memory.ts';
import type { ObjectLimits } from './requests.ts';

/** A piece of a body in memory that `PartMemory` counts until it is disposed. */
export type Part = Disposable & Readonly<{ number: number; bytes: Uint8Array; isLast: boolean }>;

const mebibyte = 1024 * 1024;
/** Large enough that 80 GiB fit into 10 000 parts, small enough that many fit into memory. */
const partBytesUsual: number = 8 * mebibyte;
/** Parts that a body of known size is cut into at most: below the 10 000 that stores allow. */
const partsWanted = 9_000;
/** Bodies of unknown size double their parts after each so many. */
const partsPerGrowth = 1_000;
/** A part is held in memory; larger ones would leave no room for other puts. */
const partBytesMax = 64 * mebibyte;

/** Largest body that parts of `partBytesMax` can carry. */
export function multipartBytesMax(limits: ObjectLimits): number {
  return Math.min(limits.partsMax, partsWanted) * partBytesMax;
}

/** Bytes of part `number` (from 1) of a body of `sizeBytes`, undefined when it is not known. */
export function partBytes(number: number, sizeBytes: number | undefined, limits: ObjectLimits): number {
  const least = Math.max(partBytesUsual, limits.partBytesMin);
  if (sizeBytes === undefined) {
    return Math.min(partBytesMax, least * 2 ** Math.floor((number - 1) / partsPerGrowth));
  }
  const equal = Math.ceil(sizeBytes / Math.min(partsWanted, limits.partsMax) / mebibyte) * mebibyte;
  return Math.max(least, equal);
}

/**
 * Cuts a body into parts of the sizes that `sizeOf` names (at least 1); an empty body is one empty part. Each part
 * waits for its memory and must be disposed of by whoever takes it.
 */
export async function* cutParts(
  pieces: AsyncIterable<Uint8Array>,
  sizeOf: (number: number) => number,
  memory: PartMemory,
  signal: AbortSignal,
): AsyncGenerator<Part, void, undefined> {
  const source = new Filler(pieces);
  try {
    for (let number = 1; !source.isEmpty; number++) yield await cutPart(source, number, sizeOf(number));
  } finally {
    source.stop();
  }

  async function cutPart(from: Filler, number: number, sizeBytes: number): Promise<Part> {
    const held = await memory.take(sizeBytes, signal);
    const release = (): void => held[Symbol.dispose]();
    try {
      const buffer = Buffer.allocUnsafeSlow(sizeBytes);
      const bytes = buffer.subarray(0, await from.fill(buffer));
      return { number, bytes, isLast: from.isEmpty, [Symbol.dispose]: release };
    } catch (error) {
      release();
      throw error;
    }
  }
}

/** Fills buffers from a stream of pieces of any size. */
class Filler {
  readonly #pieces: AsyncIterator<Uint8Array>;
  #left: Uint8Array = new Uint8Array();
  #isFinished = false;

  constructor(pieces: AsyncIterable<Uint8Array>) {
    this.#pieces = pieces[Symbol.asyncIterator]();
  }

  /** True once everything has been given. */
  get isEmpty(): boolean {
    return this.#isFinished && this.#left.length === 0;
  }

  /** Gives the bytes filled: fewer than the buffer holds only at the end. A full buffer has looked for the end too. */
  async fill(buffer: Uint8Array): Promise<number> {
    let filled = 0;
    for (;;) {
      const taken = this.#left.subarray(0, buffer.length - filled);
      buffer.set(taken, filled);
      filled += taken.length;
      this.#left = this.#left.subarray(taken.length);
      if (this.#left.length > 0) return filled;
      const step = await this.#pieces.next();
      this.#isFinished = step.done === true;
      if (step.done === true) return filled;
      this.#left = step.value;
    }
  }

  stop(): void {
    // Not awaited: a source that hangs would hang its own return() too.
    if (!this.#isFinished) this.#pieces.return?.().catch(() => undefined);
  }
}
