import { parseObject, textOf } from './json-content.ts';
import {
  imageKey,
  isGlobalType,
  isTableExd,
  isTrash,
  projectKey,
  projectsOf,
  typeOfKey,
  uuidKey,
} from './keys.ts';
import { MetadataError } from './metadata-error.ts';
import { modelClosure } from './model-closure.ts';
import type { ResourceSource } from './resource.ts';
import type { Scope, ScopeOptions, Selection } from './selection.ts';

/**
 * Finds what belongs to a scope. A project that is not there is an empty selection; a model that is not there, or
 * that several projects have, is MetadataError `not_found` or `refused`.
 */
export async function select(
  source: ResourceSource,
  scope: Scope,
  options: ScopeOptions,
  signal: AbortSignal,
): Promise<Selection> {
  const { generation } = source;
  const all = (await source.keys(signal)).filter((key) => !isTrash(key) && key !== imageKey(generation));
  const kept = options.excludeTableExd ? all.filter((key) => !isTableExd(generation, key)) : all;
  switch (scope.kind) {
    case 'system':
      return { ...whole, keys: kept };
    case 'project':
      return selectProject(source, kept, scope.project, signal);
    case 'model':
      return modelClosure(source, kept, scope, signal);
  }
}

const whole = { isThere: true, withoutSegments: new Set<string>(), project: undefined };

/** The project's own resource, all that belongs to it, and the UUID of the store. */
async function selectProject(
  source: ResourceSource,
  keys: readonly string[],
  project: string,
  signal: AbortSignal,
): Promise<Selection> {
  const { generation } = source;
  if (generation === 'A') throw flatRefused('project');
  const members = await projectMembers(source, keys, project, signal);
  const own = projectKey(generation, project);
  const isThere = keys.includes(own);
  const shared = [own, uuidKey(generation)].filter((key) => keys.includes(key));
  const found = members.length > 0 || isThere ? [...members, ...shared] : [];
  return { ...whole, keys: found.sort(), isThere };
}

/** Keys that belong to a project, without its own. B says it in the path, C in the content. */
async function projectMembers(
  source: ResourceSource,
  keys: readonly string[],
  project: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  if (source.generation !== 'C') return keys.filter((key) => key.startsWith(`/${project}/`));
  const candidates = keys.filter((key) => !isGlobalType(typeOfKey('C', key)));
  const found: string[] = [];
  const projects = projectsOf('C', keys);
  for await (const { key, bytes } of source.read(candidates, signal)) {
    const named = textOf(parseObject(bytes), 'project') ?? projectOfName(key, projects);
    if (named === project) found.push(key);
  }
  return found;
}

/** Types of C whose keys begin with their project: `TABLE_INFO/default.DB.T`. */
const prefixedTypes: readonly string[] = [
  'TABLE_INFO',
  'TABLE_EXD',
  'KAFKA_CONFIG',
  'JAR_INFO',
  'DATA_PARSER',
  'ACL',
];

/** For content that names no project: the longest project that the key begins with. */
function projectOfName(key: string, projects: readonly string[]): string | undefined {
  const [type = '', name = ''] = key.split('/');
  if (!prefixedTypes.includes(type)) return undefined;
  const fitting = projects.filter((project) => name.startsWith(`${project}.`));
  return fitting.toSorted((one, other) => other.length - one.length)[0];
}

function flatRefused(level: string): MetadataError {
  return new MetadataError('refused', `a backup of Kylin 2 to 4 can be read as a whole, not by ${level}`);
}
