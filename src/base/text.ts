const strictDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const escapeBase = 0xdc00;

/**
 * Decodes UTF-8; a byte that is not part of valid UTF-8 becomes the lone surrogate U+DC00 + byte, so that
 * `encodeText` gives the same bytes back. Clients put raw bytes into `_binary'…'` literals: they must survive.
 */
export function decodeText(bytes: Uint8Array): string {
  try {
    return strictDecoder.decode(bytes);
  } catch {
    return decodeWithEscapes(bytes);
  }
}

/** The inverse of `decodeText`. A lone surrogate that stands for no byte becomes U+FFFD. */
export function encodeText(text: string): Buffer {
  if (text.isWellFormed()) return Buffer.from(text, 'utf8');
  const bytes = Buffer.allocUnsafe(text.length * 3);
  let length = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 0x80) {
      bytes[length++] = unit;
    } else if (unit > escapeBase + 0x7f && unit <= escapeBase + 0xff) {
      bytes[length++] = unit - escapeBase;
    } else {
      const point = text.codePointAt(at) as number;
      length += bytes.write(String.fromCodePoint(point), length, 'utf8');
      if (point > 0xffff) at++;
    }
  }
  return bytes.subarray(0, length);
}

/**
 * Into one array: a string that grows by a piece for each byte takes a hundred times the memory of its bytes. UTF-16
 * never has more units than UTF-8 has bytes.
 */
function decodeWithEscapes(bytes: Uint8Array): string {
  const units = new Uint16Array(bytes.length);
  let length = 0;
  for (let at = 0; at < bytes.length;) {
    const width = sequenceLength(bytes, at);
    if (width === 0) {
      units[length++] = escapeBase + (bytes[at] as number);
      at += 1;
      continue;
    }
    const point = codePoint(bytes, at, width);
    if (point > 0xffff) {
      units[length++] = 0xd7c0 + (point >>> 10);
      units[length++] = 0xdc00 + (point & 0x3ff);
    } else {
      units[length++] = point;
    }
    at += width;
  }
  return Buffer.from(units.buffer, 0, length * 2).toString('utf16le');
}

/** Length in bytes of the valid UTF-8 sequence at `at`, 0 if there is none (RFC 3629, section 4). */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] as number;
  if (lead < 0x80) return 1;
  const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc2 ? 2 : 0;
  if (length === 0 || lead > 0xf4 || at + length > bytes.length) return 0;
  const second = bytes[at + 1] as number;
  const least = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const most = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  if (second < least || second > most) return 0;
  for (let next = at + 2; next < at + length; next++) {
    if (((bytes[next] as number) & 0xc0) !== 0x80) return 0;
  }
  return length;
}

/** Of a valid sequence of `width` bytes. */
function codePoint(bytes: Uint8Array, at: number, width: number): number {
  const lead = bytes[at] as number;
  if (width === 1) return lead;
  let point = lead & (0xff >>> (width + 1));
  for (let next = at + 1; next < at + width; next++) point = (point << 6) | ((bytes[next] as number) & 0x3f);
  return point;
}
