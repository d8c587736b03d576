/** A value of a structure as it was read; fields by their ids, numbers exact up to 2^53. */
export type ReadValue = number | boolean | Uint8Array | readonly ReadValue[] | ReadStruct;
export type ReadStruct = ReadonlyMap<number, ReadValue>;

/** Bytes that are no structure of the compact protocol. */
export class ThriftError extends Error {
  override readonly name = 'ThriftError';
}

/** Parquet's metadata has seven levels. */
const depthMax = 32;

/**
 * Reads a structure in Thrift's compact protocol (thrift-compact-protocol.md of Apache Thrift), whatever its fields
 * mean. What it makes of the bytes is bounded by their number. Throws ThriftError.
 */
export function decodeStruct(bytes: Uint8Array): ReadStruct {
  return new ThriftReader(bytes).struct(0);
}

class ThriftReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  struct(depth: number): ReadStruct {
    if (depth > depthMax) throw new ThriftError('structures lie too deep');
    const fields = new Map<number, ReadValue>();
    let id = 0;
    for (;;) {
      const head = this.#byte();
      if (head === 0) return fields;
      const delta = head >> 4;
      id = delta === 0 ? this.#signed() : id + delta;
      fields.set(id, this.#value(head & 0x0f, depth, true));
    }
  }

  /** A boolean field is told by its type alone, one of a list is a byte. */
  #value(type: number, depth: number, isField: boolean): ReadValue {
    switch (type) {
      case 1:
      case 2:
        return isField ? type === 1 : this.#byte() === 1;
      case 3:
        return (this.#byte() << 24) >> 24;
      case 4:
      case 5:
      case 6:
        return this.#signed();
      case 7:
        return this.#take(8);
      case 8:
        return this.#take(this.#varint());
      case 9:
      case 10:
        return this.#list(depth);
      case 12:
        return this.struct(depth + 1);
      default:
        throw new ThriftError(`unknown type ${type}`);
    }
  }

  #list(depth: number): readonly ReadValue[] {
    if (depth > depthMax) throw new ThriftError('lists lie too deep');
    const head = this.#byte();
    const size = head >> 4 === 15 ? this.#varint() : head >> 4;
    const values: ReadValue[] = [];
    // Each value has a byte at least, so that a false size ends with the bytes.
    for (let at = 0; at < size; at++) values.push(this.#value(head & 0x0f, depth + 1, false));
    return values;
  }

  #signed(): number {
    const value = this.#varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  #varint(): number {
    let value = 0;
    for (let scale = 1; scale <= 2 ** 63; scale *= 0x80) {
      const byte = this.#byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
    throw new ThriftError('a number is too long');
  }

  #take(length: number): Uint8Array {
    if (length > this.#bytes.length - this.#at) throw new ThriftError('it is cut off');
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  #byte(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) throw new ThriftError('it is cut off');
    this.#at += 1;
    return byte;
  }
}
