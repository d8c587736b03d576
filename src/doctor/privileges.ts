/** What of an account's rights jobs would miss. */
export type Missing = Readonly<{ privilege: string; without: string }>;

type Need = Readonly<{
  privilege: string;
  /** Other names, or rights that hold it. */
  or?: readonly string[];
  /** True for what can be granted on databases. */
  onDatabase: boolean;
  without: string;
  only?: 'mariadb';
}>;

/** The table of docs/sources.md. */
const needs: readonly Need[] = [
  { privilege: 'SELECT', onDatabase: true, without: 'nothing can be backed up' },
  { privilege: 'SHOW VIEW', onDatabase: true, without: 'databases with views cannot be backed up' },
  { privilege: 'TRIGGER', onDatabase: true, without: 'tables with triggers cannot be backed up' },
  { privilege: 'EVENT', onDatabase: true, without: 'databases with events cannot be backed up' },
  {
    privilege: 'LOCK TABLES',
    onDatabase: true,
    without: 'tables without transactions are read at a later time',
  },
  {
    privilege: 'RELOAD',
    onDatabase: false,
    without: 'readers need locks on tables, or one reader reads alone',
  },
  {
    privilege: 'BINLOG MONITOR',
    or: ['REPLICATION CLIENT'],
    onDatabase: false,
    without: 'manifests do not tell the position of the binary log',
  },
  { privilege: 'PROCESS', onDatabase: false, without: 'ALTER TABLE may have to wait for a backup' },
  {
    privilege: 'BINLOG ADMIN',
    onDatabase: false,
    without: 'ALTER TABLE may have to wait for a backup where there is a binary log',
    only: 'mariadb',
  },
];

/** SUPER holds what MariaDB 10.5 took out of it. */
const superHolds: readonly string[] = ['BINLOG ADMIN', 'BINLOG MONITOR'];

type Grant = Readonly<{ privileges: readonly string[]; isGlobal: boolean }>;

/** Compares the lines of SHOW GRANTS with what a backup needs; a right on any database counts as held. */
export function missingPrivileges(grantLines: readonly string[], version: string): readonly Missing[] {
  const grants = grantLines.flatMap((line) => readGrant(line) ?? []);
  const isMariadb = version.toLowerCase().includes('mariadb');
  return needs
    .filter(({ only }) => only === undefined || isMariadb)
    .filter((need) => !grants.some((grant) => holds(grant, need)))
    .map(({ privilege, without }) => ({ privilege, without }));
}

function holds({ privileges, isGlobal }: Grant, { privilege, or = [], onDatabase }: Need): boolean {
  if (!isGlobal && !onDatabase) return false;
  const names = ['ALL', 'ALL PRIVILEGES', privilege, ...or];
  if (superHolds.includes(privilege)) names.push('SUPER');
  return privileges.some((held) => names.includes(held));
}

/** `GRANT SELECT, SHOW VIEW ON `shop`.* TO …`; undefined for lines that grant roles, columns or programs. */
function readGrant(line: string): Grant | undefined {
  const { list, scope } = /^GRANT (?<list>.+?) ON (?<scope>\S+) TO /.exec(line)?.groups ?? {};
  if (list === undefined || scope === undefined) return undefined;
  return {
    privileges: list.split(/,\s*/).map((name) => name.trim().toUpperCase()),
    isGlobal: scope === '*.*',
  };
}
