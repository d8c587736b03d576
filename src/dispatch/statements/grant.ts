import { SqlError } from '../../base/sql-error.ts';
import { type AccountChange, changeAccount, withGrants, withoutGrants } from '../../auth/accounts.ts';
import { type Grant, isSameObject, mayGive } from '../../auth/privileges.ts';
import { changeRole } from '../../auth/roles.ts';
import type { GrantedPrivileges, Grantee } from '../../sql/grant.ts';
import { granteeOf, protectAdministrators, requireGrantee } from '../account-names.ts';
import type { AccountWork } from '../account-work.ts';
import { grantsOf } from '../granted.ts';
import type { Services } from '../services.ts';
import type { SessionState } from '../session-state.ts';

/** GRANT privileges: by administrators, by holders of GRANT on SYSTEM, and by whoever holds them WITH GRANT OPTION. */
export function grant(statement: GrantedPrivileges, services: Services, state: SessionState): AccountWork {
  const { grants, warnings } = grantsOf(statement, { services, state, mustExist: true });
  requireGiving(grants, state);
  const given = statement.withOption ? grants.map((one): Grant => ({ ...one, withOption: true })) : grants;
  const changed = (held: readonly Grant[]): readonly Grant[] => withGrants(held, given);
  const changes = statement.grantees.map((grantee) => change('GRANT', grantee, changed, services, state));
  return { changes, warnings };
}

/** REVOKE of what was granted on exactly this object; ALL PRIVILEGES, GRANT OPTION of everything but roles. */
export function revoke(statement: GrantedPrivileges, services: Services, state: SessionState): AccountWork {
  const { grants, warnings } = grantsOf(statement, { services, state, mustExist: false });
  const isEverything = statement.object.kind === 'everything';
  const named = isOptionAlone(statement)
    ? grantsOf({ ...statement, privileges: [{ name: 'ALL' }] }, { services, state, mustExist: false }).grants
    : grants;
  if (isEverything) state.access.requireSystem('GRANT');
  else requireGiving(named, state);
  const changed = (held: readonly Grant[]): readonly Grant[] => {
    if (isEverything) return [];
    const left = withoutGrants(held, grants);
    return statement.withOption ? left.map((one) => withoutOption(one, named)) : left;
  };
  const changes = statement.grantees.map((grantee) => {
    const { kind, name } = granteeOf(grantee, services, state);
    if (kind === 'user' && isEverything) protectAdministrators(name, services, state);
    return change('REVOKE', grantee, changed, services, state);
  });
  return { changes, warnings };
}

/** REVOKE GRANT OPTION ON object leaves the privileges. */
function withoutOption(held: Grant, named: readonly Grant[]): Grant {
  if (!named.some(({ object }) => isSameObject(object, held.object))) return held;
  const { privilege, object } = held;
  return { privilege, object };
}

function isOptionAlone({ privileges, object }: GrantedPrivileges): boolean {
  return privileges.length === 0 && object.kind !== 'everything';
}

/** ADMIN makes an administrator and is for administrators to give. Throws MySQL's 1227. */
function requireGiving(grants: readonly Grant[], { access }: SessionState): void {
  if (access.isAdministrator) return;
  const isPowerful = grants.some(({ privilege }) => privilege === 'ADMIN');
  if (isPowerful) access.requireSystem('ADMIN');
  if (access.mayUseSystem('GRANT')) return;
  if (grants.length > 0 && grants.every((one) => mayGive(access.holder, one))) return;
  throw new SqlError(
    'privilege_denied',
    'Access denied; you need (at least one of) the GRANT privilege(s) for this operation',
  );
}

function change(
  operation: string,
  grantee: Grantee,
  changed: (held: readonly Grant[]) => readonly Grant[],
  services: Services,
  state: SessionState,
): AccountChange {
  const { kind, name } = granteeOf(grantee, services, state);
  const withChanged = <H extends { grants: readonly Grant[] }>(holder: H): H => ({
    ...holder,
    grants: changed(holder.grants),
  });
  if (kind === 'role') return changeRole({ operation, name, changed: withChanged });
  if (operation === 'GRANT') requireGrantee(name, services);
  return changeAccount({ operation, user: name, changed: withChanged });
}
