import { SqlError } from '../../base/sql-error.ts';
import type { Account } from '../../auth/account.ts';
import { type AccountChange, changeAccount, findAccount } from '../../auth/accounts.ts';
import {
  changeRole,
  createRole,
  dropRole,
  findRole,
  type HeldRoles,
  withoutRoles,
  withRoles,
} from '../../auth/roles.ts';
import type { AccountStatement } from '../../sql/account.ts';
import type { Grantee } from '../../sql/grant.ts';
import type { UserName } from '../../sql/user-name.ts';
import {
  granteeOf,
  nameOf,
  protectAdministrators,
  requireAdminFor,
  requireGrantee,
  roleNames,
  unknownRole,
} from '../account-names.ts';
import { notSupported } from '../analysis.ts';
import { type AccountWork, existsNote, joined, missingNote } from '../account-work.ts';
import type { Services } from '../services.ts';
import type { SessionState } from '../session-state.ts';

type Of<Kind extends AccountStatement['kind']> = Extract<AccountStatement, { kind: Kind }>;

export function createRoles(
  { roles, ifNotExists }: Of<'create_role'>,
  { metastore }: Services,
  state: SessionState,
): AccountWork {
  state.access.requireSystem('GRANT');
  const works = roles.map((role): AccountWork => {
    const name = nameOf(role, state);
    const isThere = findRole(metastore, name) !== undefined;
    return isThere && ifNotExists
      ? { changes: [], warnings: [existsNote(name)] }
      : { changes: [createRole(name)] };
  });
  return joined(works);
}

export function dropRoles(
  { roles, ifExists }: Of<'drop_role'>,
  services: Services,
  state: SessionState,
): AccountWork {
  state.access.requireSystem('GRANT');
  const works = roles.map((role): AccountWork => {
    const name = nameOf(role, state);
    const isThere = findRole(services.metastore, name) !== undefined;
    if (!isThere && ifExists) return { changes: [], warnings: [missingNote(name)] };
    if (isThere) roleNames([role], services, state);
    return { changes: [dropRole(name)] };
  });
  return joined(works);
}

/** GRANT role TO user or role. The role is active after SET ROLE, or at login once it is a default role. */
export function grantRoles(
  statement: Of<'grant_role' | 'revoke_role'>,
  services: Services,
  state: SessionState,
): AccountWork {
  const given = roleNames(statement.roles, services, state);
  const changed: RolesChange = (held) => withRoles(held, given, statement.withOption);
  return { changes: statement.grantees.map((grantee) => change('GRANT', grantee, changed, services, state)) };
}

export function revokeRoles(
  statement: Of<'grant_role' | 'revoke_role'>,
  services: Services,
  state: SessionState,
): AccountWork {
  const gone = roleNames(statement.roles, services, state);
  const changed: RolesChange = (held) => withoutRoles(held, gone);
  return {
    changes: statement.grantees.map((grantee) => change('REVOKE', grantee, changed, services, state)),
  };
}

type RolesChange = (held: HeldRoles) => Required<HeldRoles>;

function change(
  operation: 'GRANT' | 'REVOKE',
  grantee: Grantee,
  changed: RolesChange,
  services: Services,
  state: SessionState,
): AccountChange {
  const { kind, name } = granteeOf(grantee, services, state);
  if (kind === 'role') {
    roleNames([grantee.name], services, state);
    return changeRole({ operation, name, changed: (role) => ({ ...role, ...changed(role) }) });
  }
  if (operation === 'GRANT') requireGrantee(name, services);
  else requireAdminFor(name, services, state);
  return changeAccount({
    operation,
    user: name,
    changed: (account) => ({ ...account, ...changed(account) }),
  });
}

/** SET ROLE of the session, SET DEFAULT ROLE of accounts. */
export function setRole(statement: Of<'set_role'>, services: Services, state: SessionState): AccountWork {
  const { roles, except = [], to } = statement;
  const names = typeof roles === 'string' ? roles : roles.map((role) => nameOf(role, state));
  if (to === undefined) {
    if (typeof names !== 'string') requireRoles(names, state.user, services);
    state.activeRoles = except.length === 0 ? names : rolesBut(except, services, state);
    return { changes: [] };
  }
  if (names === 'DEFAULT') throw notSupported('SET DEFAULT ROLE DEFAULT');
  const defaultRoles = names === 'NONE' ? [] : names;
  const changes = to.map((one) => {
    const user = nameOf(one, state);
    if (user !== state.user) protectAdministrators(user, services, state);
    if (defaultRoles !== 'ALL') requireRoles(defaultRoles, user, services);
    const changed = (account: Account): Account => ({ ...account, defaultRoles });
    return changeAccount({ operation: 'SET DEFAULT ROLE', user, changed });
  });
  return { changes };
}

/** SET ROLE ALL EXCEPT: one that it does not have is no mistake. */
function rolesBut(
  except: readonly UserName[],
  { metastore }: Services,
  state: SessionState,
): readonly string[] {
  const without = except.map((role) => nameOf(role, state));
  const held = findAccount(metastore, state.user)?.roles ?? [];
  return held.filter((role) => !without.includes(role));
}

/** MySQL's 3530: a role can be used by those that it was given to. */
function requireRoles(names: readonly string[], user: string, { metastore }: Services): void {
  const held = findAccount(metastore, user)?.roles ?? [];
  const missing = names.find((name) => !held.includes(name));
  if (missing === undefined) return;
  if (findRole(metastore, missing) === undefined) throw unknownRole(missing);
  throw new SqlError('role_not_granted', `\`${missing}\`@\`%\` is not granted to \`${user}\`@\`%\``);
}
