import { projectsOf, typeOfKey, uuidKey } from './keys.ts';
import { parseObject } from './json-content.ts';
import { type BackupManifest, sha256 } from './manifest.ts';
import { MetadataError } from './metadata-error.ts';
import { isSharedPart, modelsOf } from './model-closure.ts';
import type { ResourceSource, RestorableSource } from './resource.ts';
import type { Scope } from './selection.ts';
import { select } from './scope.ts';
import type { VerifyReport } from './verify.ts';

export type RestoreOptions = Readonly<{
  scope: Scope;
  /** Delete what the backup does not hold. */
  afterTruncate: boolean;
  /** Of a model: write tables over those that are there and differ. */
  overwriteTables: boolean;
  /** Do what a safety rule refuses. */
  force: boolean;
}>;

/** A key of the target and the version that is there. */
export type Versioned = Readonly<{ key: string; mvcc: number }>;

/** What a restore will do. All keys in order; nothing is in two lists. */
export type RestorePlan = Readonly<{
  inserts: readonly string[];
  updates: readonly Versioned[];
  deletes: readonly Versioned[];
  /** Equal bytes: not written again. */
  unchanged: number;
  /** Shared parts that differ and stay as they are. */
  kept: readonly string[];
}>;

/** Both sides of a restore: a backup that was verified, and the state of the store. */
export type RestoreSides = Readonly<{
  source: ResourceSource;
  report: VerifyReport;
  manifest: BackupManifest | undefined;
  target: RestorableSource;
}>;

/** More than this share of the store's keys is deleted only by FORCE. */
const deletedShareMax = 0.5;

/**
 * Compares backup and store and applies the rules: insert what is missing, update what differs, delete the rest only
 * after `afterTruncate`. Throws MetadataError `refused` where a safety rule says no, `not_found` when the backup
 * holds nothing of the scope. Changes nothing.
 */
export async function planRestore(
  sides: RestoreSides,
  options: RestoreOptions,
  signal: AbortSignal,
): Promise<RestorePlan> {
  requireSameGeneration(sides);
  const selected = await selectWanted(sides, options, signal);
  const wanted = [...(await missingUuid(sides, options, signal)), ...selected];
  const present = await selectPresent(sides, options, signal);
  const plan = await compare(sides, options, { wanted, present }, signal);
  if (wanted.length === 0 && plan.deletes.length === 0) throw nothingRestored(nothingOf(options.scope));
  if (!options.force) {
    requireSafeDeletes(sides, plan, present);
    requireReadable(sides, plan);
    if (options.scope.kind === 'model') await requireSegmentsKept(sides, plan, signal);
  }
  if (!options.afterTruncate) await requireNoTwins(sides, plan, signal);
  return plan;
}

function requireSameGeneration({ source, target }: RestoreSides): void {
  if (source.generation === target.generation) return;
  const text = `the backup is of generation ${source.generation}, the store of ${target.generation}: they are not converted`;
  const isOld = source.generation === 'B' && target.generation === 'C';
  const hint = 'BACKUP METADATA FROM the backup TO a folder FORMAT KYLIN5 makes one of C of it.';
  throw new MetadataError('refused', text, isOld ? { hint } : undefined);
}

async function selectWanted(
  { source, target }: RestoreSides,
  { scope, afterTruncate, force }: RestoreOptions,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const selection = await select(source, scope, { excludeTableExd: false }, signal);
  const keys = withoutUuid(source, selection.keys).filter((key) => target.accepts?.(key) ?? true);
  const isMissing = keys.length === 0 || !selection.isThere;
  if (!isMissing || (afterTruncate && force && keys.length === 0)) return keys;
  // Ours alone: what a database has in our metastore is the history of its jobs.
  const isHistory = selection.isThere && scope.kind === 'project';
  const what = isHistory
    ? `of project '${scope.project}' only the history of its jobs, which happened`
    : nothingOf(scope);
  if (!afterTruncate || isHistory) throw nothingRestored(what);
  throw new MetadataError(
    'refused',
    `the backup holds ${what}: AFTER TRUNCATE would delete it from the store`,
    { hint: 'FORCE does it.' },
  );
}

function nothingOf(scope: Scope): string {
  return scope.kind === 'project' ? `no project '${scope.project}'` : 'nothing that belongs into this store';
}

function nothingRestored(what: string): MetadataError {
  return new MetadataError('not_found', `the backup holds ${what}: nothing was restored`);
}

/** What the store has of the scope; nothing when the model or project is not there yet. */
async function selectPresent(
  { target }: RestoreSides,
  { scope }: RestoreOptions,
  signal: AbortSignal,
): Promise<readonly string[]> {
  try {
    const selection = await select(target, scope, { excludeTableExd: false }, signal);
    return withoutUuid(target, selection.keys).filter((key) => target.accepts?.(key) ?? true);
  } catch (error) {
    if (error instanceof MetadataError && error.kind === 'not_found') return [];
    throw error;
  }
}

/** A store of B that has no UUID, as an empty one, gets that of the backup. */
async function missingUuid(
  { source, target }: RestoreSides,
  { scope }: RestoreOptions,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const key = uuidKey(source.generation);
  if (source.generation === 'C' || scope.kind !== 'system' || target.accepts?.(key) === false) return [];
  const sides = await Promise.all([source.keys(signal), target.keys(signal)]);
  const [isThere = false, isTaken = false] = sides.map((keys) => keys.includes(key));
  return isThere && !isTaken ? [key] : [];
}

/** B's UUID is the store's own and never written over; C's is, as Kylin does it. */
function withoutUuid({ generation }: ResourceSource, keys: readonly string[]): readonly string[] {
  return generation === 'C' ? keys : keys.filter((key) => key !== uuidKey(generation));
}

type Compared = Readonly<{ wanted: readonly string[]; present: readonly string[] }>;

async function compare(
  sides: RestoreSides,
  options: RestoreOptions,
  { wanted, present }: Compared,
  signal: AbortSignal,
): Promise<RestorePlan> {
  const { source, target, report } = sides;
  const wantedKeys = new Set(wanted);
  // Of a model parts may be in the store that its closure there does not name: shared tables, or an older model.
  const presentKeys = new Set(await presentOf(target, wanted, present, signal));
  const isModel = options.scope.kind === 'model';
  const mayDelete = (key: string): boolean => !isModel || !isSharedPart(source.generation, key);
  const updates: Versioned[] = [];
  const deletes: Versioned[] = [];
  const kept: string[] = [];
  let unchanged = 0;
  for await (const { key, bytes, mvcc } of target.read([...presentKeys].sort(), signal)) {
    if (!wantedKeys.has(key)) {
      if (options.afterTruncate && mayDelete(key)) deletes.push({ key, mvcc });
    } else if (report.hashes.get(key) === sha256(bytes)) unchanged += 1;
    else if (isModel && isSharedPart(source.generation, key) && !mayOverwrite(source, key, options))
      kept.push(key);
    else updates.push({ key, mvcc });
  }
  const inserts = wanted.filter((key) => !presentKeys.has(key));
  return { inserts, updates, deletes, unchanged, kept };
}

async function presentOf(
  target: ResourceSource,
  wanted: readonly string[],
  present: readonly string[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const all = new Set(await target.keys(signal));
  return [...present, ...wanted.filter((key) => all.has(key))];
}

/** A project's own resource is never written by a model's restore: other models are listed there, too. */
function mayOverwrite(
  { generation }: ResourceSource,
  key: string,
  { overwriteTables }: RestoreOptions,
): boolean {
  return overwriteTables && !['project', 'PROJECT', 'SYSTEM'].includes(typeOfKey(generation, key));
}

function requireSafeDeletes(sides: RestoreSides, plan: RestorePlan, present: readonly string[]): void {
  const { deletes } = plan;
  if (deletes.length === 0) return;
  const { generation } = sides.target;
  const projects = projectsOf(generation, present);
  const deletedProjects = projectsOf(
    generation,
    deletes.map(({ key }) => key),
  );
  const isMost = deletes.length > present.length * deletedShareMax;
  const isAll = projects.length > 0 && deletedProjects.length === projects.length;
  if (!isMost && !isAll) return;
  const what = isAll ? `all ${projects.length} projects` : `${deletes.length} of ${present.length} resources`;
  throw new MetadataError('refused', `the restore would delete ${what}: nothing was changed`, {
    hint: 'DRY RUN lists them; FORCE does it.',
  });
}

/** Broken content may come back where the manifest shows that the store held the same bytes. */
function requireReadable({ report, manifest }: RestoreSides, plan: RestorePlan): void {
  const written = new Set([...plan.inserts, ...plan.updates.map(({ key }) => key)]);
  const broken = report.broken.filter((key) => written.has(key) && manifest?.resources[key] === undefined);
  if (broken.length === 0) return;
  throw new MetadataError('refused', `the backup holds broken JSON: ${broken.slice(0, 5).join(', ')}`, {
    hint: 'FORCE restores it as it is.',
  });
}

/** A model's backup without segments must not make a built model forget its data. */
async function requireSegmentsKept(
  { source, target }: RestoreSides,
  plan: RestorePlan,
  signal: AbortSignal,
): Promise<void> {
  const isDataflow = (key: string): boolean =>
    ['dataflow', 'DATAFLOW'].includes(typeOfKey(source.generation, key));
  const keys = plan.updates.map(({ key }) => key).filter(isDataflow);
  const after = await segmentCounts(source, keys, signal);
  for (const [key, before] of await segmentCounts(target, keys, signal)) {
    if (before === 0 || (after.get(key) ?? 0) > 0) continue;
    throw new MetadataError(
      'refused',
      `the model in the store has ${before} segments, the backup none of them`,
      {
        hint: 'FORCE restores the definition; the model must be built again then.',
      },
    );
  }
}

async function segmentCounts(
  side: ResourceSource,
  keys: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for await (const { key, bytes } of side.read(keys, signal)) {
    const content = parseObject(bytes);
    const segments = content?.['segments'] ?? content?.['segment_uuids'];
    counts.set(key, Array.isArray(segments) ? segments.length : 0);
  }
  return counts;
}

/** Two models of one name in one project: Kylin 5 refuses them since users got twins (KYLIN-5802). */
async function requireNoTwins(
  { source, target }: RestoreSides,
  plan: RestorePlan,
  signal: AbortSignal,
): Promise<void> {
  const added = await modelsOf(source, plan.inserts, signal);
  if (added.length === 0) return;
  const there = await modelsOf(target, await target.keys(signal), signal);
  const taken = new Set(there.map(nameOf));
  const twins = added.filter((model) => taken.has(nameOf(model)));
  if (twins.length === 0) return;
  const names = Object.entries(Object.groupBy(twins, ({ project }) => project)).map(
    ([project, models = []]) => `[${project}]:${models.map(({ alias }) => alias).join(',')}`,
  );
  throw new MetadataError(
    'refused',
    `KE-050041203: the store has other models of the same names: ${names.join(' ')}`,
    { hint: 'AFTER TRUNCATE replaces them.' },
  );
}

function nameOf({ project, alias }: Readonly<{ project: string; alias: string }>): string {
  return `${project}\n${alias.toLowerCase()}`;
}

/** Counts of a plan, for replies and logs. */
export function countsOf({ inserts, updates, deletes, unchanged }: RestorePlan): string {
  return `${inserts.length} inserted, ${updates.length} updated, ${deletes.length} deleted, ${unchanged} unchanged`;
}
