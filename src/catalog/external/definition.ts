import { globalProject, resourceKey } from '../../metastore/key.ts';
import type { Properties } from '../../sql/statement.ts';

/** An external catalog as the metastore keeps it. Property values are sealed: they hold credentials. */
export type CatalogDefinition = Readonly<{
  id: number;
  name: string;
  type: CatalogType;
  comment?: string;
  /** In the order given, `type` among them. */
  properties: readonly (readonly [key: string, sealedValue: string])[];
  /** Secrets that a backup left out: until ALTER CATALOG gives them the catalog cannot be used. */
  missing: readonly string[];
  /** Milliseconds since the epoch. */
  createdAt: number;
}>;

export const catalogTypes = ['mysql', 'jdbc'] as const;
export type CatalogType = (typeof catalogTypes)[number];

/** A catalog's definition without its secrets: `missing` names them. */
export type WithheldCatalog = Readonly<{
  name: string;
  comment?: string;
  properties: Properties;
  missing: readonly string[];
}>;

/** A catalog's definition in clear text. */
export type CatalogRequest = Readonly<{
  name: string;
  comment?: string;
  properties: Properties;
  missing?: readonly string[];
}>;

/** Where the metastore keeps a catalog's definition. */
export function catalogKey(name: string): string {
  return resourceKey(globalProject, 'catalog', name);
}
