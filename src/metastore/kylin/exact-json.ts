import { isObject, type JsonObject } from './json-content.ts';

/** What V8 has and the compiler's library does not know yet (TC39: JSON.parse source text access). */
type ExactJson = Readonly<{
  parse: (
    text: string,
    reviver: (key: string, value: unknown, context: Readonly<{ source?: string }>) => unknown,
  ) => unknown;
  rawJSON: (text: string) => unknown;
}>;

const exact = JSON as unknown as ExactJson;

/**
 * The object that the bytes are, with its numbers as they are written: the ranges of Kylin's segments end at 2^63 - 1, which no
 * number of JavaScript is. Undefined for what is no JSON object.
 */
export function parseExact(bytes: Uint8Array): JsonObject | undefined {
  try {
    const value = exact.parse(new TextDecoder().decode(bytes), (_key, found, { source }) =>
      typeof found === 'number' && source !== undefined && JSON.stringify(found) !== source
        ? exact.rawJSON(source)
        : found,
    );
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Two spaces for each level, as Kylin's own files have it. */
export function printExact(content: JsonObject): Uint8Array {
  return Buffer.from(JSON.stringify(content, undefined, 2));
}
