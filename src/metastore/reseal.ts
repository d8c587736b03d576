import { Secret } from '../base/secret.ts';
import { parseKey } from './key.ts';
import type { Metastore, Resource } from './metastore.ts';
import type { Node } from './node.ts';
import { NotOwnerError, type Ownership } from './ownership.ts';
import { type Secrets, SecretsError } from './secrets.ts';

export type Resealed = Readonly<{
  /** Credentials that are sealed anew. */
  count: number;
  /** Keys of resources with a credential that none of the keys opens: it is left as it is. */
  unreadable: readonly string[];
  /** Keys of resources that are not this node's to write: their credentials are left, too. */
  elsewhere: readonly string[];
}>;

/**
 * Seals every credential of the metastore with the key that seals now. Each project is one unit of work: after a crash some
 * are sealed with the new key and some with an old one, and all can be read as long as both keys are there.
 */
export async function resealAll(
  { metastore, ownership }: Pick<Node, 'metastore' | 'ownership'>,
  secrets: Secrets,
  operator: string,
): Promise<Resealed> {
  const unreadable: string[] = [];
  const elsewhere: string[] = [];
  let count = 0;
  const projects = Object.groupBy(metastore.list('/'), ({ key }) => parseKey(key)?.project ?? '');
  for (const [project, resources = []] of Object.entries(projects)) {
    const changes = resources.flatMap((resource) => changeOf(resource, secrets, unreadable));
    if (changes.length === 0) continue;
    if (!(await isOurs(ownership, project))) {
      elsewhere.push(...changes.map(({ key }) => key));
      continue;
    }
    await metastore.write({ project, operator }, (sandbox) => {
      for (const { key, content, mvcc } of changes) sandbox.put(key, content, mvcc);
    });
    count += changes.reduce((sum, change) => sum + change.count, 0);
  }
  return { count, unreadable, elsewhere };
}

async function isOurs(ownership: Ownership, project: string): Promise<boolean> {
  try {
    await ownership.require(project);
    return true;
  } catch (error) {
    if (!(error instanceof NotOwnerError)) throw error;
    return false;
  }
}

/** Resources that hold a credential which the key that seals now has not sealed. */
export function sealedWithOldKeys(metastore: Metastore, secrets: Secrets): readonly string[] {
  return metastore.list('/').flatMap(({ key, content }) => (findOld(content, secrets) ? [key] : []));
}

type Change = Readonly<{ key: string; content: unknown; mvcc: number; count: number }>;

/** None for a resource that has nothing to seal anew. */
function changeOf(
  { key, content, mvcc }: Resource,
  secrets: Secrets,
  unreadable: string[],
): readonly Change[] {
  if (!findOld(content, secrets)) return [];
  let count = 0;
  const reseal = (text: string): string => {
    count += 1;
    return secrets.seal(new Secret(secrets.open(text).reveal()));
  };
  try {
    return [{ key, content: mapOld(content, secrets, reseal), mvcc, count }];
  } catch (error) {
    if (!(error instanceof SecretsError)) throw error;
    unreadable.push(key);
    return [];
  }
}

function findOld(content: unknown, secrets: Secrets): boolean {
  if (typeof content === 'string') return secrets.stateOf(content) === 'older';
  if (typeof content !== 'object' || content === null) return false;
  return Object.values(content).some((value) => findOld(value, secrets));
}

function mapOld(content: unknown, secrets: Secrets, reseal: (text: string) => string): unknown {
  if (typeof content === 'string') return secrets.stateOf(content) === 'older' ? reseal(content) : content;
  if (Array.isArray(content)) return content.map((value) => mapOld(value, secrets, reseal));
  if (typeof content !== 'object' || content === null) return content;
  const entries = Object.entries(content).map(
    ([name, value]) => [name, mapOld(value, secrets, reseal)] as const,
  );
  return Object.fromEntries(entries);
}
