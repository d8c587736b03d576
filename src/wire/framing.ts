import { ByteQueue } from './byte-queue.ts';
import { ProtocolError } from './protocol-error.ts';

/** A frame's payload has at most this many bytes; a frame of exactly this size is continued by the next one. */
export const framePayloadMax = 0xff_ffff;
export const frameHeaderBytes = 4;

/** Of the payload of the frame that begins at `at`. Byte by byte, which is several times faster than Buffer's method. */
export function frameLength(bytes: Buffer, at: number): number {
  return (bytes[at] as number) | ((bytes[at + 1] as number) << 8) | ((bytes[at + 2] as number) << 16);
}

export type Packet = Readonly<{
  payload: Buffer;
  /** Sequence number of the packet's last frame; the answer begins with the next one. */
  sequence: number;
}>;

export type FrameLimits = Readonly<{ packetBytesMax: number; mayContinue: boolean }>;

/**
 * Cuts the byte stream into packets. Nothing is looked at before it is asked for, so what a client sends ahead of
 * its login stays uninterpreted bytes. Limits are checked on the header, before the payload is collected.
 */
export class FrameDecoder {
  readonly #bytes = new ByteQueue();
  #frames: Buffer[] = [];
  #frameBytes = 0;
  #nextSequence: number | undefined;

  /** Bytes held that no packet has taken. */
  get bufferedBytes(): number {
    return this.#bytes.size + this.#frameBytes;
  }

  push(chunk: Buffer): void {
    this.#bytes.push(chunk);
  }

  /**
   * The next whole packet, whose first frame must carry `sequence`; `undefined` while bytes are missing. Throws
   * ProtocolError `packet_too_large` or `packets_out_of_order`, after which the stream cannot be read on.
   */
  take(sequence: number, limits: FrameLimits): Packet | undefined {
    this.#nextSequence ??= sequence;
    while (this.#bytes.size >= frameHeaderBytes) {
      const header = this.#peekHeader();
      this.#check(header, limits);
      if (this.#bytes.size < frameHeaderBytes + header.length) return undefined;
      this.#bytes.take(frameHeaderBytes);
      this.#frames.push(this.#bytes.take(header.length));
      this.#frameBytes += header.length;
      this.#nextSequence = (header.sequence + 1) & 0xff;
      if (header.length < framePayloadMax) return this.#finish(header.sequence);
    }
    return undefined;
  }

  /** Gives up what is buffered: the bytes belong to another protocol (TLS) from here on. */
  drain(): Buffer {
    return this.#bytes.take(this.#bytes.size);
  }

  #check(header: FrameHeader, limits: FrameLimits): void {
    if (header.sequence !== this.#nextSequence) {
      throw new ProtocolError('packets_out_of_order', 'got packets out of order');
    }
    const isContinued = header.length === framePayloadMax;
    const isTooLarge = this.#frameBytes + header.length > limits.packetBytesMax;
    if (isTooLarge || (isContinued && !limits.mayContinue)) {
      const text = `got a packet bigger than 'max_allowed_packet' bytes (${limits.packetBytesMax})`;
      throw new ProtocolError('packet_too_large', text);
    }
  }

  #finish(sequence: number): Packet {
    const [only] = this.#frames;
    const payload = this.#frames.length === 1 && only !== undefined ? only : Buffer.concat(this.#frames);
    this.#frames = [];
    this.#frameBytes = 0;
    this.#nextSequence = undefined;
    return { payload, sequence };
  }

  #peekHeader(): FrameHeader {
    return { length: this.#bytes.peekInteger(0, 3), sequence: this.#bytes.peekInteger(3, 1) };
  }
}

type FrameHeader = Readonly<{ length: number; sequence: number }>;
