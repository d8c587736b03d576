import { parseContent } from './audit.ts';
import { freezeParsed } from './frozen-json.ts';
import type { StoredResource } from './metadata-store.ts';
import type { Resource } from './metastore.ts';

/** A stored resource as readers see it: content parsed and frozen. Throws `corrupt` when it is no JSON. */
export function decodeResource(stored: StoredResource): Resource {
  const { key, content, mvcc, modifiedAt } = stored;
  return { key, content: freezeParsed(parseContent(content, `'${key}'`)), mvcc, modifiedAt };
}
