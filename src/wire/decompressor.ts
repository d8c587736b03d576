import { ByteQueue } from './byte-queue.ts';
import { compressedHeaderBytes, decompressed } from './compressed-frame.ts';
import type { Compression } from './compression.ts';
import { ProtocolError } from './protocol-error.ts';

/**
 * The compressed frames of a client as the stream of packets that they hold. Lengths are checked on the header; no more is
 * inflated than it declares.
 */
export class Decompressor {
  readonly #compression: Compression;
  readonly #frameBytesMax: number;
  readonly #bytes = new ByteQueue();
  #sequence = 0;

  /** A frame may hold `frameBytesMax`, compressed or not. */
  constructor(compression: Compression, frameBytesMax: number) {
    this.#compression = compression;
    this.#frameBytesMax = frameBytesMax;
  }

  /** Sequence number of the last frame. */
  get sequence(): number {
    return this.#sequence;
  }

  /** Bytes held that no frame has taken. */
  get bufferedBytes(): number {
    return this.#bytes.size;
  }

  push(chunk: Buffer): void {
    this.#bytes.push(chunk);
  }

  /**
   * What the next frame holds; `undefined` while bytes of it are missing. One at a time. Throws ProtocolError
   * `packet_too_large` or `malformed_packet`, after which the stream cannot be read on.
   */
  async next(): Promise<Buffer | undefined> {
    if (this.#bytes.size < compressedHeaderBytes) return undefined;
    const length = this.#bytes.peekInteger(0, 3);
    const inflatedBytes = this.#bytes.peekInteger(4, 3);
    if (Math.max(length, inflatedBytes) > this.#frameBytesMax) {
      const text = `got a packet bigger than 'max_allowed_packet' bytes (${this.#frameBytesMax})`;
      throw new ProtocolError('packet_too_large', text);
    }
    if (this.#bytes.size < compressedHeaderBytes + length) return undefined;
    this.#sequence = this.#bytes.peekInteger(3, 1);
    this.#bytes.take(compressedHeaderBytes);
    const payload = this.#bytes.take(length);
    return inflatedBytes === 0 ? payload : this.#inflated(payload, inflatedBytes);
  }

  async #inflated(payload: Buffer, inflatedBytes: number): Promise<Buffer> {
    const bytes = await decompressed(payload, this.#compression, inflatedBytes).catch(() => undefined);
    if (bytes?.length === inflatedBytes) return bytes;
    const text = `malformed communication packet: a frame does not inflate to its ${inflatedBytes} bytes`;
    throw new ProtocolError('malformed_packet', text);
  }
}
