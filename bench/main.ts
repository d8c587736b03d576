import { crowd } from './crowd.ts';
import { embeddedBackup, embeddedRestore } from './embedded.ts';
import { fuzz } from './fuzz.ts';
import { growingMysql } from './growing-mysql.ts';
import { growingColumns, growingPartitions, growingRows, growingTables } from './growth.ts';
import { manySnapshots } from './many-snapshots.ts';
import { manySnapshotsS3 } from './many-snapshots-s3.ts';
import { metadata } from './metadata.ts';
import { metastoreStart, metastoreUnits, nodesFailover } from './metastore.ts';
import { mysqlBackup } from './mysql-backup.ts';
import { mysqlRead } from './mysql-read.ts';
import { mysqlRestore } from './mysql-restore.ts';
import { onePartition } from './one-partition.ts';
import { type BenchOptions, parseOptions } from './options.ts';
import { connects } from './connects.ts';
import { passThrough } from './pass-through.ts';
import { idleMemory, startTime } from './process-cost.ts';
import { rowsToClient } from './rows-to-client.ts';
import { s3Transfer } from './s3-transfer.ts';
import { secondBackup } from './second-backup.ts';
import { showLatency } from './show-latency.ts';
import { soak } from './soak.ts';

type Bench = Readonly<{ about: string; run: (options: BenchOptions) => Promise<void> }>;

const benches: Readonly<Record<string, Bench>> = {
  'embedded-backup': { about: 'BACKUP against DuckDB EXPORT DATABASE of the same rows', run: embeddedBackup },
  'embedded-restore': {
    about: 'RESTORE against DuckDB IMPORT DATABASE of the same rows',
    run: embeddedRestore,
  },
  connects: { about: 'logins a second, plain against MariaDB and with TLS', run: connects },
  metadata: {
    about: 'metadata of a Kylin in MariaDB to a folder and back, beside mariadb-dump of its table',
    run: metadata,
  },
  'metastore-units': {
    about: 'units of work a second in the embedded metastore, beside plain flushed appends',
    run: metastoreUnits,
  },
  'metastore-start': { about: 'the start with 100,000 resources in the metastore', run: metastoreStart },
  'nodes-failover': { about: 'from kill -9 of a node to the next owner of its projects', run: nodesFailover },
  'mysql-backup': {
    about: 'BACKUP of MariaDB data against mydumper, mariadb-dump and mariadb-backup',
    run: mysqlBackup,
  },
  'mysql-read': {
    about: 'reading MariaDB into Parquet against mydumper and mariadb-dump',
    run: mysqlRead,
  },
  'mysql-restore': {
    about: 'RESTORE into MariaDB against myloader and the mariadb client',
    run: mysqlRestore,
  },
  'pass-through': {
    about: 'statements of an external catalog against a direct connection',
    run: passThrough,
  },
  'rows-to-client': {
    about: 'a million rows to two clients, against MariaDB where installed',
    run: rowsToClient,
  },
  's3-transfer': { about: 'files to Ceph’s gateway against rclone and restic', run: s3Transfer },
  'second-backup': {
    about: 'a second BACKUP of unchanged MariaDB data against restic of a dump',
    run: secondBackup,
  },
  'show-latency': { about: 'SHOW BACKUP while a backup runs at full speed', run: showLatency },
  'growing-rows': { about: 'cost per row and memory of 3, 10 and 30 million rows', run: growingRows },
  'growing-tables': { about: 'cost per table of 200, 600 and 2,000 tables', run: growingTables },
  'growing-partitions': { about: 'cost per partition of 100 to 10,000 partitions', run: growingPartitions },
  'one-partition': {
    about: 'backup and restore of 1 of 100 partitions of 10 M rows against all of them',
    run: onePartition,
  },
  'growing-columns': { about: 'cost per column of 20, 200 and 2,000 columns', run: growingColumns },
  'growing-mysql': {
    about: 'backup, SHOW, VERIFY and restore of 10 to 1,000 columns, and partitions, of one MariaDB table',
    run: growingMysql,
  },
  'many-snapshots': { about: 'SHOW SNAPSHOT of a repository with 10,000 snapshots', run: manySnapshots },
  'many-snapshots-s3': {
    about: 'SHOW SNAPSHOT of 2,000 snapshots in Ceph’s gateway, before and after a restart',
    run: manySnapshotsS3,
  },
  crowd: { about: '500 sessions at once, and backups of 50 databases at once', run: crowd },
  soak: {
    about: 'memory and open files over 20 minutes of backups, restores, cancels and statements',
    run: soak,
  },
  fuzz: { about: 'mutated inputs, guided by the code that they reach', run: fuzz },
  'idle-memory': { about: 'resident memory of a server with nothing to do', run: idleMemory },
  'start-time': { about: 'from the start of the process to its ready line', run: startTime },
};

const { name = '', options } = parseOptions(process.argv.slice(2));
const bench = benches[name];
if (bench === undefined) {
  console.log('npm run bench -- NAME [--scale 1] [--rounds 5] [--only TEXT]\n');
  for (const [known, { about }] of Object.entries(benches)) console.log(`  ${known.padEnd(20)}${about}`);
  process.exitCode = name === '' ? 0 : 2;
} else {
  await bench.run(options);
}
