import { SqlError } from '../base/sql-error.ts';
import { findAccount } from '../auth/accounts.ts';
import { findRole, grantsOfRoles, holderOf } from '../auth/roles.ts';
import type { Grantee } from '../sql/grant.ts';
import { quoteText } from '../sql/quote.ts';
import type { UserName } from '../sql/user-name.ts';
import type { Services } from './services.ts';
import type { SessionState } from './session-state.ts';

/** The account that a name means: whoever runs the statement, when there is none. */
export function nameOf(user: UserName | undefined, state: Pick<SessionState, 'user'>): string {
  return user === undefined || user.kind === 'current' ? state.user : user.user;
}

/**
 * Asks for GRANT on SYSTEM to change an account, and for ADMIN when the account is an administrator's: whoever may set
 * its password would be one. Throws MySQL's 1227.
 */
export function protectAdministrators(user: string, services: Services, state: SessionState): void {
  state.access.requireSystem('GRANT');
  requireAdminFor(user, services, state);
}

/** What an administrator has is for administrators to change. Throws MySQL's 1227. */
export function requireAdminFor(user: string, { metastore }: Services, state: SessionState): void {
  if (holderOf(metastore, user, 'ALL')?.isAdministrator === true) state.access.requireSystem('ADMIN');
}

/**
 * Names of roles that are to be given to somebody. Throws SqlError `unknown_user` for one that is not there, and MySQL's
 * 1227 for one that makes an administrator, unless it is one that gives it.
 */
export function roleNames(
  roles: readonly UserName[],
  { metastore }: Services,
  state: SessionState,
): readonly string[] {
  return roles.map((role) => {
    const name = nameOf(role, state);
    if (findRole(metastore, name) === undefined) throw unknownRole(name);
    const isPowerful = grantsOfRoles(metastore, [name]).some(({ privilege }) => privilege === 'ADMIN');
    if (isPowerful) state.access.requireSystem('ADMIN');
    else if (!state.access.mayGiveRole(name)) state.access.requireSystem('GRANT');
    return name;
  });
}

/** MySQL's 3523. */
export function unknownRole(name: string): SqlError {
  return new SqlError('unknown_role', `Unknown authorization ID '${name}'@'%'`);
}

/** Whom a grantee's name means: an account, or a role after ROLE (StarRocks) and where no account has the name (MySQL). */
export function granteeOf(
  { kind, name }: Grantee,
  { metastore }: Services,
  state: Pick<SessionState, 'user'>,
): Readonly<{ kind: 'user' | 'role'; name: string }> {
  const meant = nameOf(name, state);
  const isRole = findAccount(metastore, meant) === undefined && findRole(metastore, meant) !== undefined;
  return { kind: isRole ? 'role' : kind, name: meant };
}

/** GRANT makes no account, as in MySQL 8. */
export function requireGrantee(user: string, { metastore }: Services): void {
  if (findAccount(metastore, user) !== undefined) return;
  throw new SqlError('grant_creates_user', 'You are not allowed to create a user with GRANT', {
    hint: `CREATE USER ${quoteText(user)} IDENTIFIED BY '…' makes the account.`,
  });
}
