import { assert } from '../base/assert.ts';
import { decodeText, encodeText } from '../base/text.ts';

/** The project of what belongs to no database. */
export const globalProject = '_global';

/** MySQL's InnoDB takes index keys of 3,072 bytes: a key that fits there fits into every store. */
export const keyBytesMax = 3_000;

export type KeyParts = Readonly<{ project: string; type: string; name: string }>;

/** While this resource exists no other can be written: `SET METADATA MAINTENANCE`. */
export const maintenanceKey = '/_global/maintenance/metadata';

/** The project that owns the metadata of one database. */
export function projectOf(catalog: string, database: string): string {
  return `${catalog}.${database}`;
}

/**
 * The key of a resource: `/<project>/<type>/<name>`, each part percent-encoded, so that any text may be a name and
 * byte order is the same in every store. Parts must not be empty.
 */
export function resourceKey(project: string, type: string, name: string): string {
  const key = `${projectPrefix(project)}${encodePart(type)}/${encodePart(name)}`;
  assert(key.length <= keyBytesMax, `a resource key of ${key.length} bytes is too long`);
  return key;
}

/** The prefix of all keys of one type: what `list` takes. */
export function typePrefix(project: string, type: string): string {
  return `${projectPrefix(project)}${encodePart(type)}/`;
}

/** The prefix of all keys of a project. Ends with a slash, so that `shop` does not match `shop1`. */
export function projectPrefix(project: string): string {
  return `/${encodePart(project)}/`;
}

/** The parts of a key, decoded; undefined for a text that `resourceKey` could not have made. */
export function parseKey(key: string): KeyParts | undefined {
  const parts = key.split('/');
  if (parts.length !== 4 || parts[0] !== '') return undefined;
  const [project, type, name] = parts.slice(1).map(decodePart);
  if (project === undefined || type === undefined || name === undefined) return undefined;
  return resourceKey(project, type, name) === key ? { project, type, name } : undefined;
}

/** Characters that stand for themselves: the unreserved ones of RFC 3986. */
const plainCharacters = /^[A-Za-z0-9_.~-]+$/;

function encodePart(part: string): string {
  assert(part !== '', 'a part of a resource key is empty');
  // A folder backup of the metastore makes files of keys: these two would leave their folder.
  if (part === '.' || part === '..') return part.replaceAll('.', '%2E');
  if (plainCharacters.test(part)) return part;
  let encoded = '';
  for (const byte of encodeText(part)) {
    const character = String.fromCharCode(byte);
    encoded += plainCharacters.test(character)
      ? character
      : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return encoded;
}

function decodePart(part: string): string | undefined {
  if (!/^(?:[A-Za-z0-9_.~-]|%[0-9A-F]{2})+$/.test(part)) return undefined;
  const bytes: number[] = [];
  for (let at = 0; at < part.length; at++) {
    const isEscape = part[at] === '%';
    bytes.push(isEscape ? Number.parseInt(part.slice(at + 1, at + 3), 16) : part.charCodeAt(at));
    if (isEscape) at += 2;
  }
  return decodeText(Uint8Array.from(bytes));
}
