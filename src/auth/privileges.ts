import type { HourlyLimits } from './hourly-use.ts';

/**
 * Privileges by StarRocks' names, by what they can be given on. Those on SYSTEM are for the server as a whole; ADMIN
 * stands for all of them and all others. `object` stands for tables, views and materialized views alike, which MySQL
 * does not tell apart.
 */
export const systemPrivileges = [
  'ADMIN',
  'GRANT',
  'OPERATE',
  'REPOSITORY',
  'CREATE EXTERNAL CATALOG',
] as const;
const catalogPrivileges = ['USAGE', 'CREATE DATABASE', 'ALTER', 'DROP'] as const;
const databasePrivileges = [
  'ALTER',
  'DROP',
  'CREATE TABLE',
  'CREATE VIEW',
  'CREATE MATERIALIZED VIEW',
  'CREATE FUNCTION',
] as const;
const tablePrivileges = ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'EXPORT', 'ALTER', 'DROP'] as const;
const viewPrivileges = ['SELECT', 'EXPORT', 'ALTER', 'DROP'] as const;
const materializedViewPrivileges = ['SELECT', 'EXPORT', 'ALTER', 'DROP', 'REFRESH'] as const;
const functionPrivileges = ['USAGE', 'DROP'] as const;

export type SystemPrivilege = (typeof systemPrivileges)[number];
export type ObjectPrivilege =
  | (typeof catalogPrivileges)[number]
  | (typeof databasePrivileges)[number]
  | (typeof tablePrivileges)[number]
  | (typeof materializedViewPrivileges)[number]
  | (typeof functionPrivileges)[number];
export type Privilege = SystemPrivilege | ObjectPrivilege;

/** What a grant can be on, and what can be given there. */
export const privilegesOn: Readonly<Record<GrantObject['kind'], readonly Privilege[]>> = {
  system: systemPrivileges,
  catalog: catalogPrivileges,
  database: databasePrivileges,
  table: tablePrivileges,
  view: viewPrivileges,
  materialized_view: materializedViewPrivileges,
  object: [...tablePrivileges, 'REFRESH'],
  function: functionPrivileges,
};

/** Every privilege once. */
export const allPrivileges: readonly Privilege[] = [...new Set(Object.values(privilegesOn).flat())];

/** The kinds of things in a database that have a name of their own. */
export type NamedKind = 'table' | 'view' | 'materialized_view' | 'function';

/** What a statement is about. */
export type PrivilegeObject =
  | Readonly<{ kind: 'system' }>
  | Readonly<{ kind: 'catalog'; catalog: string }>
  | Readonly<{ kind: 'database'; catalog: string; database: string }>
  | Readonly<{ kind: NamedKind; catalog: string; database: string; name: string }>;

/**
 * What a grant is on. `null` stands for every one: all tables of a database, all databases of a catalog. Names of the
 * embedded catalog are in lower case, as they are compared there.
 */
export type GrantObject =
  | Readonly<{ kind: 'system' }>
  | Readonly<{ kind: 'catalog'; catalog: string | null }>
  | Readonly<{ kind: 'database'; catalog: string | null; database: string | null }>
  | Readonly<{
      kind: NamedKind | 'object';
      catalog: string | null;
      database: string | null;
      name: string | null;
    }>;

/** `withOption`: who holds it may give it to others. */
export type Grant = Readonly<{ privilege: Privilege; object: GrantObject; withOption?: true }>;

/** What a login holds: its account's grants and those of its roles. */
export type Holder = Readonly<{
  isAdministrator: boolean;
  grants: readonly Grant[];
  /** Roles that it may give to others; absent means none. */
  adminRoles?: readonly string[];
  perHour?: HourlyLimits;
}>;

/** The account that has everything and cannot lose it. */
export const rootUser = 'root';

/**
 * Whether a privilege may be used on an object. Without a holder nothing may be; a table's privilege is not implied by
 * its database's: StarRocks grants them by kind of object. `null` in a name asks for all of that kind.
 */
export function mayUse(holder: Holder | undefined, privilege: Privilege, object: GrantObject): boolean {
  if (holder === undefined) return false;
  if (holder.isAdministrator) return true;
  return holder.grants.some((grant) => grant.privilege === privilege && covers(grant.object, object));
}

/** Whether a holder may give the privilege to others: it has it WITH GRANT OPTION on all that is given. */
export function mayGive(holder: Holder, { privilege, object }: Grant): boolean {
  if (holder.isAdministrator) return true;
  return holder.grants.some(
    (grant) => grant.withOption === true && grant.privilege === privilege && covers(grant.object, object),
  );
}

/** Whether a holder has any privilege in a database, or on one thing in it. */
export function mayKnow(
  holder: Holder,
  place: Readonly<{ catalog: string; database: string; kind?: NamedKind; name?: string }>,
): boolean {
  if (holder.isAdministrator) return true;
  return holder.grants.some(({ object }) => {
    if (object.kind === 'system' || object.kind === 'catalog') return false;
    const isThere =
      isSameOrAll(object.catalog, place.catalog) && isSameOrAll(object.database, place.database);
    if (!isThere || place.kind === undefined || place.name === undefined) return isThere;
    return 'name' in object && fitsKind(object.kind, place.kind) && isSameOrAll(object.name, place.name);
  });
}

/** Whether the privilege can be given on this kind of object at all. */
export function fitsObject(privilege: Privilege, object: GrantObject): boolean {
  return privilegesOn[object.kind].includes(privilege);
}

export function isSameObject(one: GrantObject, other: GrantObject): boolean {
  return JSON.stringify(pathOf(one)) === JSON.stringify(pathOf(other));
}

/** The parts of an object's name, its kind first. */
function pathOf(object: GrantObject): readonly (string | null)[] {
  switch (object.kind) {
    case 'system':
      return [object.kind];
    case 'catalog':
      return [object.kind, object.catalog];
    case 'database':
      return [object.kind, object.catalog, object.database];
    default:
      return [object.kind, object.catalog, object.database, object.name];
  }
}

/** A name in a grant covers that name, `null` every name and every set of them. */
function covers(grant: GrantObject, object: GrantObject): boolean {
  if (!fitsKind(grant.kind, object.kind)) return false;
  const names = pathOf(object).slice(1);
  return pathOf(grant)
    .slice(1)
    .every((part, index) => part === null || part === names[index]);
}

function fitsKind(granted: GrantObject['kind'], wanted: GrantObject['kind']): boolean {
  if (granted === wanted) return true;
  return granted === 'object' && ['table', 'view', 'materialized_view'].includes(wanted);
}

function isSameOrAll(granted: string | null, name: string): boolean {
  return granted === null || granted === name;
}
