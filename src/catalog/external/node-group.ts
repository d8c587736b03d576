import type { Metastore, Resource } from '../../metastore/metastore.ts';
import { SecretsError } from '../../metastore/secrets.ts';
import { catalogKey, type CatalogDefinition } from './definition.ts';

/** No node can be given this name: a catalog that cannot be opened is nobody's, and no other project suffers from it. */
const unreadableGroup = '?';

/**
 * Tells which group of nodes alone may own a project, by the property `node_group` of its catalog; empty when every node may. The
 * embedded engine's databases have their node already, and what belongs to no database is everybody's.
 */
export function groupReader(
  unseal: (sealed: string) => string,
): (project: string, metastore: Metastore) => string {
  const known = new WeakMap<Resource, string>();
  return (project, metastore) => {
    // No name of a catalog has a dot.
    const catalog = project.slice(0, Math.max(0, project.indexOf('.')));
    const resource = catalog === '' ? undefined : metastore.get(catalogKey(catalog));
    if (resource === undefined) return '';
    const group = known.get(resource) ?? groupOf(resource.content as CatalogDefinition, unseal);
    known.set(resource, group);
    return group;
  };
}

function groupOf({ properties }: CatalogDefinition, unseal: (sealed: string) => string): string {
  const sealed = properties.find(([name]) => name === 'node_group')?.[1];
  try {
    return sealed === undefined ? '' : unseal(sealed);
  } catch (error) {
    if (error instanceof SecretsError) return unreadableGroup;
    throw error;
  }
}
