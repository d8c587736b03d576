import { MetadataError } from './metadata-error.ts';
import type { Generation } from './resource.ts';

/** The types of Kylin 5.0.0 (MetadataType), which are the upper-case folders of a backup and the tables of a store. */
export const kylin5Types: readonly string[] = [
  'PROJECT',
  'MODEL',
  'INDEX_PLAN',
  'DATAFLOW',
  'FUSION_MODEL',
  'ACL',
  'SQL_BLACKLIST',
  'LOGICAL_VIEW',
  'QUERY_RECORD',
  'SEGMENT',
  'LAYOUT',
  'LAYOUT_DETAILS',
  'TABLE_INFO',
  'INTERNAL_TABLE',
  'TABLE_EXD',
  'TABLE_MODEL_RELATION',
  'COMPUTE_COLUMN',
  'CC_MODEL_RELATION',
  'JOB_STATS',
  'DATA_PARSER',
  'JAR_INFO',
  'KAFKA_CONFIG',
  'STREAMING_JOB',
  'USER_INFO',
  'USER_GLOBAL_ACL',
  'USER_GROUP',
  'OBJECT_ACL',
  'RESOURCE_GROUP',
  'HISTORY_SOURCE_USAGE',
  'SYSTEM',
];

/** Types that belong to no project; PROJECT itself counts to its project. */
const globalTypes: ReadonlySet<string> = new Set([
  'USER_INFO',
  'USER_GLOBAL_ACL',
  'USER_GROUP',
  'OBJECT_ACL',
  'RESOURCE_GROUP',
  'HISTORY_SOURCE_USAGE',
  'SYSTEM',
  'PROJECT',
]);

export function isGlobalType(type: string): boolean {
  return globalTypes.has(type);
}

/** The path of a resource's file below the backup's folder (C: below `core_meta`). Throws `illegal`. */
export function fileOf(generation: Generation, key: string): string {
  const file = generation === 'C' ? `${key}.json` : key.slice(1);
  if (generation !== 'C' && !key.startsWith('/')) throw illegalKey(key);
  checkRelative(file);
  return file;
}

/** The key of a file; undefined for one that holds no resource (C knows `.json` files of known types only). */
export function keyOfFile(generation: Generation, file: string): string | undefined {
  if (generation !== 'C') return `/${file}`;
  const [type = '', name, more] = file.split('/');
  if (name === undefined || more !== undefined || !name.endsWith('.json')) return undefined;
  return kylin5Types.includes(type) ? `${type}/${name.slice(0, -'.json'.length)}` : undefined;
}

/** Where the audit log's position stands in a backup; no resource of the store. */
export function imageKey(generation: Generation): string {
  return generation === 'C' ? 'SYSTEM/_image' : '/_image';
}

export function uuidKey(generation: Generation): string {
  return generation === 'C' ? 'SYSTEM/UUID' : '/UUID';
}

/** The resource that makes a project. */
export function projectKey(generation: Generation, project: string): string {
  if (generation === 'C') return `PROJECT/${project}`;
  return generation === 'B' ? `/_global/project/${project}.json` : `/project/${project}.json`;
}

/** The project whose own resource this is. */
export function projectOfKey(generation: Generation, key: string): string | undefined {
  const prefix = projectKey(generation, '').replace(/\.json$/, '');
  if (!key.startsWith(prefix)) return undefined;
  const name = key.slice(prefix.length);
  return generation === 'C' ? name : name.replace(/\.json$/, '');
}

/** Names of the projects that these keys make, in order. */
export function projectsOf(generation: Generation, keys: readonly string[]): readonly string[] {
  return keys.flatMap((key) => projectOfKey(generation, key) ?? []);
}

/** Statistics and samples of source tables. */
export function isTableExd(generation: Generation, key: string): boolean {
  if (generation === 'C') return key.startsWith('TABLE_EXD/');
  return (generation === 'B' ? /^\/[^/]+\/table_exd\// : /^\/table_exd\//).test(key);
}

/** What Kylin deletes later: never in a backup. */
export function isTrash(key: string): boolean {
  return key === '/_global/trash_record' || key.startsWith('/_global/trash_record/');
}

/** The type of a resource, as its generation spells it. */
export function typeOfKey(generation: Generation, key: string): string {
  const parts = key.split('/');
  return (generation === 'C' ? parts[0] : generation === 'B' ? parts[2] : parts[1]) ?? '';
}

/** Refuses a path that would leave its folder, on any system. Throws MetadataError `illegal`. */
export function checkRelative(file: string): void {
  const isWrong = file.split('/').some((part) => part === '' || part === '.' || part === '..');
  if (isWrong || file.includes('\0') || file.includes('\\')) throw illegalKey(file);
}

function illegalKey(key: string): MetadataError {
  const text = `'${key.replaceAll('\0', '\\0')}' leads out of the backup: nothing was done with it`;
  return new MetadataError('illegal', text);
}
