import { createHash } from 'node:crypto';
import { type JsonObject, parseObject, textOf } from '../json-content.ts';
import { isGlobalType } from '../keys.ts';
import { MetadataError } from '../metadata-error.ts';
import type { Value } from './connection.ts';

/** Columns of C's tables that repeat a property of the content: column, property. */
const repeated: Readonly<Record<string, readonly (readonly [column: string, property: string])[]>> = {
  PROJECT: [['name', 'name']],
  MODEL: [['alias', 'alias']],
  SEGMENT: [['model_uuid', 'model_uuid']],
  LAYOUT: [['dataflow_id', 'dataflow']],
  LAYOUT_DETAILS: [
    ['dataflow_id', 'dataflow'],
    ['layout_id', 'layout'],
  ],
  TABLE_INFO: [
    ['name', 'name'],
    ['db_name', 'database'],
  ],
  INTERNAL_TABLE: [
    ['name', 'name'],
    ['db_name', 'database'],
  ],
  TABLE_EXD: [['table_name', 'table_name']],
  TABLE_MODEL_RELATION: [
    ['table_identity', 'table_identity'],
    ['model_uuid', 'model_uuid'],
  ],
  COMPUTE_COLUMN: [
    ['column_name', 'columnName'],
    ['table_identity', 'tableIdentity'],
    ['table_alias', 'tableAlias'],
    ['expression', 'expression'],
    ['inner_expression', 'innerExpression'],
    ['datatype', 'datatype'],
    ['cc_comment', 'comment'],
  ],
  CC_MODEL_RELATION: [
    ['cc_uuid', 'cc_uuid'],
    ['model_uuid', 'model_uuid'],
  ],
  JOB_STATS: [['time_of_day', 'date']],
  DATA_PARSER: [
    ['jar_name', 'jar_name'],
    ['class_name', 'class_name'],
  ],
  JAR_INFO: [
    ['jar_type', 'jar_type'],
    ['jar_name', 'jar_name'],
  ],
  KAFKA_CONFIG: [
    ['db', 'database'],
    ['name', 'name'],
  ],
  STREAMING_JOB: [['model_uuid', 'model_id']],
  USER_INFO: [['username', 'username']],
  USER_GLOBAL_ACL: [['username', 'username']],
  USER_GROUP: [['group_name', 'group_name']],
  HISTORY_SOURCE_USAGE: [['create_time', 'create_time']],
  SYSTEM: [['name', 'name']],
};

/** Names that stand in the key where the content does not repeat them. */
const fromKey: Readonly<Record<string, string>> = {
  PROJECT: 'name',
  SYSTEM: 'name',
  USER_INFO: 'username',
  USER_GLOBAL_ACL: 'username',
  USER_GROUP: 'group_name',
};

/**
 * The columns of one row of C that follow from its key and content: `uuid`, `project` and what its type repeats. Throws
 * MetadataError `broken` for content from which no uuid follows: the table could not hold it.
 */
export function derivedColumns(key: string, bytes: Uint8Array): ReadonlyMap<string, Value> {
  const [type = '', name = ''] = key.split('/');
  const content = parseObject(bytes);
  const uuid = textOf(content, 'uuid');
  if (content === undefined || uuid === undefined) {
    throw new MetadataError(
      'broken',
      `no uuid follows from the content of '${key}': Kylin's table cannot hold it`,
    );
  }
  const columns = new Map<string, Value>([['uuid', uuid]]);
  if (!isGlobalType(type)) columns.set('project', textOf(content, 'project') ?? null);
  for (const [column, property] of repeated[type] ?? []) columns.set(column, valueOf(content, property));
  const keyed = fromKey[type];
  if (keyed !== undefined && columns.get(keyed) === null) columns.set(keyed, name);
  const expression = textOf(content, 'expression');
  if (type === 'COMPUTE_COLUMN' && expression !== undefined) {
    columns.set('expression_md5', createHash('md5').update(expression).digest('hex'));
  }
  return columns;
}

function valueOf(content: JsonObject, property: string): Value {
  const value = content[property];
  return typeof value === 'string' || typeof value === 'number' ? value : null;
}
