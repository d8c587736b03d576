import { parseExact, printExact } from './exact-json.ts';
import { isObject, type JsonObject, parseObject, textOf } from './json-content.ts';
import { projectKey, typeOfKey, uuidKey } from './keys.ts';
import { MetadataError } from './metadata-error.ts';
import type { ResourceSource } from './resource.ts';
import type { Scope, Selection } from './selection.ts';

type ModelScope = Extract<Scope, { kind: 'model' }>;

type Model = Readonly<{
  key: string;
  project: string;
  uuid: string;
  alias: string;
  tables: readonly string[];
}>;

/**
 * The resources that make one model, in the way of KAP's cube backup: the model, its index plan and dataflow, what
 * it is built of (tables with their statistics, computed columns, topics), its project and the UUID. Segments and
 * layouts name built data, which no metadata backup holds: they come along on request only, and without them the
 * dataflow says that there are none.
 */
export async function modelClosure(
  source: ResourceSource,
  keys: readonly string[],
  scope: ModelScope,
  signal: AbortSignal,
): Promise<Selection> {
  const model = await findModel(source, keys, scope, signal);
  const { generation } = source;
  const shared = [projectKey(generation, model.project), uuidKey(generation)];
  const own =
    generation === 'C'
      ? await closureOfC(source, keys, model, signal)
      : keys.filter((key) => isOfB(model, key));
  const found = own.filter((key) => scope.withSegments || !isSegmentPart(source, key));
  return {
    keys: [...found, ...shared.filter((key) => keys.includes(key))].sort(),
    isThere: true,
    withoutSegments: new Set(scope.withSegments ? [] : found.filter((key) => isDataflow(source, key))),
    project: model.project,
  };
}

/** A dataflow without its segments. What is no JSON stays as it is. */
export function emptySegments(bytes: Uint8Array): Uint8Array {
  const content = parseExact(bytes);
  if (content === undefined) return bytes;
  const changed = { ...content };
  for (const name of ['segments', 'segment_uuids']) if (name in changed) changed[name] = [];
  return printExact(changed);
}

/** Tables, topics and computed columns may serve other models, too. */
export function isSharedPart(generation: ResourceSource['generation'], key: string): boolean {
  const shared =
    generation === 'C'
      ? ['TABLE_INFO', 'TABLE_EXD', 'KAFKA_CONFIG', 'COMPUTE_COLUMN', 'PROJECT', 'SYSTEM']
      : ['table', 'table_exd', 'kafka', 'project'];
  return shared.includes(typeOfKey(generation, key)) || key === uuidKey(generation);
}

async function findModel(
  source: ResourceSource,
  keys: readonly string[],
  { name, project }: ModelScope,
  signal: AbortSignal,
): Promise<Model> {
  if (source.generation === 'A') {
    throw new MetadataError('refused', 'a backup of Kylin 2 to 4 can be read as a whole, not by cube');
  }
  const models = await modelsOf(source, keys, signal);
  const inProject = models.filter((model) => project === undefined || model.project === project);
  const byAlias = inProject.filter(({ alias }) => alias.toLowerCase() === name.toLowerCase());
  const found = byAlias.length > 0 ? byAlias : inProject.filter(({ uuid }) => uuid === name);
  const [only] = found;
  if (only === undefined) throw notThere(name, project, source.place);
  if (found.length > 1) throw ambiguous(name, found);
  return only;
}

/** All models that can be read. */
export async function modelsOf(
  source: ResourceSource,
  keys: readonly string[],
  signal: AbortSignal,
): Promise<readonly Model[]> {
  const type = source.generation === 'C' ? 'MODEL' : 'model_desc';
  const candidates = keys.filter((key) => typeOfKey(source.generation, key) === type);
  const found: Model[] = [];
  for await (const { key, bytes } of source.read(candidates, signal)) {
    const content = parseObject(bytes);
    const project = source.generation === 'C' ? textOf(content, 'project') : key.split('/')[1];
    const uuid = textOf(content, 'uuid');
    if (content === undefined || project === undefined || uuid === undefined) continue;
    found.push({ key, project, uuid, alias: textOf(content, 'alias') ?? uuid, tables: tablesOf(content) });
  }
  return found;
}

function tablesOf(content: JsonObject): readonly string[] {
  const joins = Array.isArray(content['join_tables']) ? (content['join_tables'] as readonly unknown[]) : [];
  const joined = joins.filter(isObject).map((join) => textOf(join, 'table'));
  return [textOf(content, 'fact_table'), ...joined].filter((table) => table !== undefined);
}

/** B says in the path what belongs to a model. */
function isOfB({ project, uuid, tables }: Model, key: string): boolean {
  const [, owner, type = '', ...rest] = key.split('/');
  if (owner !== project) return false;
  const name = rest.join('/');
  if (['model_desc', 'index_plan', 'dataflow', 'fusion_model'].includes(type)) return name === `${uuid}.json`;
  if (type === 'dataflow_details') return rest[0] === uuid;
  if (type === 'streaming') return name.startsWith(`${uuid}_`);
  const isTable = ['table', 'table_exd', 'kafka'].includes(type);
  return isTable && tables.some((table) => name === `${table}.json`);
}

/** Types of C that name their model in a property of the content. */
const modelProperty: Readonly<Record<string, string>> = {
  SEGMENT: 'model_uuid',
  LAYOUT: 'dataflow',
  LAYOUT_DETAILS: 'dataflow',
  TABLE_MODEL_RELATION: 'model_uuid',
  CC_MODEL_RELATION: 'model_uuid',
  STREAMING_JOB: 'model_id',
};

async function closureOfC(
  source: ResourceSource,
  keys: readonly string[],
  model: Model,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const named = ['MODEL', 'INDEX_PLAN', 'DATAFLOW', 'FUSION_MODEL'].map((type) => `${type}/${model.uuid}`);
  const tables = ['TABLE_INFO', 'TABLE_EXD', 'KAFKA_CONFIG'].flatMap((type) =>
    model.tables.map((table) => `${type}/${model.project}.${table}`),
  );
  const present = new Set(keys);
  const found = new Set([...named, ...tables].filter((key) => present.has(key)));
  const candidates = keys.filter((key) => modelProperty[typeOfKey('C', key)] !== undefined);
  for await (const { key, bytes } of source.read(candidates, signal)) {
    const content = parseObject(bytes);
    if (textOf(content, modelProperty[typeOfKey('C', key)] ?? '') !== model.uuid) continue;
    found.add(key);
    const column = `COMPUTE_COLUMN/${textOf(content, 'cc_uuid') ?? ''}`;
    if (key.startsWith('CC_MODEL_RELATION/') && present.has(column)) found.add(column);
  }
  return [...found];
}

function isSegmentPart({ generation }: ResourceSource, key: string): boolean {
  const type = typeOfKey(generation, key);
  return generation === 'C'
    ? ['SEGMENT', 'LAYOUT', 'LAYOUT_DETAILS'].includes(type)
    : type === 'dataflow_details';
}

function isDataflow({ generation }: ResourceSource, key: string): boolean {
  return typeOfKey(generation, key) === (generation === 'C' ? 'DATAFLOW' : 'dataflow');
}

function notThere(name: string, project: string | undefined, place: string): MetadataError {
  const where = project === undefined ? '' : ` in project '${project}'`;
  return new MetadataError('not_found', `there is no model '${name}'${where} in '${place}'`);
}

function ambiguous(name: string, found: readonly Model[]): MetadataError {
  const projects = found.map(({ project }) => `'${project}'`).join(', ');
  return new MetadataError('refused', `model '${name}' is in several projects: ${projects}`, {
    hint: 'Say which one with IN PROJECT.',
  });
}
