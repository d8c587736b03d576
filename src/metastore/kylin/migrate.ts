import { createHash } from 'node:crypto';
import { parseExact, printExact } from './exact-json.ts';
import { isObject, type JsonObject, textOf } from './json-content.ts';
import { kylin5Types } from './keys.ts';
import { MetadataError } from './metadata-error.ts';
import type { MetadataResource, ResourceSource } from './resource.ts';

/** Folders of B that C calls otherwise. */
const renamedTypes: Readonly<Record<string, string>> = {
  model_desc: 'MODEL',
  dataflow_details: 'LAYOUT',
  table: 'TABLE_INFO',
  user: 'USER_INFO',
  jar: 'JAR_INFO',
  kafka: 'KAFKA_CONFIG',
  streaming: 'STREAMING_JOB',
  parser: 'DATA_PARSER',
  query: 'QUERY_RECORD',
};
/** Types of C whose keys begin with their project. */
const prefixed: readonly string[] = ['TABLE_INFO', 'TABLE_EXD', 'KAFKA_CONFIG', 'JAR_INFO'];
/** Types that share their UUID with a model. */
const ofModel: readonly string[] = ['MODEL', 'INDEX_PLAN', 'DATAFLOW', 'FUSION_MODEL'];

export type Migrated = Readonly<{
  source: ResourceSource;
  /** Keys of kinds that Kylin 5.0 keeps elsewhere or not at all: jobs, rules, favourites, recommendations, events. */
  left: readonly string[];
  /** Resources of B that should be JSON and are not: there is nothing that they could become. */
  broken: readonly string[];
}>;

/**
 * Metadata of B as Kylin's MigrateKEMetadataTool makes it C's: segments and computed columns become resources, relations are
 * derived, each content says its project. New UUIDs follow from what they are of, so that the same backup always gives the same. All of
 * it is in memory. Throws MetadataError `refused` for another generation.
 */
export async function migrate(source: ResourceSource, signal: AbortSignal): Promise<Migrated> {
  if (source.generation !== 'B') {
    const text = `'${source.place}' is of generation ${source.generation}: only metadata of B becomes that of C`;
    throw new MetadataError('refused', text);
  }
  const migration = new Migration();
  for await (const resource of source.read(await source.keys(signal), signal)) migration.add(resource);
  const { rows, left, broken } = migration;
  return {
    left,
    broken,
    source: {
      generation: 'C',
      place: source.place,
      offset: source.offset,
      keys: async () => [...rows.keys()].sort(),
      async *read(keys) {
        for (const key of keys) {
          const row = rows.get(key);
          if (row !== undefined) yield row;
        }
      },
      [Symbol.asyncDispose]: () => source[Symbol.asyncDispose](),
    },
  };
}

/** One resource of B on its way. */
type Step = Readonly<{
  project: string;
  type: string;
  name: string;
  content: JsonObject;
  modifiedAt: number;
}>;

class Migration {
  readonly rows = new Map<string, MetadataResource>();
  readonly left: string[] = [];
  readonly broken: string[] = [];
  /** Who has a UUID first keeps it: C's tables have each only once. By type and UUID, then by owner. */
  readonly #uuids = new Map<string, Map<string, string>>();

  add({ key, bytes, modifiedAt }: MetadataResource): void {
    const place = placeOf(key);
    if (place === undefined) return void this.left.push(key);
    const content = rootContent(key, bytes) ?? parseExact(bytes);
    if (content === undefined) return void this.broken.push(key);
    this.#convert({ ...place, content, modifiedAt });
  }

  #convert(step: Step): void {
    const { type, project, content } = step;
    switch (type) {
      case 'MODEL':
        return this.#putModel(step);
      case 'DATAFLOW':
        return this.#putDataflow(step);
      case 'LAYOUT':
        return this.#putLayout(step);
      case 'DATA_PARSER':
        return this.#put(step, `${project}.${textOf(content, 'class_name') ?? step.name}`, {
          ...content,
          project,
        });
      case 'STREAMING_JOB':
        return this.#putStreaming(step);
      case 'SYSTEM':
        return this.#put(step, step.name, { ...content, name: step.name });
      default:
        return this.#putPlain(step);
    }
  }

  #putPlain(step: Step): void {
    const { type, project, name } = step;
    if (ofModel.includes(type)) {
      const uuid = this.#modelUuid(step);
      return this.#put(step, uuid, { ...step.content, uuid, project });
    }
    this.#put(step, prefixed.includes(type) ? `${project}.${name}` : name, { ...step.content, project });
  }

  #putModel(step: Step): void {
    const { project, content } = step;
    const uuid = this.#modelUuid(step);
    const { computed_columns: columns, ...rest } = content;
    const columnUuids = objectsOf(columns).map((column) => this.#putColumn(step, column, uuid));
    const joined = objectsOf(content['join_tables']).map((join) => textOf(join, 'table'));
    for (const table of new Set([...joined, textOf(content, 'fact_table')])) {
      if (table === undefined) continue;
      const relation = { table_identity: table, model_uuid: uuid, project };
      const id = derivedUuid('TABLE_MODEL_RELATION', project, uuid, table);
      this.#put({ ...step, type: 'TABLE_MODEL_RELATION' }, id, { ...relation, uuid: id });
    }
    this.#put(step, uuid, { ...rest, uuid, computed_column_uuids: columnUuids, project });
  }

  /** Models of a project share a column of the same table and name. */
  #putColumn(step: Step, column: JsonObject, model: string): string {
    const { project } = step;
    const name = [textOf(column, 'tableIdentity') ?? '', textOf(column, 'columnName') ?? ''];
    const owner = [project, ...name].join('.');
    const wanted = textOf(column, 'rec_uuid') ?? derivedUuid('COMPUTE_COLUMN', project, ...name);
    const uuid = this.#claim('COMPUTE_COLUMN', wanted, owner);
    const ofColumn = { ...step, type: 'COMPUTE_COLUMN' };
    if (!this.rows.has(`COMPUTE_COLUMN/${uuid}`)) this.#put(ofColumn, uuid, { ...column, uuid, project });
    const id = derivedUuid('CC_MODEL_RELATION', project, model, uuid);
    const relation = { cc_uuid: uuid, model_uuid: model, project, uuid: id };
    this.#put({ ...step, type: 'CC_MODEL_RELATION' }, id, relation);
    return uuid;
  }

  #putDataflow(step: Step): void {
    const { project, content } = step;
    const uuid = this.#modelUuid(step);
    const { segments, ...rest } = content;
    const segmentUuids = objectsOf(segments).map(({ id, ...segment }) => {
      const wanted = typeof id === 'string' ? id : (textOf(segment, 'uuid') ?? '');
      const own = this.#claim('SEGMENT', wanted, uuid);
      this.#put({ ...step, type: 'SEGMENT' }, own, { ...segment, uuid: own, model_uuid: uuid, project });
      return own;
    });
    this.#put(step, uuid, { ...rest, uuid, project, segment_uuids: segmentUuids });
  }

  /** `<model>/<segment>` is its name in B. */
  #putLayout(step: Step): void {
    const [model = '', segment = ''] = step.name.split('/');
    const dataflow = this.#claim('MODEL', model, step.project);
    const uuid = this.#claim('SEGMENT', segment, dataflow);
    this.#put(step, uuid, { ...step.content, dataflow, uuid, project: step.project });
  }

  /** `<model>_build` or `<model>_merge`, which is also its UUID. */
  #putStreaming(step: Step): void {
    const { project, content, name } = step;
    const at = name.lastIndexOf('_');
    const model = this.#claim('MODEL', name.slice(0, at), project);
    const key = `${model}${name.slice(at)}`;
    this.#put(step, key, { ...content, uuid: key, model_id: model, project });
  }

  #modelUuid({ content, name, project }: Step): string {
    return this.#claim('MODEL', textOf(content, 'uuid') ?? name, project);
  }

  #claim(type: string, uuid: string, owner: string): string {
    const owners = this.#uuids.get(`${type}/${uuid}`) ?? new Map<string, string>();
    this.#uuids.set(`${type}/${uuid}`, owners);
    const known = owners.get(owner) ?? (owners.size === 0 ? uuid : derivedUuid(type, uuid, owner));
    owners.set(owner, known);
    return known;
  }

  #put({ type, modifiedAt }: Step, name: string, content: JsonObject): void {
    const key = `${type}/${name}`;
    const wanted = textOf(content, 'uuid') ?? derivedUuid(type, name);
    const uuid = this.#claim(`row of ${type}`, wanted, name);
    this.rows.set(key, { key, bytes: printExact({ ...content, uuid }), modifiedAt, mvcc: 0 });
  }
}

/** Undefined for what C has no place for. */
function placeOf(key: string): Readonly<{ project: string; type: string; name: string }> | undefined {
  const [project = '', folder = '', ...rest] = key.slice(1).split('/');
  const name = rest.join('/').replace(/\.json$/, '');
  if (rest.length === 0) {
    return ['UUID', 'VERSION'].includes(project)
      ? { project: '_global', type: 'SYSTEM', name: project }
      : undefined;
  }
  if (folder === 'acl' && project !== '_global') return placeOfAcl(project, name);
  if (project === '_global') {
    if (folder === 'acl') return { project, type: 'OBJECT_ACL', name };
    if (folder === 'sys_acl' && rest[0] === 'user')
      return { project, type: 'USER_GLOBAL_ACL', name: name.slice('user/'.length) };
    if (folder === 'upgrade') return { project, type: 'SYSTEM', name };
  }
  const type = renamedTypes[folder] ?? folder.toUpperCase();
  return kylin5Types.includes(type) ? { project, type, name } : undefined;
}

/** Of users and of groups: `p.u.name`, `p.g.name`. */
function placeOfAcl(project: string, name: string): ReturnType<typeof placeOf> {
  const letter = { user: 'u', group: 'g' }[name.split('/')[0] ?? ''];
  if (letter === undefined) return undefined;
  return { project, type: 'ACL', name: `${project}.${letter}.${name.slice(name.indexOf('/') + 1)}` };
}

/** What is no JSON in the root of B: UUID is Java's writeUTF, two bytes of length and the text; VERSION is a text. */
function rootContent(key: string, bytes: Uint8Array): JsonObject | undefined {
  const text = Buffer.from(bytes).toString('utf8');
  if (key === '/UUID') return { uuid: text.slice(2), str: text.slice(2), name: 'UUID' };
  return key === '/VERSION' ? { str: text.trim(), name: 'VERSION' } : undefined;
}

function objectsOf(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** A UUID of version 8 (RFC 9562, 5.8) that follows from a name. */
function derivedUuid(...name: readonly string[]): string {
  const bytes = createHash('sha256').update(name.join('\n')).digest().subarray(0, 16);
  bytes.writeUInt8(((bytes[6] ?? 0) & 0x0f) | 0x80, 6);
  bytes.writeUInt8(((bytes[8] ?? 0) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
