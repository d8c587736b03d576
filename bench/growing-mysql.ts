import path from 'node:path';
import type { Connection } from 'mysql2/promise';
import { benchFolder } from './folder.ts';
import { backup, createRepository, restore, snapshotTimestamp } from './jobs.ts';
import { catalog, startJoined } from './joined.ts';
import type { BenchOptions } from './options.ts';
import { cpuMs } from './process-cpu.ts';
import { readMemory, resetPeak } from './process-memory.ts';
import { mebibytes, milliseconds, printTable, timed } from './report.ts';

/** One table of MariaDB's, wider or in more parts each time, and the statements that make and fill it. */
type Shape = Readonly<{
  unit: string;
  sizes: readonly number[];
  fill: (size: number) => readonly string[];
}>;

const rowsOfWideTable = 1_000;
const rowsOfPartition = 100;

/** InnoDB takes 1,017 columns, and 8,192 partitions. */
const shapes: readonly Shape[] = [
  { unit: 'columns', sizes: [10, 100, 1_000], fill: wideTable },
  { unit: 'partitions', sizes: [10, 100, 1_000], fill: partitionedTable },
];

/** BACKUP, SHOW SNAPSHOT, VERIFY and RESTORE of one table in MariaDB with many columns, or many partitions. */
export async function growingMysql({ only }: BenchOptions): Promise<void> {
  for (const shape of shapes.filter(({ unit }) => unit.includes(only))) {
    const lines: (readonly string[])[] = [];
    for (const size of shape.sizes) lines.push(...(await measure(shape, size)));
    printTable([shape.unit, 'took', 'processor time', 'memory added'], lines);
  }
}

function wideTable(columns: number): readonly string[] {
  const names = Array.from({ length: columns }, (_, column) => `c${column}`);
  const values = names.map((_, column) => `seq * ${column + 1}`);
  return [
    `CREATE TABLE t (${names.map((name) => `${name} INT`).join(', ')}, PRIMARY KEY (c0))`,
    `INSERT INTO t SELECT ${values.join(', ')} FROM seq_1_to_${rowsOfWideTable}`,
  ];
}

function partitionedTable(partitions: number): readonly string[] {
  const parts = Array.from(
    { length: partitions },
    (_, part) => `PARTITION p${part} VALUES LESS THAN (${(part + 1) * rowsOfPartition})`,
  );
  return [
    `CREATE TABLE t (id BIGINT PRIMARY KEY, v VARCHAR(20)) PARTITION BY RANGE (id) (${parts.join(', ')})`,
    `INSERT INTO t SELECT seq, CONCAT('v', seq) FROM seq_0_to_${partitions * rowsOfPartition - 1}`,
  ];
}

async function measure({ fill }: Shape, size: number): Promise<readonly (readonly string[])[]> {
  using folder = benchFolder();
  await using joined = await startJoined(folder.path);
  const { direct, connection, holdfast } = joined;
  for (const sql of ['CREATE DATABASE bench', 'USE bench', ...fill(size)]) await direct.query(sql);
  for (const sql of [`SET CATALOG ${catalog}`, 'USE bench']) await connection.query(sql);
  await createRepository(connection, 'r', path.join(folder.path, 'repository'));
  const lines: (readonly string[])[] = [];
  for (const [name, work] of steps(connection, direct)) {
    const before = readMemory(holdfast.pid)?.now;
    resetPeak(holdfast.pid);
    const cpuBefore = cpuMs(holdfast.pid);
    const tookMs = await timed(work);
    const peak = readMemory(holdfast.pid)?.peak;
    const added = before === undefined || peak === undefined ? undefined : peak - before;
    const cpu = milliseconds(cpuMs(holdfast.pid) - cpuBefore);
    lines.push([`${name} of ${size}`, milliseconds(tookMs), cpu, mebibytes(added)]);
  }
  return lines;
}

type Step = readonly [name: string, work: () => Promise<unknown>];

function steps(connection: Connection, direct: Connection): readonly Step[] {
  const stamp = (): Promise<string> => snapshotTimestamp(connection, 'r', 'nightly');
  return [
    ['backup', () => backup(connection, 'BACKUP SNAPSHOT bench.nightly TO r', 'bench')],
    [
      'show',
      async () =>
        connection.query(`SHOW SNAPSHOT ON r WHERE SNAPSHOT = 'nightly' AND TIMESTAMP = '${await stamp()}'`),
    ],
    ['verify full', () => connection.query('VERIFY SNAPSHOT nightly ON r FULL')],
    [
      'restore',
      async () => {
        await direct.query('DROP TABLE t');
        const from = { database: 'bench', label: 'nightly', repository: 'r' };
        await restore(connection, { ...from, timestamp: await stamp() });
      },
    ],
  ];
}
