import { decodeText } from '../base/text.ts';
import { ProtocolError } from './protocol-error.ts';

/**
 * Reads one packet's payload from front to back. Every read is checked against what is left; a read past the end
 * throws `malformed_packet`. Returned buffers are views of the payload.
 */
export class PacketReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(payload: Buffer) {
    this.#bytes = payload;
  }

  get remaining(): number {
    return this.#bytes.length - this.#at;
  }

  u8(): number {
    return this.#bytes.readUInt8(this.#advance(1));
  }

  u16(): number {
    return this.#bytes.readUInt16LE(this.#advance(2));
  }

  u32(): number {
    return this.#bytes.readUInt32LE(this.#advance(4));
  }

  u64(): bigint {
    return this.#bytes.readBigUInt64LE(this.#advance(8));
  }

  i8(): number {
    return this.#bytes.readInt8(this.#advance(1));
  }

  i16(): number {
    return this.#bytes.readInt16LE(this.#advance(2));
  }

  i32(): number {
    return this.#bytes.readInt32LE(this.#advance(4));
  }

  i64(): bigint {
    return this.#bytes.readBigInt64LE(this.#advance(8));
  }

  f32(): number {
    return this.#bytes.readFloatLE(this.#advance(4));
  }

  f64(): number {
    return this.#bytes.readDoubleLE(this.#advance(8));
  }

  skip(count: number): void {
    this.#advance(count);
  }

  bytes(count: number): Buffer {
    const at = this.#advance(count);
    return this.#bytes.subarray(at, at + count);
  }

  rest(): Buffer {
    return this.bytes(this.remaining);
  }

  /** A length-encoded length: at most what is left of the packet. 0xFB (NULL) and 0xFF are no lengths. */
  length(): number {
    const first = this.u8();
    if (first < 0xfb) return this.#within(first);
    if (first === 0xfc) return this.#within(this.u16());
    if (first === 0xfd) return this.#within(this.u16() + this.u8() * 0x1_0000);
    if (first === 0xfe) return this.#within(this.u64());
    throw malformed(`0x${first.toString(16)} is no length`);
  }

  /** An integer that is no length: an id, a count. */
  lengthEncodedInteger(): bigint {
    const first = this.u8();
    if (first < 0xfb) return BigInt(first);
    if (first === 0xfc) return BigInt(this.u16());
    if (first === 0xfd) return BigInt(this.u16() + this.u8() * 0x1_0000);
    if (first === 0xfe) return this.u64();
    throw malformed(`0x${first.toString(16)} begins no integer`);
  }

  lengthEncodedBytes(): Buffer {
    return this.bytes(this.length());
  }

  /** Bytes up to the next NUL, which is consumed; an unterminated string is malformed. */
  nulTerminatedBytes(): Buffer {
    const end = this.#bytes.indexOf(0, this.#at);
    if (end < 0) throw malformed('a string has no end');
    const found = this.bytes(end - this.#at);
    this.skip(1);
    return found;
  }

  nulTerminatedText(): string {
    return decodeText(this.nulTerminatedBytes());
  }

  lengthEncodedText(): string {
    return decodeText(this.lengthEncodedBytes());
  }

  restText(): string {
    return decodeText(this.rest());
  }

  #advance(count: number): number {
    if (count > this.remaining) throw malformed(`${count} bytes are wanted, ${this.remaining} are left`);
    const at = this.#at;
    this.#at += count;
    return at;
  }

  #within(length: number | bigint): number {
    if (length > this.remaining) throw malformed(`a length of ${length}, ${this.remaining} bytes are left`);
    return Number(length);
  }
}

function malformed(detail: string): ProtocolError {
  return new ProtocolError('malformed_packet', `malformed communication packet: ${detail}`);
}
