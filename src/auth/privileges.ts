import { quoteName } from '../sql/quote.ts';
import type { Account } from './account.ts';

/**
 * Privileges by StarRocks' names. Those on SYSTEM are for the server as a whole; ADMIN stands for all of them and
 * all others. The rest is given on a catalog, a database or a table.
 */
export const systemPrivileges = [
  'ADMIN',
  'GRANT',
  'OPERATE',
  'REPOSITORY',
  'CREATE EXTERNAL CATALOG',
] as const;
export const objectPrivileges = [
  'SELECT',
  'INSERT',
  'UPDATE',
  'DELETE',
  'EXPORT',
  'CREATE DATABASE',
  'CREATE TABLE',
  'CREATE VIEW',
  'CREATE MATERIALIZED VIEW',
  'ALTER',
  'DROP',
  'REFRESH',
  'USAGE',
] as const;

export type SystemPrivilege = (typeof systemPrivileges)[number];
export type ObjectPrivilege = (typeof objectPrivileges)[number];
export type Privilege = SystemPrivilege | ObjectPrivilege;

/** What a statement is about. */
export type PrivilegeObject =
  | Readonly<{ kind: 'system' }>
  | Readonly<{ kind: 'catalog'; catalog: string }>
  | Readonly<{ kind: 'database'; catalog: string; database: string }>
  | Readonly<{ kind: 'table'; catalog: string; database: string; table: string }>;

/** What a grant is on. `null` stands for every one: all tables of a database, all databases of a catalog. */
export type GrantObject =
  | Readonly<{ kind: 'system' }>
  | Readonly<{ kind: 'catalog'; catalog: string | null }>
  | Readonly<{ kind: 'database'; catalog: string | null; database: string | null }>
  | Readonly<{ kind: 'table'; catalog: string | null; database: string | null; table: string | null }>;

export type Grant = Readonly<{ privilege: Privilege; object: GrantObject }>;

/** The account that has everything and cannot lose it. */
export const rootUser = 'root';

/**
 * Whether an account may use a privilege on an object. A missing account may do nothing; a table's privilege is
 * not implied by its database's: StarRocks grants them by kind of object.
 */
export function mayUse(account: Account | undefined, privilege: Privilege, object: PrivilegeObject): boolean {
  if (account === undefined) return false;
  if (isAdministrator(account)) return true;
  return account.grants.some((grant) => grant.privilege === privilege && covers(grant.object, object));
}

/** Root, or an account with ADMIN. */
export function isAdministrator(account: Account): boolean {
  return account.user === rootUser || account.grants.some((grant) => grant.privilege === 'ADMIN');
}

/** Whether the privilege can be given on this kind of object at all. */
export function fitsObject(privilege: Privilege, object: GrantObject): boolean {
  const isOfSystem = (systemPrivileges as readonly string[]).includes(privilege);
  return isOfSystem === (object.kind === 'system');
}

export function isSameObject(one: GrantObject, other: GrantObject): boolean {
  return JSON.stringify(pathOf(one)) === JSON.stringify(pathOf(other));
}

/** The account's grants as SHOW GRANTS lists them, MySQL's way: tools look for `GRANT … ON … TO`. */
export function grantStatements(account: Account): readonly string[] {
  const grantee = `${quoteName(account.user)}@${quoteName('%')}`;
  if (account.user === rootUser) return [`GRANT ALL PRIVILEGES ON *.* TO ${grantee} WITH GRANT OPTION`];
  const byObject = new Map<string, Privilege[]>();
  for (const { privilege, object } of account.grants) {
    const target = targetText(object);
    byObject.set(target, [...(byObject.get(target) ?? []), privilege]);
  }
  const grants = [...byObject].map(
    ([target, privileges]) => `GRANT ${privileges.join(', ')} ON ${target} TO ${grantee}`,
  );
  return [`GRANT USAGE ON *.* TO ${grantee}`, ...grants];
}

function covers(grant: GrantObject, object: PrivilegeObject): boolean {
  if (grant.kind !== object.kind) return false;
  const names = pathOf(object);
  return pathOf(grant).every((part, index) => part === null || part === names[index]);
}

function pathOf(object: GrantObject): readonly (string | null)[] {
  switch (object.kind) {
    case 'system':
      return [object.kind];
    case 'catalog':
      return [object.kind, object.catalog];
    case 'database':
      return [object.kind, object.catalog, object.database];
    case 'table':
      return [object.kind, object.catalog, object.database, object.table];
  }
}

function targetText(object: GrantObject): string {
  switch (object.kind) {
    case 'system':
      return 'SYSTEM';
    case 'catalog':
      return `CATALOG ${named(object.catalog)}`;
    case 'database':
      return `DATABASE ${[object.catalog, object.database].map(named).join('.')}`;
    case 'table':
      return [object.catalog, object.database, object.table].map(named).join('.');
  }
}

function named(name: string | null): string {
  return name === null ? '*' : quoteName(name);
}
