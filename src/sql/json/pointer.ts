import { isArray, isObject, type JsonValue } from './value.ts';

/** JSON pointers in fragments of URIs (RFC 6901, section 6): `#` is the whole document. */
export const rootPointer = '#';

export function childPointer(pointer: string, name: string): string {
  const escaped = name.replaceAll('~', '~0').replaceAll('/', '~1');
  const encoded = [...Buffer.from(escaped)].map((byte) => {
    const character = String.fromCharCode(byte);
    return /[\w.~-]/.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  });
  return `${pointer}/${encoded.join('')}`;
}

/** What a fragment leads to, and the pointer as `childPointer` writes it; undefined for one that leads nowhere. */
export function valueAt(
  document: JsonValue,
  fragment: string,
): Readonly<{ value: JsonValue; pointer: string }> | undefined {
  if (fragment === '#') return { value: document, pointer: rootPointer };
  if (!fragment.startsWith('#/')) return undefined;
  let found = { value: document, pointer: rootPointer };
  for (const part of fragment.slice(2).split('/')) {
    const name = nameOf(part);
    const next = name === undefined ? undefined : childOf(found.value, name);
    if (name === undefined || next === undefined) return undefined;
    found = { value: next, pointer: childPointer(found.pointer, name) };
  }
  return found;
}

function nameOf(part: string): string | undefined {
  try {
    return decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~');
  } catch (error) {
    // A percent sign without two digits, or bytes that are no text.
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

function childOf(value: JsonValue, name: string): JsonValue | undefined {
  if (isObject(value)) return value.get(name);
  return isArray(value) && /^(?:0|[1-9]\d{0,9})$/.test(name) ? value[Number(name)] : undefined;
}
