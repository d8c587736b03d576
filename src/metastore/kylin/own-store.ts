import type { Clock } from '../../base/clock.ts';
import { globalProject, parseKey, projectPrefix, resourceKey } from '../key.ts';
import type { Metastore, Resource } from '../metastore.ts';
import { parseObject } from './json-content.ts';
import { MetadataError } from './metadata-error.ts';
import type {
  MetadataResource,
  ResourceChange,
  ResourceSink,
  ResourceSource,
  ResourceStore,
  RestorableSource,
} from './resource.ts';

/** Ends the key of each of our resources, as it does those of Kylin. */
const ending = '.json';
/** Belongs to one installation alone, or changes while the backup is made: it never leaves. */
const withheldTypes: readonly string[] = ['authentication', 'metadata_job'];
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
  readonly #clock: Clock;

  constructor(metastore: Metastore, clock: Clock) {
    this.#metastore = metastore;
    this.#clock = clock;
  }

  async openForBackup(): Promise<RestorableSource> {
    return { ...sourceOf(this.#metastore.list('/'), this.#clock.now()), accepts: isRestored };
  }

  async openForRestore(): Promise<ResourceSink> {
    const source = await this.openForBackup();
    return {
      ...source,
      apply: (changes, operator, signal) => this.#apply(changes, operator, signal),
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
  const rows = new Map<string, MetadataResource>();
  for (const resource of resources) {
    const parts = parseKey(resource.key);
    if (parts === undefined || withheldTypes.includes(parts.type)) continue;
    rows.set(`${resource.key}${ending}`, encode(`${resource.key}${ending}`, resource));
    if (parts.project !== globalProject) addProject(rows, parts.project, resource, now);
  }
  return sourceOfRows(rows);
}

/** What is in memory already, by key, in the layout of our own metadata. */
export function sourceOfRows(rows: ReadonlyMap<string, MetadataResource>): ResourceSource {
  return {
    generation: 'B',
    place: 'holdfast',
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
  const projectKey = `${projectPrefix(globalProject)}project/${folder}${ending}`;
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

function ownKey(key: string): string {
  if (isRestored(key)) return key.slice(0, -ending.length);
  throw new MetadataError('refused', `'${key}' is nothing that a restore writes`);
}

function contentOf(key: string, bytes: Uint8Array): unknown {
  const content = parseObject(bytes);
  if (content !== undefined) return content;
  throw new MetadataError('broken', `'${key}' is no JSON object: nothing was changed`);
}
