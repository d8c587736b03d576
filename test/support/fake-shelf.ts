import { SqlError } from '../../src/base/sql-error.ts';
import type { CatalogShelf } from '../../src/job/tools.ts';
import type { SavedCatalog } from '../../src/snapshot/manifest.ts';

/** External catalogs in memory, for jobs that save and restore them. */
export class FakeShelf implements CatalogShelf {
  readonly known: Map<string, SavedCatalog>;

  constructor(...catalogs: readonly SavedCatalog[]) {
    this.known = new Map(catalogs.map((catalog) => [catalog.name, catalog]));
  }

  readonly save = (name: string): SavedCatalog => {
    const catalog = this.known.get(name);
    if (catalog === undefined) throw new SqlError('backup', `external catalog ${name} does not existed.`);
    return catalog;
  };

  readonly has = (catalog: SavedCatalog): boolean =>
    JSON.stringify(this.known.get(catalog.name)) === JSON.stringify(catalog);

  readonly check = (catalog: SavedCatalog, mayReplace: boolean): void => {
    if (mayReplace || !this.known.has(catalog.name) || this.has(catalog)) return;
    throw new SqlError('backup', `Catalog ${catalog.name} already exist but with different definition`);
  };

  readonly restore: CatalogShelf['restore'] = async (catalogs, { mayReplace }) => {
    for (const catalog of catalogs) this.check(catalog, mayReplace);
    for (const catalog of catalogs) this.known.set(catalog.name, catalog);
  };
}
