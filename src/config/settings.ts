import { booleanOption, integerOption, type IntegerRange, type Option } from './option.ts';

export const settingNames = [
  'backup_job_default_timeout_ms',
  'history_job_keep_max_second',
  'history_jobs_max',
  'upload_worker_count',
  'download_worker_count',
  'max_upload_speed_kbps',
  'max_download_speed_kbps',
  'storage_calls_max',
  'storage_call_timeout_ms',
  'enable_backup_materialized_view',
  'dynamic_partition_check_interval_seconds',
  'metadata_backup_interval_hours',
  'metadata_backups_kept',
] as const;

/** A setting that ADMIN SET FRONTEND CONFIG may change while the server runs. */
export type SettingName = (typeof settingNames)[number];

export type SettingValues = Readonly<Record<SettingName, number>>;

/** A switch is 1 or 0. StarRocks' word for the type, and the names that other servers have for the same thing. */
export type Setting = Option<number> &
  IntegerRange &
  Readonly<{ type: 'int' | 'long' | 'boolean'; aliases: readonly string[] }>;

const dayMs = 86_400_000;
const yearSeconds = 31_536_000;

/**
 * The settings with their defaults and ranges. Names and meanings are StarRocks' where it has the setting. Unlike
 * there, transfers are not slowed down unless somebody asks for it (StarRocks: 50,000 kbps for downloads).
 */
export const settings: Readonly<Record<SettingName, Setting>> = {
  backup_job_default_timeout_ms: setting('long', {
    about: 'Milliseconds after which a job is cancelled, waiting included, when its statement has no timeout',
    fallback: dayMs,
    min: 600_000,
    max: 30 * dayMs,
  }),
  history_job_keep_max_second: setting('int', {
    about: 'Seconds for which a settled job stays in SHOW BACKUP and SHOW RESTORE',
    fallback: 7 * 86_400,
    min: 0,
    max: 10 * yearSeconds,
  }),
  history_jobs_max: setting('int', {
    about: 'Settled jobs kept per database; the oldest go first',
    fallback: 10,
    min: 1,
    max: 10_000,
    aliases: ['max_backup_restore_job_num_per_db'],
  }),
  upload_worker_count: setting('int', {
    about: 'Files that a backup uploads at once; 0 for automatic',
    fallback: 0,
    min: 0,
    max: 64,
  }),
  download_worker_count: setting('int', {
    about: 'Files that a restore downloads at once; 0 for automatic',
    fallback: 0,
    min: 0,
    max: 64,
  }),
  max_upload_speed_kbps: setting('long', {
    about: 'Kilobytes per second that all uploads to a repository may take together; 0 for no limit',
    fallback: 0,
    min: 0,
    max: 1_000_000_000,
  }),
  max_download_speed_kbps: setting('long', {
    about: 'Kilobytes per second that all downloads from a repository may take together; 0 for no limit',
    fallback: 0,
    min: 0,
    max: 1_000_000_000,
  }),
  storage_calls_max: setting('int', {
    about: 'Calls to the storage of one repository at once',
    fallback: 16,
    min: 1,
    max: 256,
  }),
  storage_call_timeout_ms: setting('int', {
    about: 'Milliseconds after which one call to a storage is given up, besides the time its bytes take',
    fallback: 60_000,
    min: 1_000,
    max: 3_600_000,
  }),
  enable_backup_materialized_view: switchSetting({
    about: 'Whether a BACKUP that does not name them saves materialized views, too',
    fallback: true,
  }),
  dynamic_partition_check_interval_seconds: setting('long', {
    about: 'Seconds between two looks at the tables with dynamic partitions',
    fallback: 600,
    min: 1,
    max: 86_400,
  }),
  metadata_backup_interval_hours: setting('int', {
    about: 'Hours after which the metadata is backed up again into metadata_backups; 0 for never',
    fallback: 0,
    min: 0,
    max: 8_760,
  }),
  metadata_backups_kept: setting('int', {
    about: 'Backups of metadata_backup_interval_hours that are kept; the oldest go first',
    fallback: 7,
    min: 1,
    max: 1_000,
  }),
};

type SettingOptions = IntegerRange &
  Readonly<{ about: string; fallback: number; aliases?: readonly string[] }>;

function setting(type: Setting['type'], options: SettingOptions): Setting {
  const { min, max, aliases = [] } = options;
  return { ...integerOption(options), type, min, max, aliases };
}

/** `true` or `false` as text. */
function switchSetting(options: Readonly<{ about: string; fallback: boolean }>): Setting {
  const { read, fallback, ...option } = booleanOption(options);
  return {
    ...option,
    fallback: Number(fallback),
    read: (raw) => {
      const reading = read(raw);
      return reading.kind === 'value' ? { kind: 'value', value: Number(reading.value) } : reading;
    },
    type: 'boolean',
    min: 0,
    max: 1,
    aliases: [],
  };
}
