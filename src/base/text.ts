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

/** The inverse of `decodeText`. */
export function encodeText(text: string): Buffer {
  if (text.isWellFormed()) return Buffer.from(text, 'utf8');
  const parts: Buffer[] = [];
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    const isEscape = unit >= 0xdc80 && unit <= 0xdcff && !isHighSurrogate(text.charCodeAt(at - 1));
    if (!isEscape) continue;
    parts.push(Buffer.from(text.slice(start, at), 'utf8'), Buffer.of(unit - escapeBase));
    start = at + 1;
  }
  parts.push(Buffer.from(text.slice(start), 'utf8'));
  return Buffer.concat(parts);
}

function decodeWithEscapes(bytes: Uint8Array): string {
  let text = '';
  let at = 0;
  while (at < bytes.length) {
    const length = sequenceLength(bytes, at);
    if (length === 0) {
      text += String.fromCharCode(escapeBase + (bytes[at] as number));
      at += 1;
    } else {
      text += strictDecoder.decode(bytes.subarray(at, at + length));
      at += length;
    }
  }
  return text;
}

/** Length in bytes of the valid UTF-8 sequence at `at`, 0 if there is none. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] as number;
  if (lead < 0x80) return 1;
  const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc2 ? 2 : 0;
  if (length === 0 || at + length > bytes.length) return 0;
  try {
    strictDecoder.decode(bytes.subarray(at, at + length));
    return length;
  } catch {
    return 0;
  }
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
