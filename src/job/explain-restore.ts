import { SqlError } from '../base/sql-error.ts';
import type { Manifest } from '../snapshot/manifest.ts';
import type { ObjectKind } from '../source/objects.ts';
import type { RestoreFate } from '../source/restoring.ts';
import type { Source } from '../source/source.ts';
import type { RestoreRequest } from './requests.ts';
import { catalogTargets, definitionsOf, mayReplace } from './restore-catalogs.ts';
import { chunksOfRestore, resolveTargets, restorePlanOf } from './restore-plan.ts';
import type { CatalogShelf } from './tools.ts';

/** What RESTORE would do with one object of a snapshot, or with one that the snapshot lacks. */
export type ExplainedObject = Omit<RestoreFate, 'kind'> &
  Readonly<{
    kind: ObjectKind | 'CATALOG';
    /** Its name in the snapshot; absent for what would be dropped. */
    name?: string;
    /** Rows that would be loaded and the bytes of their files in the repository; absent where there are none to load. */
    rows?: number;
    bytes?: number;
  }>;

/** Asks the source; `database` is the one that the restore would go to. Throws SqlError for what the snapshot does not have. */
export async function explainRestore(
  request: RestoreRequest,
  manifest: Manifest,
  { source, database }: Readonly<{ source: Source; database: string }>,
  signal: AbortSignal,
): Promise<readonly ExplainedObject[]> {
  const targets = resolveTargets(manifest, request.objects);
  const { options, replicationNum } = request;
  const number = replicationNum === undefined ? {} : { replicationNum };
  const scope = { database, originalDatabase: manifest.database, targets, options, ...number };
  const isThere = (await source.listObjects(database, signal)) !== undefined;
  const fates = await source.previewRestore(restorePlanOf(scope, manifest, !isThere), signal);
  const chunks = Map.groupBy(chunksOfRestore(scope, manifest), ({ target }) => target);
  return fates.map((fate) => {
    const from = targets.find(({ kind, target }) => kind === fate.kind && target === fate.target);
    if (from === undefined || fate.action === 'drop') return fate;
    const own = fate.action === 'keep' || fate.action === 'refuse' ? undefined : chunks.get(fate.target);
    const rows = own?.reduce((sum, { chunk }) => sum + chunk.rows, 0);
    const bytes = own?.reduce((sum, { chunk }) => sum + chunk.bytes, 0);
    return { ...fate, name: from.name, ...(rows !== undefined && { rows, bytes: bytes ?? 0 }) };
  });
}

/** The same for a snapshot of external catalogs; undefined for one of a database. */
export function explainCatalogs(
  request: RestoreRequest,
  manifest: Manifest,
  shelf: CatalogShelf,
): readonly ExplainedObject[] | undefined {
  const targets = catalogTargets(request, manifest);
  if (targets === undefined) return undefined;
  const definitions = definitionsOf({ externalCatalogs: targets }, manifest);
  return targets.map(({ name, target }, index) => {
    const definition = definitions[index];
    const of = { kind: 'CATALOG', name, target } as const;
    if (definition === undefined || shelf.has(definition)) return { ...of, action: 'keep' };
    try {
      shelf.check(definition, false);
      return { ...of, action: 'create' };
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      if (mayReplace(request)) return { ...of, action: 'replace' };
      return { ...of, action: 'refuse', note: error.message };
    }
  });
}
