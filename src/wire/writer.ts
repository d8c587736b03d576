import { assert } from '../base/assert.ts';
import { encodeText } from '../base/text.ts';
import { BatchPool } from './batch-pool.ts';
import { frameHeaderBytes, framePayloadMax } from './framing.ts';

/** Text up to this length is tried as ASCII, one store per character, before the general encoder is called. */
const asciiLengthMax = 64;
/** Room behind the batch size, so that the row which crosses it seldom moves the buffer. */
const slackBytes = 16 * 1_024;

/** The size of the buffers in which batches are collected. */
export function batchBufferBytes(batchBytes: number): number {
  return batchBytes + slackBytes;
}
/** What a connection that only sends small answers holds. */
const smallBytes = 4 * 1_024;
/** A length-encoded integer takes at most this much. */
const lengthBytesMax = 9;

/**
 * Collects framed packets in one buffer: `begin`, the fields, `end`. Knows no socket; whoever sends takes the
 * bytes with `take`. `bytes` and `at` are open to the row encoders, which write in place after `reserve`.
 */
export class PacketWriter {
  readonly #pool: BatchPool;
  bytes: Buffer;
  at = 0;
  /** Sequence number of the next frame. */
  sequence = 0;
  #start = -1;

  /** `pool`: where large buffers come from and go to; without one they are this writer's alone. */
  constructor(batchBytes: number, pool: BatchPool = new BatchPool(batchBufferBytes(batchBytes), 0)) {
    this.#pool = pool;
    this.bytes = Buffer.allocUnsafeSlow(smallBytes);
  }

  begin(): void {
    assert(this.#start < 0, 'the packet before is ended');
    this.#start = this.at;
    this.reserve(frameHeaderBytes);
    this.at += frameHeaderBytes;
  }

  /** Writes the header, and splits a payload of 16 MB - 1 or more into frames. */
  end(): void {
    const start = this.#start;
    assert(start >= 0, 'a packet was begun');
    const length = this.at - start - frameHeaderBytes;
    this.#start = -1;
    if (length >= framePayloadMax) this.#split(start + frameHeaderBytes, length);
    else this.#header(start, length);
  }

  /** Forgets the packet begun, if one is: what follows begins where it began. */
  abandon(): void {
    if (this.#start < 0) return;
    this.at = this.#start;
    this.#start = -1;
  }

  /** Bytes of the packet begun, without its header: positions in it stay right when the buffer moves. */
  get payloadLength(): number {
    return this.at - this.#start - frameHeaderBytes;
  }

  /** Sets bit `bit % 8` of the payload's byte `offset + bit / 8`. */
  setBit(offset: number, bit: number): void {
    const at = this.#start + frameHeaderBytes + offset + (bit >>> 3);
    this.bytes[at] = this.bytes.readUInt8(at) | (1 << (bit & 7));
  }

  /** One whole packet. What a failing `write` began is taken back. */
  packet(write: (writer: PacketWriter) => void): void {
    this.begin();
    try {
      write(this);
    } catch (error) {
      this.abandon();
      throw error;
    }
    this.end();
  }

  /** The whole packets so far; the writer goes on in another buffer. */
  take(): Buffer {
    assert(this.#start < 0, 'the packet is ended before it is sent');
    const taken = this.bytes.subarray(0, this.at);
    const isLarge = this.bytes.length >= this.#pool.bufferBytes;
    this.bytes = isLarge ? this.#pool.take() : Buffer.allocUnsafeSlow(smallBytes);
    this.at = 0;
    return taken;
  }

  /** Gives back a buffer that `take` gave and that is sent: nobody may read it any more. */
  recycle(buffer: Buffer): void {
    this.#pool.give(buffer);
  }

  /** Gives up the room that a large answer has taken; nothing may be waiting to be sent. */
  shrink(): void {
    assert(this.at === 0, 'everything written is sent');
    if (this.bytes.length <= smallBytes) return;
    this.#pool.give(this.bytes);
    this.bytes = Buffer.allocUnsafeSlow(smallBytes);
  }

  /** Makes room for `count` more bytes; `bytes` may be another buffer afterwards. */
  reserve(count: number): void {
    if (this.at + count > this.bytes.length) this.#grow(count);
  }

  u8(value: number): void {
    this.reserve(1);
    this.bytes[this.at++] = value;
  }

  u16(value: number): void {
    this.reserve(2);
    this.at = this.bytes.writeUInt16LE(value, this.at);
  }

  u32(value: number): void {
    this.reserve(4);
    this.at = this.bytes.writeUInt32LE(value, this.at);
  }

  zeros(count: number): void {
    this.reserve(count);
    this.bytes.fill(0, this.at, this.at + count);
    this.at += count;
  }

  raw(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.bytes.set(bytes, this.at);
    this.at += bytes.length;
  }

  rawText(text: string): void {
    this.raw(encodeText(text));
  }

  nulTerminatedText(text: string): void {
    this.rawText(text);
    this.u8(0);
  }

  lengthEncodedInteger(value: number | bigint): void {
    this.reserve(lengthBytesMax);
    if (value < 0xfb) this.u8(Number(value));
    else if (value <= 0xffff) this.#prefixed(0xfc, Number(value), 2);
    else if (value <= 0xff_ffff) this.#prefixed(0xfd, Number(value), 3);
    else {
      this.u8(0xfe);
      this.at = this.bytes.writeBigUInt64LE(BigInt(value), this.at);
    }
  }

  lengthEncodedBytes(bytes: Uint8Array): void {
    this.lengthEncodedInteger(bytes.length);
    this.raw(bytes);
  }

  lengthEncodedText(text: string): void {
    if (text.length > asciiLengthMax || !this.#ascii(text)) this.lengthEncodedBytes(encodeText(text));
  }

  #ascii(text: string): boolean {
    const length = text.length;
    this.reserve(length + 1);
    const { bytes, at } = this;
    for (let index = 0; index < length; index++) {
      const unit = text.charCodeAt(index);
      if (unit > 0x7f) return false;
      bytes[at + 1 + index] = unit;
    }
    bytes[at] = length;
    this.at = at + 1 + length;
    return true;
  }

  #prefixed(prefix: number, value: number, width: number): void {
    this.bytes[this.at++] = prefix;
    this.at = this.bytes.writeUIntLE(value, this.at, width);
  }

  #header(at: number, length: number): void {
    const { bytes } = this;
    bytes[at] = length;
    bytes[at + 1] = length >>> 8;
    bytes[at + 2] = length >>> 16;
    bytes[at + 3] = this.sequence;
    this.sequence = (this.sequence + 1) & 0xff;
  }

  /** A payload that is a multiple of the frame's maximum ends with an empty frame. */
  #split(at: number, length: number): void {
    const payload = Buffer.from(this.bytes.subarray(at, at + length));
    this.at = at - frameHeaderBytes;
    for (let offset = 0; offset <= length; offset += framePayloadMax) {
      const frame = payload.subarray(offset, offset + framePayloadMax);
      this.reserve(frameHeaderBytes + frame.length);
      this.#header(this.at, frame.length);
      this.at += frameHeaderBytes;
      this.raw(frame);
    }
  }

  #grow(count: number): void {
    const wanted = Math.max(this.bytes.length * 2, this.at + count);
    const { bufferBytes } = this.#pool;
    const isLarge = wanted > bufferBytes / 2;
    const fits = isLarge && this.at + count <= bufferBytes;
    const grown = fits ? this.#pool.take() : Buffer.allocUnsafeSlow(wanted);
    this.bytes.copy(grown, 0, 0, this.at);
    this.#pool.give(this.bytes);
    this.bytes = grown;
  }
}
