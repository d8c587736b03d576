import { findAccount } from '../auth/accounts.ts';
import { isAdministrator, mayUse } from '../auth/privileges.ts';
import { SqlError } from '../base/sql-error.ts';
import type { Token } from '../sql/token.ts';
import type { Services } from './services.ts';
import type { SessionState } from './session-state.ts';

/** True for root and accounts with ADMIN. */
export function isAdministratorNamed(services: Pick<Services, 'metastore'>, user: string): boolean {
  const account = findAccount(services.metastore, user);
  return account !== undefined && isAdministrator(account);
}

/** Server settings, accounts, other users' connections: MySQL's error 1227. */
export function requireAdministrator(services: Services, state: SessionState): void {
  if (isAdministratorNamed(services, state.user)) return;
  throw new SqlError(
    'privilege_denied',
    'Access denied; you need (at least one of) the ADMIN privilege(s) for this operation',
  );
}

/** Backup statements: StarRocks' privilege REPOSITORY on SYSTEM, and its error 5203. */
export function requireRepository(services: Services, state: SessionState): void {
  const account = findAccount(services.metastore, state.user);
  if (mayUse(account, 'REPOSITORY', { kind: 'system' })) return;
  throw new SqlError(
    'backup_access_denied',
    'Access denied; you need (at least one of) the REPOSITORY privilege(s) on SYSTEM for this operation',
  );
}

/** Names and definitions of tables are for whoever may back them up: MySQL's error 1142. */
export function requireNames(services: Services, state: SessionState): void {
  if (mayReadNames(services, state)) return;
  throw new SqlError('table_access_denied', `SHOW command denied to user '${state.user}'@'${state.address}'`);
}

export function mayReadNames(services: Services, state: SessionState): boolean {
  const account = findAccount(services.metastore, state.user);
  return mayUse(account, 'REPOSITORY', { kind: 'system' });
}

/**
 * Data of the embedded engine: administrators alone, until privileges on objects come. A SELECT that reads no table,
 * as drivers send at login, is everybody's.
 */
export function requireData(services: Services, state: SessionState, tokens: readonly Token[]): void {
  if (isAdministratorNamed(services, state.user)) return;
  const first = tokens.find((token) => token.text !== '(')?.upper;
  const readsNothing =
    first === 'SELECT' && !tokens.some(({ upper }) => upper === 'FROM' || upper === 'TABLE');
  if (readsNothing) return;
  throw new SqlError(
    'table_access_denied',
    `${first ?? 'the'} command denied to user '${state.user}'@'${state.address}'`,
  );
}
