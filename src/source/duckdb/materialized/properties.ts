import { SqlError } from '../../../base/sql-error.ts';

/**
 * The properties that StarRocks takes of a materialized view (manual, "CREATE MATERIALIZED VIEW"; PropertyAnalyzer and
 * AlterMVJobExecutor of its sources). They are kept and shown, without effect.
 */
const known: ReadonlySet<string> = new Set([
  'auto_refresh_partitions_limit',
  'bf_version',
  'bloom_filter_columns',
  'bloom_filter_fpp',
  'colocate_with',
  'compression',
  'datacache.enable',
  'datacache.partition_duration',
  'enable_async_write_back',
  'enable_query_rewrite',
  'excluded_refresh_tables',
  'excluded_trigger_tables',
  'fast_schema_evolution',
  'force_external_table_query_rewrite',
  'foreign_key_constraints',
  'in_memory',
  'labels.location',
  'light_schema_change',
  'mv_rewrite_staleness_second',
  'mv_sort_keys',
  'partition_refresh_number',
  'partition_refresh_strategy',
  'partition_retention_condition',
  'partition_ttl',
  'partition_ttl_number',
  'query_rewrite_consistency',
  'refresh_mode',
  'replicated_storage',
  'replication_num',
  'resource_group',
  'storage_cooldown_time',
  'storage_cooldown_ttl',
  'storage_medium',
  'storage_volume',
  'task_priority',
  'time_drift_constraint',
  'transparent_mv_rewrite_mode',
  'unique_constraints',
  'warehouse',
]);

/** Variables of the session that refreshes it. */
const sessionPrefix = 'session.';

/** Refuses a property that StarRocks does not know, which is most often a misspelt one. `failed` begins its text. */
export function checkViewProperties(
  properties: readonly (readonly [name: string, value: string])[],
  failed: string,
): void {
  const unknown = properties.filter(([name]) => {
    const folded = name.toLowerCase();
    return !known.has(folded) && !folded.startsWith(sessionPrefix);
  });
  if (unknown.length === 0) return;
  const listed = unknown.map(([name, value]) => `${name}=${value}`).join(', ');
  throw new SqlError('analysis', `${failed} because unknown properties: {${listed}}`);
}
