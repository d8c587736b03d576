import type { Cell } from '../../base/rows.ts';
import { SqlError } from '../../base/sql-error.ts';
import type { Account } from '../../auth/account.ts';
import { findAccount } from '../../auth/accounts.ts';
import { grantStatements } from '../../auth/grant-text.ts';
import { builtInRoles } from '../../auth/role.ts';
import { findRole, listRoles } from '../../auth/roles.ts';
import { internalCatalog } from '../../catalog/external/external-catalogs.ts';
import { type ShownTable, shownTable } from '../../catalog/show/shown-table.ts';
import { quoteName, quoteText } from '../../sql/quote.ts';
import type { Show } from '../../sql/show.ts';
import { granteeOf } from '../account-names.ts';
import type { Services } from '../services.ts';
import type { SessionState } from '../session-state.ts';

/** SHOW GRANTS: one's own are everybody's to see, also those of a role that one has. */
export function shownGrants(statement: Show, services: Services, state: SessionState): ShownTable {
  if (statement.role !== undefined) return grantsOfRole(statement.role, services, state);
  if (statement.user !== undefined) {
    const { kind, name } = granteeOf({ kind: 'user', name: statement.user }, services, state);
    if (kind === 'role') return grantsOfRole(name, services, state);
  }
  const { user, grants, roles = [], adminRoles = [] } = accountNamed(statement, services, state);
  const shown = { grantee: { user }, grants, roles, adminRoles, ownCatalog: internalCatalog };
  return linesOf(`Grants for ${user}@%`, grantStatements(shown));
}

/** SHOW ROLES. */
export function shownRoles(services: Services): ShownTable {
  const rows = listRoles(services.metastore).map(({ name }): Cell[] => [
    name,
    String(builtInRoles.some((role) => role.name === name) || name === 'public'),
  ]);
  return { ...shownTable(['Name', 'Builtin'], rows), likeColumn: 'Name' };
}

/** SHOW CREATE USER: without the password. */
export function shownCreateUser(statement: Show, services: Services, state: SessionState): ShownTable {
  const account = accountNamed(statement, services, state, (user) => {
    return new SqlError('unknown_user', `Operation SHOW CREATE USER failed for '${user}'@'%'`);
  });
  return linesOf(`CREATE USER for ${account.user}@%`, [createUserText(account)]);
}

function createUserText(account: Account): string {
  const { user, plugin, requiresTls, isLocked, comment, defaultRoles = [] } = account;
  const limits = limitsOf(account);
  const roles = defaultRoles === 'ALL' ? ['ALL'] : defaultRoles.map((name) => quoteName(name));
  const parts = [
    `CREATE USER ${quoteName(user)}@${quoteName('%')} IDENTIFIED WITH '${plugin}'`,
    roles.length > 0 ? `DEFAULT ROLE ${roles.join(', ')}` : '',
    requiresTls === true ? 'REQUIRE SSL' : '',
    limits === '' ? '' : `WITH ${limits}`,
    isLocked === true ? 'ACCOUNT LOCK' : '',
    comment === undefined ? '' : `COMMENT ${quoteText(comment)}`,
  ];
  return parts.filter((part) => part !== '').join(' ');
}

/** In MySQL's order. */
function limitsOf({ perHour = {}, connectionsMax = 0 }: Account): string {
  const limits: readonly (readonly [word: string, most: number | undefined])[] = [
    ['MAX_QUERIES_PER_HOUR', perHour.max_questions],
    ['MAX_UPDATES_PER_HOUR', perHour.max_updates],
    ['MAX_CONNECTIONS_PER_HOUR', perHour.max_connections_per_hour],
    ['MAX_USER_CONNECTIONS', connectionsMax],
  ];
  return limits
    .filter(([, most = 0]) => most > 0)
    .map(([word, most]) => `${word} ${most}`)
    .join(' ');
}

function grantsOfRole(name: string, services: Services, state: SessionState): ShownTable {
  const own = findAccount(services.metastore, state.user)?.roles ?? [];
  if (!own.includes(name)) state.access.requireSystem('GRANT');
  const role = findRole(services.metastore, name);
  if (role === undefined) throw noGrant(name);
  const { grants, roles, adminRoles = [] } = role;
  const shown = { grantee: { role: name }, grants, roles, adminRoles, ownCatalog: internalCatalog };
  return linesOf(`Grants for ${name}`, grantStatements(shown));
}

function accountNamed(
  statement: Show,
  services: Services,
  state: SessionState,
  unknown: (user: string) => SqlError = noGrant,
): Account {
  const user = statement.user?.kind === 'named' ? statement.user.user : state.user;
  if (user !== state.user) state.access.requireSystem('GRANT');
  const account = findAccount(services.metastore, user);
  if (account === undefined) throw unknown(user);
  return account;
}

function noGrant(user: string): SqlError {
  return new SqlError('no_such_grant', `There is no such grant defined for user '${user}' on host '%'`);
}

function linesOf(column: string, lines: readonly string[]): ShownTable {
  return shownTable(
    [column],
    lines.map((line): Cell[] => [line]),
  );
}
