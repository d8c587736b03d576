import type { Account, DefaultRoles, PasswordPlugin } from '../../auth/account.ts';
import {
  type AccountOptions,
  alterPassword,
  changeAccount,
  createAccount,
  dropAccount,
  findAccount,
  renameAccounts,
} from '../../auth/accounts.ts';
import { Secret } from '../../base/secret.ts';
import { type AccountStatement, parseAccount, type UserEntry } from '../../sql/account.ts';
import type { AccountClauses } from '../../sql/account-options.ts';
import type { Token } from '../../sql/token.ts';
import { notSupported } from '../analysis.ts';
import { type Answer, okAnswer } from '../answer.ts';
import { nameOf, protectAdministrators, requireAdminFor, roleNames } from '../account-names.ts';
import type { Services } from '../services.ts';
import type { SessionState } from '../session-state.ts';
import { grant, revoke } from './grant.ts';
import { createRoles, dropRoles, grantRoles, revokeRoles, setRole } from './roles.ts';

/**
 * CREATE, ALTER and DROP USER, SET PASSWORD, roles, GRANT and REVOKE. Hosts are not told apart. Others' accounts are for
 * whoever has GRANT on SYSTEM, an administrator's for administrators.
 */
export async function account(
  tokens: readonly Token[],
  text: string,
  services: Services,
  state: SessionState,
): Promise<Answer> {
  const statement = parseAccount(tokens, text);
  switch (statement.kind) {
    case 'grant':
      return grant(statement, services, state);
    case 'revoke':
      return revoke(statement, services, state);
    case 'grant_role':
      return grantRoles(statement, services, state);
    case 'revoke_role':
      return revokeRoles(statement, services, state);
    case 'create_role':
      return createRoles(statement, services, state);
    case 'drop_role':
      return dropRoles(statement, services, state);
    case 'set_role':
      return setRole(statement, services, state);
    default:
      await runOnUsers(statement, services, state);
      return okAnswer;
  }
}

type OnUsers = Extract<
  AccountStatement,
  { kind: 'create_user' | 'alter_user' | 'drop_user' | 'set_password' | 'rename_user' }
>;

async function runOnUsers(statement: OnUsers, services: Services, state: SessionState): Promise<void> {
  switch (statement.kind) {
    case 'create_user':
      state.access.requireSystem('GRANT');
      for (const entry of statement.users) await create(entry, statement, services, state);
      return;
    case 'alter_user':
      for (const entry of statement.users) await alter(entry, statement, services, state);
      return;
    case 'drop_user':
      for (const user of statement.users) {
        const name = nameOf(user, state);
        protectAdministrators(name, services, state);
        const isMissing = findAccount(services.metastore, name) === undefined;
        if (!isMissing || !statement.ifExists) await dropAccount(services.metastore, state.user, name);
      }
      return;
    case 'set_password': {
      const user = nameOf(statement.user, state);
      if (user !== state.user) protectAdministrators(user, services, state);
      await setPassword({ user, password: statement.password }, services, state);
      return;
    }
    case 'rename_user': {
      const renames = statement.renames.map(({ from, to }) => ({
        from: nameOf(from, state),
        to: nameOf(to, state),
      }));
      state.access.requireSystem('GRANT');
      for (const { from } of renames) requireAdminFor(from, services, state);
      await renameAccounts(services.metastore, state.user, renames);
      return;
    }
  }
}

async function create(
  entry: UserEntry,
  { ifNotExists, clauses }: Extract<AccountStatement, { kind: 'create_user' }>,
  services: Services,
  state: SessionState,
): Promise<void> {
  const user = nameOf(entry.user, state);
  if (ifNotExists && findAccount(services.metastore, user) !== undefined) return;
  const password = entry.password ?? new Secret('');
  const options = optionsOf(clauses, services, state);
  await createAccount(services.metastore, state.user, { user, password, plugin: pluginOf(entry), options });
}

/** One's own password is one's own to change; everything else is as of another account. */
async function alter(
  entry: UserEntry,
  { ifExists, clauses }: Extract<AccountStatement, { kind: 'alter_user' }>,
  services: Services,
  state: SessionState,
): Promise<void> {
  const user = nameOf(entry.user, state);
  const hasClauses = Object.keys(clauses).length > 0;
  const isOwnPassword = user === state.user && !hasClauses && entry.plugin === undefined;
  if (!isOwnPassword) protectAdministrators(user, services, state);
  if (ifExists && findAccount(services.metastore, user) === undefined) return;
  const { password } = entry;
  const plugin = pluginOf(entry);
  if (password === undefined && plugin !== undefined) throw notSupported('ALTER USER … WITH a plugin alone');
  if (password !== undefined) await setPassword({ user, password, plugin }, services, state);
  if (password !== undefined && !hasClauses) return;
  const options = optionsOf(clauses, services, state);
  await changeAccount(services.metastore, state.user, {
    operation: 'ALTER USER',
    user,
    changed: (before) => withOptions(before, options),
  });
}

async function setPassword(
  change: Readonly<{ user: string; password: Secret; plugin?: PasswordPlugin | undefined }>,
  { metastore, isLoopbackOnly }: Services,
  state: SessionState,
): Promise<void> {
  await alterPassword(metastore, state.user, { ...change, isLoopbackOnly });
}

/** Default roles are given, too, as MySQL and StarRocks do. */
function withOptions(before: Account, options: AccountOptions): Account {
  const roles = [...new Set([...(before.roles ?? []), ...(options.roles ?? [])])];
  const perHour = { ...before.perHour, ...options.perHour };
  return { ...before, ...options, roles, ...(Object.keys(perHour).length > 0 && { perHour }) };
}

function optionsOf(clauses: AccountClauses, services: Services, state: SessionState): AccountOptions {
  const { defaultRoles, ...rest } = clauses;
  if (defaultRoles === undefined) return rest;
  if (defaultRoles === 'ALL' || defaultRoles === 'NONE') {
    const all: DefaultRoles = defaultRoles === 'ALL' ? 'ALL' : [];
    return { ...rest, defaultRoles: all };
  }
  const roles = roleNames(defaultRoles, services, state);
  return { ...rest, defaultRoles: roles, roles };
}

function pluginOf(entry: UserEntry): PasswordPlugin | undefined {
  if (entry.verifier !== undefined) throw notSupported('IDENTIFIED … AS a stored verifier');
  const plugin = entry.plugin?.toLowerCase();
  if (plugin === undefined) return undefined;
  if (plugin === 'caching_sha2_password' || plugin === 'mysql_native_password') return plugin;
  throw notSupported(`the plugin ${plugin}`);
}
