import type { Cell } from '../../base/rows.ts';
import { SqlError } from '../../base/sql-error.ts';
import { timeText } from '../../base/time-text.ts';
import { type DynamicSchedule, dynamicSchedule } from '../../sql/ddl/dynamic-partitions.ts';
import type { TableDefinition } from '../../sql/ddl/definition.ts';
import type { CatalogView } from '../view.ts';
import { type ShownTable, shownTable } from './shown-table.ts';

const names = [
  'TableName',
  'Enable',
  'TimeUnit',
  'Start',
  'End',
  'Prefix',
  'Buckets',
  'ReplicationNum',
  'StartOf',
  'LastUpdateTime',
  'LastSchedulerTime',
  'State',
  'LastCreatePartitionMsg',
  'LastDropPartitionMsg',
  'InScheduler',
];

/** Java's least int: no partition is ever too old. */
const noStart = '-2147483648';
const days = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'];

/** SHOW DYNAMIC PARTITION TABLES [FROM d], in StarRocks' columns: the tables with a schedule, enabled or not. */
export function showDynamicPartitionTables(view: CatalogView, database: string): ShownTable {
  const objects = view.listObjects(database);
  if (objects === undefined) throw new SqlError('unknown_database', `Unknown database '${database}'`);
  const rows = objects.flatMap((object): Cell[][] => {
    const schedule = object.kind === 'TABLE' ? scheduleOf(object.definition) : undefined;
    if (schedule === undefined) return [];
    const run = view.dynamicRun(database, object.name);
    const failed = run?.createFailure !== undefined || run?.dropFailure !== undefined;
    return [
      [
        object.name,
        String(schedule.enabled),
        schedule.unit,
        String(schedule.start ?? noStart),
        String(schedule.end),
        schedule.prefix,
        String(schedule.buckets ?? 0),
        String(schedule.replicationNum),
        startOf(schedule),
        timeText(object.updatedAt),
        timeText(run?.at),
        failed ? 'ERROR' : 'NORMAL',
        run?.createFailure ?? 'NULL',
        run?.dropFailure ?? 'NULL',
        String(schedule.enabled),
      ],
    ];
  });
  return shownTable(names, rows, 'TableName');
}

function scheduleOf(definition: TableDefinition): DynamicSchedule | undefined {
  try {
    return dynamicSchedule(definition);
  } catch (error) {
    // Kept before schedules were checked; the scheduler leaves it alone too.
    if (error instanceof SqlError) return undefined;
    throw error;
  }
}

function startOf({ unit, firstDay }: DynamicSchedule): string {
  if (unit === 'WEEK') return days[firstDay - 1] ?? 'N/A';
  return unit === 'MONTH' ? ordinal(firstDay) : 'N/A';
}

function ordinal(day: number): string {
  const isTeen = day > 10 && day < 14;
  const suffix = isTeen ? 'th' : ({ 1: 'st', 2: 'nd', 3: 'rd' }[day % 10] ?? 'th');
  return `${day}${suffix}`;
}
