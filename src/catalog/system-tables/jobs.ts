import type { JobTable, SystemTable } from './system-table.ts';

const place = 'catalog_name varchar(64), database_name varchar(64)';
const size = 'object_count bigint, row_count bigint, stored_bytes bigint, file_count bigint';

/** What every job has: its names, where it is, how long it took and how much it moved. */
const job =
  `job_id bigint NOT NULL, label varchar(256) NOT NULL, ${place}, repository_name varchar(64) NOT NULL, ` +
  'snapshot_timestamp varchar(32) NOT NULL, state varchar(32) NOT NULL, is_finished tinyint NOT NULL, ' +
  'created_by varchar(64) NOT NULL, node varchar(128) NOT NULL, created_at datetime NOT NULL';
const progress =
  `${size}, tasks_left bigint NOT NULL, chunks_done bigint NOT NULL, chunks_left bigint NOT NULL, ` +
  'timeout_seconds bigint NOT NULL, error_code varchar(32), error_text text, task_errors text';

/**
 * Holdfast's own work, for charts: jobs, their events, snapshots and repositories, in typed columns with stable names.
 * Times are in the server's zone, as those of SHOW BACKUP. docs/statements/jobs-as-tables.md says what each column is.
 */
export const jobTables: readonly SystemTable[] = [
  table(
    'backup_jobs',
    `${job}, snapshot_finished_at datetime, upload_finished_at datetime, finished_at datetime, ` +
      `duration_seconds double NOT NULL, snapshot_seconds double, upload_seconds double, ${progress}`,
  ),
  table(
    'restore_jobs',
    `${job}, source_database_name varchar(64), meta_prepared_at datetime, snapshot_finished_at datetime, ` +
      'download_finished_at datetime, finished_at datetime, duration_seconds double NOT NULL, ' +
      `prepare_seconds double, download_seconds double, ${progress}`,
  ),
  table(
    'snapshots',
    'repository_name varchar(64) NOT NULL, label varchar(256), snapshot_timestamp varchar(32), status varchar(8) NOT NULL, ' +
      `error_text text, ${place}, catalog_kind varchar(16), engine_version varchar(64), created_at datetime, taken_at datetime, ` +
      `finished_at datetime, duration_seconds double, ${size}, ttl varchar(64), expires_at datetime, format_version int, ` +
      'holdfast_version varchar(32), job_id bigint',
  ),
  table(
    'repositories',
    'repository_id bigint NOT NULL, repository_name varchar(64) NOT NULL, location text NOT NULL, broker_name varchar(64), ' +
      'is_read_only tinyint NOT NULL, created_at datetime NOT NULL, error_text text',
  ),
  table(
    'job_events',
    'event_id bigint NOT NULL, job_id bigint NOT NULL, job_kind varchar(8) NOT NULL, label varchar(256) NOT NULL, ' +
      `${place}, event varchar(64) NOT NULL, state varchar(32) NOT NULL, occurred_at datetime NOT NULL, ` +
      'seconds_since_previous double, caused_by varchar(64) NOT NULL, error_text text',
  ),
];

function table(name: JobTable, columns: string): SystemTable {
  return {
    schema: 'information_schema',
    name,
    columns,
    rows: async (reader) => reader.jobRows(name, reader.context, reader.signal),
  };
}
