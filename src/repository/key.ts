import { assert } from '../base/assert.ts';
import { decodeText, encodeText } from '../base/text.ts';
import type { BlobKey } from './blob-store.ts';
import { StorageError } from './storage-error.ts';

/** Local file systems allow 255 bytes in a name; the rest is room for a store's own suffixes. */
export const segmentBytesMax = 200;
/** S3, GCS, OSS and COS allow 1024 bytes (COS 850) in a key; the rest is room for the location's own path. */
const keyBytesMax = 700;

const segmentPattern = /^[A-Za-z0-9._=-]+$/;
const plainPattern = /^[A-Za-z0-9_-]$/;
/** Texts whose segment they are: most labels, which are looked at in thousands. */
const plainLabelPattern = /^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,199}$/;
const base64Mark = '==';

/** Checks a text against the rules of keys (see `BlobKey`). Fails with `invalid_argument`. */
export function blobKey(text: string): BlobKey {
  const reason = reasonAgainst(text);
  if (reason !== undefined) throw new StorageError('invalid_argument', `bad blob key '${text}': ${reason}`);
  return text as BlobKey;
}

/** True for a text that `blobKey` accepts. */
export function isBlobKey(text: string): text is BlobKey {
  return reasonAgainst(text) === undefined;
}

/** Refuses a prefix of `listSegments` that neither is empty nor ends with a slash. */
export function checkSegmentPrefix(prefix: string): void {
  if (prefix === '' || prefix.endsWith('/')) return;
  throw new StorageError(
    'invalid_argument',
    `prefix '${prefix}' of a list of segments must end with a slash`,
  );
}

/**
 * Any text as one segment of a key: letters, digits, `_`, `-` and inner dots stay readable, every other byte of its UTF-8
 * becomes `=XX`. A text too long for that is written as `==` and base64url, which holds 148 bytes. Different
 * texts give different segments. Only for texts that are `isEncodable`.
 */
export function encodeSegment(label: string): string {
  const segment = encoded(label);
  assert(segment !== undefined, 'a label was not checked with isEncodable');
  return segment;
}

/** False for the empty text, one whose UTF-8 is longer than a segment can hold, and one that is no Unicode text. */
export function isEncodable(label: string): boolean {
  return encoded(label) !== undefined;
}

/** The text of a segment that `encodeSegment` made; `undefined` for one that it would never make. */
export function decodeSegment(segment: string): string | undefined {
  if (plainLabelPattern.test(segment)) return segment;
  const bytes = segment.startsWith(base64Mark) ? fromBase64(segment) : fromHexEscapes(segment);
  if (bytes === undefined) return undefined;
  const label = decodeText(bytes);
  return encoded(label) === segment ? label : undefined;
}

function reasonAgainst(text: string): string | undefined {
  if (text.length === 0) return 'it is empty';
  if (text.length > keyBytesMax) return `it is longer than ${keyBytesMax} bytes`;
  for (const segment of text.split('/')) {
    if (segment === '') return 'it has an empty segment';
    if (segment === '.' || segment === '..') return `it has a segment '${segment}'`;
    if (segment.length > segmentBytesMax) return `it has a segment longer than ${segmentBytesMax} bytes`;
    if (!segmentPattern.test(segment)) return 'it has a character outside A-Z a-z 0-9 . _ = -';
  }
  return undefined;
}

function encoded(label: string): string | undefined {
  if (plainLabelPattern.test(label)) return label;
  const bytes = encodeText(label);
  if (bytes.length === 0 || bytes.length > segmentBytesMax || decodeText(bytes) !== label) return undefined;
  const escaped = [...bytes].map(escapeByte).join('');
  if (escaped.length <= segmentBytesMax) return escaped;
  const short = base64Mark + bytes.toString('base64url');
  return short.length <= segmentBytesMax ? short : undefined;
}

/** A dot in front is escaped, so that no label becomes `.`, `..` or a hidden name of a store's own. */
function escapeByte(byte: number, index: number): string {
  const character = String.fromCharCode(byte);
  if (plainPattern.test(character) || (character === '.' && index > 0)) return character;
  return `=${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}

function fromHexEscapes(segment: string): Uint8Array | undefined {
  if (!/^(?:[A-Za-z0-9._-]|=[0-9A-F]{2})+$/.test(segment)) return undefined;
  const parts = segment.match(/=[0-9A-F]{2}|./g) ?? [];
  return Uint8Array.from(parts, (part) =>
    part.length === 3 ? Number.parseInt(part.slice(1), 16) : part.charCodeAt(0),
  );
}

function fromBase64(segment: string): Uint8Array | undefined {
  const digits = segment.slice(base64Mark.length);
  return /^[A-Za-z0-9_-]+$/.test(digits) ? Buffer.from(digits, 'base64url') : undefined;
}
