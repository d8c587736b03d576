/** The polynomial of ECMA-182, bits reversed, as CRC-64/XZ, OSS and COS use it. */
const polynomial = 0xc96c5795d7870f42n;
const one = 1n << 63n;
const low = 0xffffffffn;

/** CRCs of each byte followed by 0 to 7 zero bytes, in halves: eight bytes are looked up at once. */
const tables = makeTables();

/** CRC-64/XZ of a stream of bytes, in halves of 32 bits: BigInt would be a hundred times slower. */
export class Crc64 {
  #low = -1;
  #high = -1;
  #sizeBytes = 0;

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  update(bytes: Uint8Array): this {
    const { low: lows, high: highs } = tables;
    let low = this.#low;
    let high = this.#high;
    let at = 0;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (; at + 8 <= bytes.length; at += 8) {
      low ^= view.getInt32(at, true);
      high ^= view.getInt32(at + 4, true);
      const a = 1792 + (low & 255);
      const b = 1536 + ((low >>> 8) & 255);
      const c = 1280 + ((low >>> 16) & 255);
      const d = 1024 + (low >>> 24);
      const e = 768 + (high & 255);
      const f = 512 + ((high >>> 8) & 255);
      const g = 256 + ((high >>> 16) & 255);
      const h = high >>> 24;
      low = xor4(lows, a, b, c, d) ^ xor4(lows, e, f, g, h);
      high = xor4(highs, a, b, c, d) ^ xor4(highs, e, f, g, h);
    }
    for (; at < bytes.length; at++) {
      const index = (low ^ view.getUint8(at)) & 255;
      low = ((low >>> 8) | (high << 24)) ^ (lows[index] as number);
      high = (high >>> 8) ^ (highs[index] as number);
    }
    this.#low = low;
    this.#high = high;
    this.#sizeBytes += bytes.length;
    return this;
  }

  /** The CRC so far; more may follow. */
  digest(): bigint {
    return BigInt.asUintN(64, ~((BigInt(this.#high) << 32n) | (BigInt(this.#low) & low)));
  }
}

/** The CRC of two pieces one after the other, from the CRC of each and the length of the second. */
export function joinCrc64(first: bigint, second: bigint, secondBytes: number): bigint {
  // Each byte that follows multiplies by x^8: the powers are squared on the way, as zlib's crc32_combine does.
  let shift = one;
  let power = one >> 8n;
  for (let bytes = secondBytes; bytes > 0; bytes = Math.floor(bytes / 2)) {
    if (bytes % 2 === 1) shift = multiply(power, shift);
    power = multiply(power, power);
  }
  return multiply(shift, first) ^ second;
}

/** Multiplication modulo the polynomial, bits reversed. */
function multiply(left: bigint, right: bigint): bigint {
  let product = 0n;
  let factor = right;
  for (let bit = one; bit > 0n; bit >>= 1n) {
    if ((left & bit) !== 0n) product ^= factor;
    factor = (factor & 1n) === 0n ? factor >> 1n : (factor >> 1n) ^ polynomial;
  }
  return product;
}

function xor4(table: Int32Array, a: number, b: number, c: number, d: number): number {
  return (table[a] as number) ^ (table[b] as number) ^ (table[c] as number) ^ (table[d] as number);
}

function makeTables(): Readonly<{ low: Int32Array; high: Int32Array }> {
  const lows = new Int32Array(8 * 256);
  const highs = new Int32Array(8 * 256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = BigInt(byte);
    for (let zeros = 0; zeros < 8; zeros++) {
      for (let bit = 0; bit < 8; bit++) crc = (crc & 1n) === 0n ? crc >> 1n : (crc >> 1n) ^ polynomial;
      lows[zeros * 256 + byte] = Number(BigInt.asIntN(32, crc));
      highs[zeros * 256 + byte] = Number(BigInt.asIntN(32, crc >> 32n));
    }
  }
  return { low: lows, high: highs };
}
