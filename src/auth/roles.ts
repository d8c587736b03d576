import { SqlError } from '../base/sql-error.ts';
import type { Metastore, Sandbox } from '../metastore/metastore.ts';
import { type Account, accountKey, accountOf, accountPrefix } from './account.ts';
import { type AccountChange, findAccount } from './accounts.ts';
import type { Grant, Holder } from './privileges.ts';
import { rootUser } from './privileges.ts';
import { builtInRoles, publicRole, type Role, roleKey, roleOf, rolePrefix } from './role.ts';

/** MySQL's greatest length of a role's name, in characters. */
const roleLengthMax = 32;
/** Roles of roles: StarRocks' `privilege_max_role_depth` is 16. */
const roleDepthMax = 16;

/** The roles that a login uses: those that its account begins with, all that it has, none, or these. */
export type ActiveRoles = 'DEFAULT' | 'ALL' | 'NONE' | readonly string[];

/** What a login may do by its account and its active roles. Undefined for a name without an account. */
export function holderOf(metastore: Metastore, user: string, active: ActiveRoles): Holder | undefined {
  const account = findAccount(metastore, user);
  if (account === undefined) return undefined;
  if (user === rootUser) return { isAdministrator: true, grants: account.grants };
  const names = [...activeRolesOf(account, active), publicRole];
  const roles = reachable(metastore, names);
  const grants = [...account.grants, ...roles.flatMap((role) => role.grants)];
  const adminRoles = [account, ...roles].flatMap((holder) => holder.adminRoles ?? []);
  const isAdministrator = grants.some(({ privilege }) => privilege === 'ADMIN');
  return { isAdministrator, grants, adminRoles, ...(account.perHour && { perHour: account.perHour }) };
}

/** Names of the roles that are active; one that was revoked meanwhile is not. */
export function activeRolesOf(account: Account, active: ActiveRoles): readonly string[] {
  const { roles = [], defaultRoles = [] } = account;
  const wanted = active === 'DEFAULT' ? defaultRoles : active;
  if (wanted === 'ALL') return roles;
  if (wanted === 'NONE') return [];
  return roles.filter((role) => wanted.includes(role));
}

/** Everything that these roles hold, also through roles of theirs. Roles that are gone hold nothing. */
export function grantsOfRoles(metastore: Metastore, names: readonly string[]): readonly Grant[] {
  return reachable(metastore, names).flatMap(({ grants }) => grants);
}

function reachable(metastore: Pick<Metastore, 'get'>, names: readonly string[]): readonly Role[] {
  const found = new Map<string, Role>();
  let next = names;
  for (let depth = 0; depth < roleDepthMax && next.length > 0; depth++) {
    const roles = next.flatMap((name) => (found.has(name) ? [] : (findRole(metastore, name) ?? [])));
    for (const role of roles) found.set(role.name, role);
    next = roles.flatMap((role) => role.roles);
  }
  return [...found.values()];
}

export function findRole(metastore: Pick<Metastore, 'get'>, name: string): Role | undefined {
  const builtIn = builtInRoles.find((role) => role.name === name);
  if (builtIn !== undefined) return builtIn;
  if (name === '' || name.length > roleLengthMax) return undefined;
  const resource = metastore.get(roleKey(name));
  if (resource !== undefined) return roleOf(resource);
  return name === publicRole ? { name, grants: [], roles: [] } : undefined;
}

/** All roles: StarRocks' own first, then those that were made, by name. */
export function listRoles(metastore: Metastore): readonly Role[] {
  const made = metastore.list(rolePrefix).map(roleOf);
  const open = made.find(({ name }) => name === publicRole) ?? { name: publicRole, grants: [], roles: [] };
  return [...builtInRoles, open, ...made.filter(({ name }) => name !== publicRole)];
}

/** CREATE ROLE. Throws SqlError `unknown_user` (MySQL's 1396) for a name that is taken. */
export function createRole(name: string): AccountChange {
  return (sandbox) => {
    checkRoleName(name);
    if (findRole(sandbox, name) !== undefined) throw roleFailed('CREATE ROLE', name);
    sandbox.put(roleKey(name), { name, grants: [], roles: [] });
  };
}

/**
 * DROP ROLE. Those that had it have it no more, so that one made anew under the name is nobody's. Throws SqlError `unknown_user`,
 * also for StarRocks' own.
 */
export function dropRole(name: string): AccountChange {
  return (sandbox) => {
    changeable(sandbox, 'DROP ROLE', name);
    if (name === publicRole) throw roleFailed('DROP ROLE', name);
    sandbox.delete(roleKey(name));
    for (const account of sandbox.list(accountPrefix).map(accountOf)) {
      if (account.roles?.includes(name) === true)
        sandbox.put(accountKey(account.user), withoutRole(account, name));
    }
    for (const role of sandbox.list(rolePrefix).map(roleOf)) {
      if (role.name === name || !role.roles.includes(name)) continue;
      sandbox.put(roleKey(role.name), { ...role, ...withoutRoles(role, [name]) });
    }
  };
}

function withoutRole(account: Account, name: string): Account {
  const { defaultRoles = [] } = account;
  const kept = defaultRoles === 'ALL' ? defaultRoles : defaultRoles.filter((one) => one !== name);
  return { ...account, ...withoutRoles(account, [name]), defaultRoles: kept };
}

/** What an account or a role has of roles. */
export type HeldRoles = Readonly<{ roles?: readonly string[]; adminRoles?: readonly string[] }>;

/** With these roles too. WITH ADMIN OPTION adds the right to give them; giving them again without it leaves it. */
export function withRoles(
  { roles = [], adminRoles = [] }: HeldRoles,
  given: readonly string[],
  withOption: boolean,
): Required<HeldRoles> {
  const admin = withOption ? [...new Set([...adminRoles, ...given])] : adminRoles;
  return { roles: [...new Set([...roles, ...given])], adminRoles: admin };
}

export function withoutRoles(
  { roles = [], adminRoles = [] }: HeldRoles,
  gone: readonly string[],
): Required<HeldRoles> {
  const isKept = (name: string): boolean => !gone.includes(name);
  return { roles: roles.filter(isKept), adminRoles: adminRoles.filter(isKept) };
}

/** Changes what a role holds. Throws SqlError `unknown_user` for one that is not there or cannot be changed. */
export function changeRole(
  change: Readonly<{ operation: string; name: string; changed: (role: Role) => Role }>,
): AccountChange {
  return (sandbox) => {
    const role = change.changed(changeable(sandbox, change.operation, change.name));
    if (reachable(sandbox, role.roles).some(({ name }) => name === role.name)) throw roleCircle(role.name);
    sandbox.put(roleKey(role.name), role);
  };
}

function changeable(sandbox: Sandbox, operation: string, name: string): Role {
  const isBuiltIn = builtInRoles.some((role) => role.name === name);
  const role = isBuiltIn ? undefined : findRole(sandbox, name);
  if (role === undefined) throw roleFailed(operation, name);
  return role;
}

function checkRoleName(name: string): void {
  const isGood = name !== '' && name.length <= roleLengthMax && !/\p{Cc}/u.test(name) && name.isWellFormed();
  if (isGood) return;
  throw new SqlError('wrong_variable_value', `a role's name has 1 to ${roleLengthMax} printable characters`);
}

function roleFailed(operation: string, name: string): SqlError {
  return new SqlError('unknown_user', `Operation ${operation} failed for '${name}'@'%'`);
}

function roleCircle(name: string): SqlError {
  return new SqlError('analysis', `the role '${name}' would be part of itself`);
}
