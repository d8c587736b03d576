/** What `/UUID` of A and B holds: Java's writeUTF, two bytes of length (big-endian) and the text. */
export function encodeUuid(uuid: string): Uint8Array {
  const text = Buffer.from(uuid);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(text.length);
  return Buffer.concat([length, text]);
}

/** Undefined for bytes that are no such text. */
export function decodeUuid(bytes: Uint8Array): string | undefined {
  const all = Buffer.from(bytes);
  const isWhole = all.length > 2 && all.readUInt16BE() === all.length - 2;
  return isWhole ? all.subarray(2).toString('utf8') : undefined;
}
