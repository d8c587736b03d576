import { visibleAccounts } from './privileges.ts';
import type { AccountFacts, SystemReader, SystemRow, SystemTable } from './system-table.ts';

const applicableColumns =
  'USER varchar(97), HOST varchar(256), GRANTEE varchar(97), GRANTEE_HOST varchar(256), ROLE_NAME varchar(255), ROLE_HOST varchar(256), ' +
  'IS_GRANTABLE varchar(3) NOT NULL, IS_DEFAULT varchar(3), IS_MANDATORY varchar(3) NOT NULL';

/** Which roles accounts have. information_schema tells of the login's own, mysql of all that it may see. */
export const roleTables: readonly SystemTable[] = [
  own('APPLICABLE_ROLES', applicableColumns, (reader) =>
    ownAccounts(reader).flatMap((account) => applicableRows(account)),
  ),
  own('ADMINISTRABLE_ROLE_AUTHORIZATIONS', applicableColumns, (reader) =>
    ownAccounts(reader)
      .flatMap((account) => applicableRows(account))
      .filter((row) => row['IS_GRANTABLE'] === 'YES'),
  ),
  own(
    'ENABLED_ROLES',
    'ROLE_NAME varchar(255), ROLE_HOST varchar(255), IS_DEFAULT varchar(3), IS_MANDATORY varchar(3) NOT NULL',
    (reader) => ownAccounts(reader).flatMap((account) => enabledRows(account, reader)),
  ),
  {
    schema: 'mysql',
    name: 'role_edges',
    columns:
      'FROM_HOST char(255) NOT NULL, FROM_USER char(32) NOT NULL, TO_HOST char(255) NOT NULL, TO_USER char(32) NOT NULL, ' +
      "WITH_ADMIN_OPTION enum('N','Y') NOT NULL",
    rows: (reader) =>
      visibleAccounts(reader).flatMap(({ user, roles, adminRoles }) =>
        roles.map((role) => ({
          FROM_HOST: '%',
          FROM_USER: role,
          TO_HOST: '%',
          TO_USER: user,
          WITH_ADMIN_OPTION: adminRoles.includes(role) ? 'Y' : 'N',
        })),
      ),
  },
  {
    schema: 'mysql',
    name: 'default_roles',
    columns:
      'HOST char(255) NOT NULL, USER char(32) NOT NULL, DEFAULT_ROLE_HOST char(255) NOT NULL, DEFAULT_ROLE_USER char(32) NOT NULL',
    rows: (reader) =>
      visibleAccounts(reader).flatMap(({ user, defaultRoles }) =>
        defaultRoles.map((role) => ({
          HOST: '%',
          USER: user,
          DEFAULT_ROLE_HOST: '%',
          DEFAULT_ROLE_USER: role,
        })),
      ),
  },
];

function own(name: string, columns: string, rows: SystemTable['rows']): SystemTable {
  return { schema: 'information_schema', name, columns, rows };
}

function ownAccounts({ accounts, context }: SystemReader): readonly AccountFacts[] {
  return accounts().filter(({ user }) => user === context.user);
}

function applicableRows({ user, roles, adminRoles, defaultRoles }: AccountFacts): readonly SystemRow[] {
  return roles.map((role) => ({
    USER: user,
    HOST: '%',
    GRANTEE: user,
    GRANTEE_HOST: '%',
    ROLE_NAME: role,
    ROLE_HOST: '%',
    IS_GRANTABLE: yesNo(adminRoles.includes(role)),
    IS_DEFAULT: yesNo(defaultRoles.includes(role)),
    IS_MANDATORY: 'NO',
  }));
}

function enabledRows({ defaultRoles }: AccountFacts, { context }: SystemReader): readonly SystemRow[] {
  return (context.activeRoles ?? []).map((role) => ({
    ROLE_NAME: role,
    ROLE_HOST: '%',
    IS_DEFAULT: yesNo(defaultRoles.includes(role)),
    IS_MANDATORY: 'NO',
  }));
}

function yesNo(value: boolean): string {
  return value ? 'YES' : 'NO';
}
