import { SqlError } from '../../base/sql-error.ts';
import { changeAccount, findAccount } from '../../auth/accounts.ts';
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
  nameOf,
  protectAdministrators,
  requireAdminFor,
  requireGrantee,
  roleNames,
  unknownRole,
} from '../account-names.ts';
import { notSupported } from '../analysis.ts';
import { type Answer, okAnswer } from '../answer.ts';
import type { Services } from '../services.ts';
import type { SessionState } from '../session-state.ts';

type Of<Kind extends AccountStatement['kind']> = Extract<AccountStatement, { kind: Kind }>;

export async function createRoles(
  { roles, ifNotExists }: Of<'create_role'>,
  { metastore }: Services,
  state: SessionState,
): Promise<Answer> {
  state.access.requireSystem('GRANT');
  for (const role of roles) {
    const name = nameOf(role, state);
    const isThere = findRole(metastore, name) !== undefined;
    if (!isThere || !ifNotExists) await createRole(metastore, state.user, name);
  }
  return okAnswer;
}

export async function dropRoles(
  { roles, ifExists }: Of<'drop_role'>,
  services: Services,
  state: SessionState,
): Promise<Answer> {
  const { metastore } = services;
  state.access.requireSystem('GRANT');
  for (const role of roles) {
    const name = nameOf(role, state);
    const isThere = findRole(metastore, name) !== undefined;
    if (isThere) roleNames([role], services, state);
    if (isThere || !ifExists) await dropRole(metastore, state.user, name);
  }
  return okAnswer;
}

/** GRANT role TO user or role. The role is active after SET ROLE, or at login once it is a default role. */
export async function grantRoles(
  statement: Of<'grant_role' | 'revoke_role'>,
  services: Services,
  state: SessionState,
): Promise<Answer> {
  const given = roleNames(statement.roles, services, state);
  const changed: RolesChange = (held) => withRoles(held, given, statement.withOption);
  for (const grantee of statement.grantees) await change('GRANT', grantee, changed, services, state);
  return okAnswer;
}

export async function revokeRoles(
  statement: Of<'grant_role' | 'revoke_role'>,
  services: Services,
  state: SessionState,
): Promise<Answer> {
  const gone = roleNames(statement.roles, services, state);
  const changed: RolesChange = (held) => withoutRoles(held, gone);
  for (const grantee of statement.grantees) await change('REVOKE', grantee, changed, services, state);
  return okAnswer;
}

type RolesChange = (held: HeldRoles) => Required<HeldRoles>;

async function change(
  operation: 'GRANT' | 'REVOKE',
  grantee: Grantee,
  changed: RolesChange,
  services: Services,
  state: SessionState,
): Promise<void> {
  const { metastore } = services;
  const name = nameOf(grantee.name, state);
  if (grantee.kind === 'role') {
    roleNames([grantee.name], services, state);
    await changeRole(metastore, state.user, {
      operation,
      name,
      changed: (role) => ({ ...role, ...changed(role) }),
    });
    return;
  }
  if (operation === 'GRANT') requireGrantee(name, services);
  else requireAdminFor(name, services, state);
  await changeAccount(metastore, state.user, {
    operation,
    user: name,
    changed: (account) => ({ ...account, ...changed(account) }),
  });
}

/** SET ROLE of the session, SET DEFAULT ROLE of accounts. */
export async function setRole(
  statement: Of<'set_role'>,
  services: Services,
  state: SessionState,
): Promise<Answer> {
  const { roles, except = [], to } = statement;
  const names = typeof roles === 'string' ? roles : roles.map((role) => nameOf(role, state));
  if (to === undefined) {
    if (typeof names !== 'string') requireRoles(names, state.user, services);
    state.activeRoles = except.length === 0 ? names : rolesBut(except, services, state);
    return okAnswer;
  }
  if (names === 'DEFAULT') throw notSupported('SET DEFAULT ROLE DEFAULT');
  const defaultRoles = names === 'NONE' ? [] : names;
  for (const user of to.map((one) => nameOf(one, state))) {
    if (user !== state.user) protectAdministrators(user, services, state);
    if (defaultRoles !== 'ALL') requireRoles(defaultRoles, user, services);
    await changeAccount(services.metastore, state.user, {
      operation: 'SET DEFAULT ROLE',
      user,
      changed: (account) => ({ ...account, defaultRoles }),
    });
  }
  return okAnswer;
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
