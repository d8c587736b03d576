import { SqlError } from '../../../base/sql-error.ts';
import type { ColumnDefinition, TableDefinition } from '../definition.ts';

type Check = (value: string, key: string, definition: TableDefinition) => string | undefined;

/**
 * The properties of a table that StarRocks knows, and those that Doris adds: what has an effect in no single process is
 * kept and shown all the same. Each has the rule by which StarRocks refuses a value.
 */
const known: ReadonlyMap<string, Check> = new Map<string, Check>([
  ['replication_num', replicationNumber],
  ['default.replication_num', replicationNumber],
  ['bloom_filter_columns', bloomFilterColumns],
  ['bloom_filter_fpp', bloomFilterRate],
  ['storage_medium', oneOf((value) => `Invalid storage medium: ${value}`, ['SSD', 'HDD'])],
  [
    'compression',
    (value) =>
      /^(?:LZ4|LZ4_FRAME|ZLIB|ZSTD|SNAPPY|ZSTD\(\d{1,2}\)|NO_COMPRESSION|DEFAULT_COMPRESSION)$/i.test(value)
        ? undefined
        : `unknown compression type: ${value}`,
  ],
  ['write_quorum', oneOf((value) => `write quorum value ${value} is invalid`, ['MAJORITY', 'ONE', 'ALL'])],
  ...booleans(
    'enable_persistent_index in_memory replicated_storage fast_schema_evolution light_schema_change file_bundling ' +
      'enable_async_write_back datacache.enable storage_cache.enable enable_load_profile enable_statistic_collect_on_first_load ' +
      'enable_unique_key_merge_on_write disable_auto_compaction enable_single_replica_compaction store_row_column ' +
      'skip_write_index_on_load',
  ),
  ...free(
    'colocate_with colocate_mv storage_cooldown_time storage_cooldown_ttl storage_volume storage_policy ' +
      'bucket_size mutable_bucket_num base_compaction_forbidden_time_ranges datacache.partition_duration ' +
      'partition_ttl partition_ttl_number partition_live_number partition_retention_condition time_drift_constraint ' +
      'primary_index_cache_expire_sec persistent_index_type unique_constraints foreign_key_constraints constraints ' +
      'binlog_enable binlog_ttl_second binlog_max_size labels.location table_query_timeout flat_json.enable ' +
      'flat_json.null.factor flat_json.sparsity.factor flat_json.column.max dynamic_schema function_column.sequence_col ' +
      'function_column.sequence_type replication_allocation min_load_replica_num group_commit_interval_ms ' +
      'compaction_policy estimate_partition_size storage_format type version_info',
  ),
]);

/** Throws SqlError for a property that no table has, and for a value that its property cannot have. */
export function checkProperties(definition: TableDefinition): void {
  for (const [key, value] of definition.properties) {
    const check = known.get(key.toLowerCase());
    if (check === undefined) {
      if (key.toLowerCase().startsWith('dynamic_partition.')) continue;
      throw analysis(`Unknown properties: {${key}=${value}}`);
    }
    const problem = check(value, key, definition);
    if (problem !== undefined) throw analysis(problem);
  }
}

function replicationNumber(value: string): string | undefined {
  const isNumber = /^\+?0*[1-9]\d{0,4}$/.test(value.trim());
  return isNumber ? undefined : 'Replication num should larger than 0. (suggested 3)';
}

function bloomFilterRate(value: string): string | undefined {
  const rate = Number(value);
  return rate >= 0.0001 && rate <= 0.05 ? undefined : 'Bloom filter fpp should in [1.0E-4, 0.05]';
}

const unfiltered: ReadonlySet<string> = new Set(
  'TINYINT FLOAT DOUBLE REAL BOOLEAN JSON ARRAY MAP STRUCT HLL BITMAP PERCENTILE'.split(' '),
);

function bloomFilterColumns(value: string, _key: string, definition: TableDefinition): string | undefined {
  const names = bloomFilterNames(value);
  for (const [index, name] of names.entries()) {
    const column = definition.columns.find((each) => each.name.toLowerCase() === name);
    if (column === undefined) return `Bloom filter column does not exist in table. invalid column: ${name}`;
    if (unfiltered.has(column.type.name)) {
      return `Invalid bloom filter column '${name}': unsupported type ${column.type.name}`;
    }
    if (names.indexOf(name) < index) return `Duplicate bloom filter column '${name}'`;
    if (!isFilterable(column, definition)) {
      return (
        'Bloom filter index only used in columns of DUP_KEYS/PRIMARY table or key columns of UNIQUE_KEYS/AGG_KEYS ' +
        `table. invalid column: ${name}`
      );
    }
  }
  return undefined;
}

/** The columns of `bloom_filter_columns`, in lower case. */
export function bloomFilterNames(value: string): readonly string[] {
  return value
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '');
}

function isFilterable({ name }: ColumnDefinition, { model }: TableDefinition): boolean {
  if (model?.kind !== 'AGGREGATE' && model?.kind !== 'UNIQUE') return true;
  return model.columns.some((key) => key.toLowerCase() === name.toLowerCase());
}

function oneOf(refusal: (value: string) => string, words: readonly string[]): Check {
  return (value) => (words.includes(value.toUpperCase()) ? undefined : refusal(value));
}

function booleans(keys: string): readonly (readonly [string, Check])[] {
  return keys
    .split(' ')
    .map((key) => [
      key,
      (value) =>
        /^(?:true|false)$/i.test(value)
          ? undefined
          : `Invalid ${key} value: ${value}. It must be true or false`,
    ]);
}

function free(keys: string): readonly (readonly [string, Check])[] {
  return keys.split(' ').map((key) => [key, () => undefined]);
}

function analysis(text: string): SqlError {
  return new SqlError('analysis', `Getting analyzing error. Detail message: ${text}`);
}
