import type { MysqlConnection } from './connection.ts';

export type Vendor = 'mariadb' | 'mysql' | 'tidb' | 'starrocks' | 'doris';

/** What a server is and what it can, as far as reading and restoring differ by it. */
export type ServerFacts = Readonly<{
  vendor: Vendor;
  /** As the server says it: `10.11.14-MariaDB-0+deb12u2`, `8.4.3`. */
  version: string;
  /** Version as numbers for comparisons: `[10, 11, 14]`. */
  numbers: readonly number[];
  /** 0: names of tables differ by case; 1 and 2: they do not. */
  lowerCaseTableNames: number;
  /** The server takes LOAD DATA LOCAL. */
  loadsLocalFiles: boolean;
  /** Bytes of a statement or a row at most. */
  packetBytesMax: number;
  /** START TRANSACTION WITH CONSISTENT SNAPSHOT holds a point in time over several statements. */
  hasSnapshots: boolean;
  /** BACKUP STAGE (MariaDB 10.4.1): stops commits without waiting for queries. */
  hasBackupStage: boolean;
  /** FLUSH TABLES WITH READ LOCK. */
  hasGlobalLock: boolean;
  /** CREATE SEQUENCE (MariaDB 10.3). */
  hasSequences: boolean;
  /** Triggers, procedures, functions and events. */
  hasPrograms: boolean;
  /** ALTER TABLE … EXCHANGE PARTITION. */
  exchangesPartitions: boolean;
}>;

/** Asks the server. Throws SourceError. */
export async function readServerFacts(
  connection: MysqlConnection,
  signal: AbortSignal,
): Promise<ServerFacts> {
  const version = (await connection.value('SELECT version()', signal)) ?? '';
  const variables = await connection.rows(
    "SHOW VARIABLES WHERE Variable_name IN ('version_comment', 'lower_case_table_names', 'local_infile', 'max_allowed_packet')",
    signal,
  );
  return factsOf(version, new Map(variables.map(([name, value]) => [name ?? '', value ?? ''])));
}

/** The facts that follow from a version and a few variables. */
export function factsOf(version: string, variables: ReadonlyMap<string, string>): ServerFacts {
  const vendor = vendorOf(version, variables.get('version_comment') ?? '');
  const numbers = numbersOf(version);
  const isClassic = vendor === 'mariadb' || vendor === 'mysql';
  const local = variables.get('local_infile')?.toUpperCase();
  return {
    vendor,
    version,
    numbers,
    lowerCaseTableNames: Number(variables.get('lower_case_table_names') ?? 0),
    loadsLocalFiles: local === 'ON' || local === '1',
    packetBytesMax: Number(variables.get('max_allowed_packet') ?? 1_048_576),
    hasSnapshots: isClassic || vendor === 'tidb',
    hasBackupStage: vendor === 'mariadb' && isAtLeast(numbers, [10, 4, 1]),
    hasGlobalLock: isClassic,
    hasSequences: vendor === 'mariadb' && isAtLeast(numbers, [10, 3, 0]),
    hasPrograms: isClassic,
    exchangesPartitions: isClassic || vendor === 'tidb',
  };
}

/** Tables are of storage engines that differ in what they promise. */
export function hasEngines({ vendor }: ServerFacts): boolean {
  return vendor === 'mariadb' || vendor === 'mysql';
}

/** Compares versions part by part. */
export function isAtLeast(numbers: readonly number[], wanted: readonly number[]): boolean {
  for (const [index, part] of wanted.entries()) {
    const own = numbers[index] ?? 0;
    if (own !== part) return own > part;
  }
  return true;
}

function vendorOf(version: string, comment: string): Vendor {
  const text = `${version} ${comment}`.toLowerCase();
  if (text.includes('tidb')) return 'tidb';
  // Holdfast speaks StarRocks' dialect, so that one can back up another.
  if (text.includes('starrocks') || text.includes('holdfast')) return 'starrocks';
  if (text.includes('doris')) return 'doris';
  return text.includes('mariadb') ? 'mariadb' : 'mysql';
}

/** MariaDB 10 and later may put `5.5.5-` before its version, for replicas of MySQL. */
function numbersOf(version: string): readonly number[] {
  const match = /^(?:5\.5\.5-)?(\d+)\.(\d+)(?:\.(\d+))?/.exec(version);
  return match === null ? [] : match.slice(1).map((part) => Number(part ?? 0));
}
