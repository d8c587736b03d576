import { catalogName } from './system-table.ts';
import type { AccountFacts, SystemReader, SystemRow, SystemTable } from './system-table.ts';

const grantee = 'GRANTEE varchar(292) NOT NULL, TABLE_CATALOG varchar(512) NOT NULL';
const privilege = 'PRIVILEGE_TYPE varchar(64) NOT NULL, IS_GRANTABLE varchar(3) NOT NULL';

/** MySQL's words for the privileges that tools look for; an administrator has them all. */
const administratorPrivileges = (
  'SELECT,INSERT,UPDATE,DELETE,CREATE,DROP,RELOAD,SHUTDOWN,PROCESS,FILE,REFERENCES,INDEX,ALTER,SHOW DATABASES,SUPER,' +
  'CREATE TEMPORARY TABLES,LOCK TABLES,EXECUTE,REPLICATION SLAVE,REPLICATION CLIENT,CREATE VIEW,SHOW VIEW,' +
  'CREATE ROUTINE,ALTER ROUTINE,CREATE USER,EVENT,TRIGGER,CREATE TABLESPACE,CREATE ROLE,DROP ROLE'
).split(',');

type Grant = AccountFacts['grants'][number];

/** Who may do what, on everything, on a database and on a table. Each user sees what is granted to them. */
export const privilegeTables: readonly SystemTable[] = [
  {
    schema: 'information_schema',
    name: 'USER_PRIVILEGES',
    columns: `${grantee}, ${privilege}`,
    rows: (reader) => visibleAccounts(reader).flatMap((account) => globalRows(account)),
  },
  {
    schema: 'information_schema',
    name: 'SCHEMA_PRIVILEGES',
    columns: `${grantee}, TABLE_SCHEMA varchar(64) NOT NULL, ${privilege}`,
    rows: (reader) =>
      grantRows(reader, ({ database, table }) =>
        database === undefined || table !== undefined ? undefined : { TABLE_SCHEMA: database },
      ),
  },
  {
    schema: 'information_schema',
    name: 'TABLE_PRIVILEGES',
    columns: `${grantee}, TABLE_SCHEMA varchar(64) NOT NULL, TABLE_NAME varchar(64) NOT NULL, ${privilege}`,
    rows: (reader) =>
      grantRows(reader, ({ database, table }) =>
        database === undefined || table === undefined
          ? undefined
          : { TABLE_SCHEMA: database, TABLE_NAME: table },
      ),
  },
  {
    schema: 'information_schema',
    name: 'COLUMN_PRIVILEGES',
    columns: `${grantee}, TABLE_SCHEMA varchar(64) NOT NULL, TABLE_NAME varchar(64) NOT NULL, COLUMN_NAME varchar(64) NOT NULL, ${privilege}`,
    rows: () => [],
  },
];

/** Their own account; all of them for an administrator. */
export function visibleAccounts({ accounts, context }: SystemReader): readonly AccountFacts[] {
  const all = accounts();
  const own = all.find(({ user }) => user === context.user);
  return own?.isAdministrator === true ? all : all.filter(({ user }) => user === context.user);
}

function globalRows(account: AccountFacts): readonly SystemRow[] {
  const everywhere = account.grants
    .filter((grant) => grant.database === undefined)
    .map((grant) => grant.privilege);
  const names = account.isAdministrator
    ? administratorPrivileges
    : everywhere.length > 0
      ? everywhere
      : ['USAGE'];
  return names.map((name) => row(account, { privilege: name, isGrantable: false }, {}));
}

function grantRows(
  reader: SystemReader,
  place: (grant: Grant) => SystemRow | undefined,
): readonly SystemRow[] {
  return visibleAccounts(reader).flatMap((account) =>
    account.grants.flatMap((grant) => {
      const of = place(grant);
      return of === undefined ? [] : [row(account, grant, of)];
    }),
  );
}

function row(account: AccountFacts, { privilege: name, isGrantable }: Grant, place: SystemRow): SystemRow {
  return {
    GRANTEE: `'${account.user}'@'%'`,
    TABLE_CATALOG: catalogName,
    ...place,
    PRIVILEGE_TYPE: name,
    IS_GRANTABLE: account.isAdministrator || isGrantable ? 'YES' : 'NO',
  };
}
