/** A writer of ASN.1's Distinguished Encoding Rules (X.690), as much of them as an X.509 certificate needs. */

const tag = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  objectIdentifier: 0x06,
  utf8String: 0x0c,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** UTCTime has two digits for the year and stands for 1950 to 2049 (RFC 5280, 4.1.2.5). */
const utcTimeYearEnd = 2_050;

export function derSequence(...parts: readonly Buffer[]): Buffer {
  return element(tag.sequence, Buffer.concat(parts));
}

export function derSet(...parts: readonly Buffer[]): Buffer {
  return element(tag.set, Buffer.concat(parts));
}

/** An unsigned number, big-endian. */
export function derInteger(bytes: Buffer): Buffer {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start++;
  const significant = bytes.subarray(start);
  const isNegative = significant.readUInt8(0) >= 0x80;
  return element(tag.integer, isNegative ? Buffer.concat([Buffer.of(0), significant]) : significant);
}

export function derTrue(): Buffer {
  return element(tag.boolean, Buffer.of(0xff));
}

export function derNull(): Buffer {
  return element(tag.null, Buffer.alloc(0));
}

/** All bits of `bytes` are used. */
export function derBitString(bytes: Buffer): Buffer {
  return element(tag.bitString, Buffer.concat([Buffer.of(0), bytes]));
}

export function derOctetString(bytes: Buffer): Buffer {
  return element(tag.octetString, bytes);
}

export function derUtf8String(text: string): Buffer {
  return element(tag.utf8String, Buffer.from(text, 'utf8'));
}

/** From dotted form: `2.5.29.17`. */
export function derObjectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const arcs = [first * 40 + second, ...rest];
  return element(tag.objectIdentifier, Buffer.concat(arcs.map(base128)));
}

/** A time, to the second, in the form RFC 5280 asks for. */
export function derTime(time: Date): Buffer {
  const digits = time
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(/[-:T]/g, '');
  const isUtcTime = time.getUTCFullYear() < utcTimeYearEnd;
  return isUtcTime
    ? element(tag.utcTime, Buffer.from(digits.slice(2), 'ascii'))
    : element(tag.generalizedTime, Buffer.from(digits, 'ascii'));
}

/** A context-specific tag: `constructed` holds elements, otherwise bytes. */
export function derContext(number: number, content: Buffer, constructed: boolean): Buffer {
  return element(0x80 | (constructed ? 0x20 : 0) | number, content);
}

function element(type: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.of(type), lengthOf(content.length), content]);
}

function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.of(length);
  if (length <= 0xff) return Buffer.of(0x81, length);
  if (length <= 0xffff) return Buffer.of(0x82, length >>> 8, length & 0xff);
  return Buffer.of(0x83, length >>> 16, (length >>> 8) & 0xff, length & 0xff);
}

function base128(arc: number): Buffer {
  const bytes = [arc & 0x7f];
  for (let rest = arc >>> 7; rest > 0; rest >>>= 7) bytes.unshift((rest & 0x7f) | 0x80);
  return Buffer.from(bytes);
}
