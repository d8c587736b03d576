/** A JSON object of a resource, as far as it has been looked at. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** The object that the bytes are; undefined for anything else, such as the broken files that real stores hold. */
export function parseObject(bytes: Uint8Array): JsonObject | undefined {
  try {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
    const value: unknown = JSON.parse(text.startsWith('\uFEFF') ? text.slice(1) : text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A property that is a text; undefined when it is missing or something else. */
export function textOf(content: JsonObject | undefined, name: string): string | undefined {
  const value = content?.[name];
  return typeof value === 'string' ? value : undefined;
}
