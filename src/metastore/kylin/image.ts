/** What `_image` holds: the audit log's position. */
export function encodeImage(offset: number): Uint8Array {
  return Buffer.from(JSON.stringify({ offset }));
}

/** Undefined for what is no position. */
export function decodeImage(bytes: Uint8Array): number | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
    if (typeof value !== 'object' || value === null || !('offset' in value)) return undefined;
    return typeof value.offset === 'number' ? value.offset : undefined;
  } catch {
    return undefined;
  }
}
