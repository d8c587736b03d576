import type { Clock } from '../../base/clock.ts';
import { globalProject, parseKey, resourceKey, typePrefix } from '../key.ts';
import type { Metastore, Resource } from '../metastore.ts';
import { parseObject } from './json-content.ts';
import { uuidKey } from './keys.ts';
import { MetadataError } from './metadata-error.ts';
import type {
  MetadataResource,
  ResourceChange,
  ResourceSink,
  ResourceSource,
  ResourceStore,
  RestorableSource,
} from './resource.ts';
import { encodeUuid } from './uuid.ts';

/** Where a backup of ours says that it is from. */
export const ownPlace = 'holdfast';
/** Only in the layout: what Kylin's checker wants for each folder of a project. */
const projectType = 'project';
/** Ends the key of each of our resources, as it does those of Kylin. */
const ending = '.json';
/** Belongs to one installation alone, or changes while the backup is made: it never leaves. */
export const withheldTypes: readonly string[] = ['authentication', 'metadata_job'];
/**
 * What a restore may write: configuration. Jobs are the history of what happened, and a job that had not ended must
 * not begin again.
 */
const restoredTypes: readonly string[] = [
  'account',
  'catalog',
  'metadata_store',
  'repository',
  'role',
  'setting',
];

/**
 * Holdfast's own metadata in the layout of B: `/_global/account/root.json`, `/default_catalog.shop/job/17.json`, and for each
 * project the resource that Kylin's checker wants. Credentials are sealed in the metastore and stay sealed.
 */
export class OwnStore implements ResourceStore {
  readonly #metastore: Metastore;
  readonly #uuid: string;
  readonly #clock: Clock;

  /** `uuid` names the metastore, for good. */
  constructor(metastore: Metastore, uuid: string, clock: Clock) {
    this.#metastore = metastore;
    this.#uuid = uuid;
    this.#clock = clock;
  }

  /** Its offset is one from which a query node that starts from the backup loses nothing. */
  async openForBackup(signal: AbortSignal): Promise<RestorableSource> {
    const { auditId, unitId } = await this.#metastore.position(signal);
    const now = this.#clock.now();
    const key = uuidKey('B');
    const uuid = { key, bytes: encodeUuid(this.#uuid), modifiedAt: now, mvcc: 0 };
    const rows = rowsOf(this.#metastore.list('/'), now).set(key, uuid);
    const position = { offset: auditId, ...(unitId !== undefined && { unitId }) };
    return { ...sourceOfRows(rows), ...position, accepts: isRestored };
  }

  async openForRestore(signal: AbortSignal): Promise<ResourceSink> {
    const source = await this.openForBackup(signal);
    return {
      ...source,
      apply: (changes, operator, inner) => this.#apply(changes, operator, inner),
    };
  }

  /** What a restore writes belongs to one project: one unit of work brings all of it or nothing. */
  async #apply(changes: AsyncIterable<ResourceChange>, operator: string, signal: AbortSignal): Promise<void> {
    const all = await Array.fromAsync(changes);
    signal.throwIfAborted();
    const metastore = this.#metastore;
    await metastore.write({ project: globalProject, operator }, (sandbox) => {
      for (const change of all) {
        if (change.kind === 'delete') sandbox.delete(ownKey(change.key), change.mvcc);
        else {
          const { key, bytes } = change.resource;
          sandbox.put(ownKey(key), contentOf(key, bytes), change.kind === 'update' ? change.mvcc : -1);
        }
      }
    });
  }
}

/** Resources of our own metastore as a source; all in memory already. */
export function sourceOf(resources: readonly Resource[], now: number): ResourceSource {
  return sourceOfRows(rowsOf(resources, now));
}

function rowsOf(resources: readonly Resource[], now: number): Map<string, MetadataResource> {
  const rows = new Map<string, MetadataResource>();
  for (const resource of resources) {
    const parts = parseKey(resource.key);
    if (parts === undefined || withheldTypes.includes(parts.type)) continue;
    rows.set(`${resource.key}${ending}`, encode(`${resource.key}${ending}`, resource));
    if (parts.project !== globalProject) addProject(rows, parts.project, resource, now);
  }
  return rows;
}

/** What is in memory already, by key, in the layout of our own metadata. */
export function sourceOfRows(rows: ReadonlyMap<string, MetadataResource>): ResourceSource {
  return {
    generation: 'B',
    place: ownPlace,
    offset: undefined,
    keys: async () => [...rows.keys()].sort(),
    async *read(keys) {
      for (const key of keys) {
        const row = rows.get(key);
        if (row !== undefined) yield row;
      }
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
}

/** Each folder of a project needs this resource beside it. */
function addProject(
  rows: Map<string, MetadataResource>,
  project: string,
  { key }: Resource,
  now: number,
): void {
  const folder = key.split('/')[1] ?? '';
  const projectKey = `${typePrefix(globalProject, projectType)}${folder}${ending}`;
  if (rows.has(projectKey)) return;
  rows.set(projectKey, { key: projectKey, bytes: printContent({ name: project }), modifiedAt: now, mvcc: 0 });
}

function encode(key: string, { content, modifiedAt, mvcc }: Resource): MetadataResource {
  return { key, bytes: printContent(content), modifiedAt, mvcc };
}

/** As all our resources are printed. */
export function printContent(content: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(content, undefined, 2));
}

/** The project's name as it stands in keys: what the paths of a backup begin with. */
export function ownProject(catalog: string, database: string): string {
  const key = resourceKey(`${catalog}.${database}`, 'project', 'name');
  return key.split('/')[1] ?? '';
}

function isRestored(key: string): boolean {
  const parts = parseKey(key.slice(0, -ending.length));
  return key.endsWith(ending) && parts?.project === globalProject && restoredTypes.includes(parts.type);
}

/** The key of our metastore whose resource a backup keeps as `key`; undefined for what only the layout needs. */
export function savedKey(key: string): string | undefined {
  const own = key.endsWith(ending) ? key.slice(0, -ending.length) : '';
  const parts = parseKey(own);
  return parts === undefined || (parts.project === globalProject && parts.type === projectType)
    ? undefined
    : own;
}

function ownKey(key: string): string {
  if (isRestored(key)) return key.slice(0, -ending.length);
  throw new MetadataError('refused', `'${key}' is nothing that a restore writes`);
}

function contentOf(key: string, bytes: Uint8Array): unknown {
  const content = parseObject(bytes);
  if (content !== undefined) return content;
  throw new MetadataError('broken', `'${key}' is no JSON object: nothing was changed`);
}
