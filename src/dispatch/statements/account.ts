import type { Account, DefaultRoles, PasswordPlugin } from '../../auth/account.ts';
import {
  type AccountChange,
  type AccountOptions,
  alterPassword,
  changeAccount,
  changeAccounts,
  createAccount,
  dropAccount,
  findAccount,
  renameAccounts,
} from '../../auth/accounts.ts';
import { fitsHash, type PasswordHash, readVerifier } from '../../auth/password-hash.ts';
import { randomPassword } from '../../auth/random-password.ts';
import { Secret } from '../../base/secret.ts';
import { SqlError } from '../../base/sql-error.ts';
import { type AccountStatement, parseAccount, type UserEntry } from '../../sql/account.ts';
import type { AccountClauses } from '../../sql/account-options.ts';
import type { Token } from '../../sql/token.ts';
import type { UserName } from '../../sql/user-name.ts';
import { notSupported } from '../analysis.ts';
import {
  type AccountWork,
  existsNote,
  type GeneratedPassword,
  generatedAnswer,
  joined,
  missingNote,
} from '../account-work.ts';
import { type Answer, okWith } from '../answer.ts';
import { nameOf, protectAdministrators, requireAdminFor, roleNames } from '../account-names.ts';
import type { Services } from '../services.ts';
import type { SessionState } from '../session-state.ts';
import { grant, revoke } from './grant.ts';
import { createRoles, dropRoles, grantRoles, revokeRoles, setRole } from './roles.ts';

/**
 * CREATE, ALTER and DROP USER, SET PASSWORD, roles, GRANT and REVOKE. Hosts are not told apart. Others' accounts are for
 * whoever has GRANT on SYSTEM, an administrator's for administrators. A statement does all that it says or nothing.
 */
export async function account(
  tokens: readonly Token[],
  text: string,
  services: Services,
  state: SessionState,
): Promise<Answer> {
  const work = await workOf(parseAccount(tokens, text), services, state);
  await changeAccounts(services.metastore, state.user, work.changes);
  const { generated = [], warnings = [] } = work;
  return generated.length > 0 ? generatedAnswer(generated, warnings) : okWith(warnings);
}

async function workOf(
  statement: AccountStatement,
  services: Services,
  state: SessionState,
): Promise<AccountWork> {
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
    case 'create_user':
      state.access.requireSystem('GRANT');
      return joined(await each(statement.users, (entry) => create(entry, statement, services, state)));
    case 'alter_user':
      return joined(await each(statement.users, (entry) => alter(entry, statement, services, state)));
    case 'drop_user':
      return joined(statement.users.map((user) => drop(user, statement, services, state)));
    case 'set_password':
      return setPassword(statement, services, state);
    case 'rename_user':
      return rename(statement, services, state);
  }
}

/** One after another: each may compute a slow hash. */
async function each<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await work(item));
  return results;
}

type Of<Kind extends AccountStatement['kind']> = Extract<AccountStatement, { kind: Kind }>;

async function create(
  entry: UserEntry,
  { ifNotExists, clauses }: Of<'create_user'>,
  services: Services,
  state: SessionState,
): Promise<AccountWork> {
  const user = nameOf(entry.user, state);
  const isThere = findAccount(services.metastore, user) !== undefined;
  if (ifNotExists && isThere) return { changes: [], warnings: [existsNote(user)] };
  const { password = new Secret(''), generated } = passwordOf(entry, user);
  const options = optionsOf(clauses, services, state);
  return { changes: [await createAccount({ user, password, plugin: pluginOf(entry), options })], generated };
}

/** One's own password is one's own to change; everything else is as of another account. */
async function alter(
  entry: UserEntry,
  { ifExists, clauses }: Of<'alter_user'>,
  services: Services,
  state: SessionState,
): Promise<AccountWork> {
  const user = nameOf(entry.user, state);
  const hasClauses = Object.keys(clauses).length > 0;
  const isOwnPassword = user === state.user && !hasClauses && entry.plugin === undefined;
  if (!isOwnPassword) protectAdministrators(user, services, state);
  const isThere = findAccount(services.metastore, user) !== undefined;
  if (ifExists && !isThere) return { changes: [], warnings: [missingNote(user)] };
  const plugin = pluginOf(entry);
  const { password, generated } = passwordOf(entry, user);
  if (password === undefined && plugin !== undefined) throw notSupported('ALTER USER … WITH a plugin alone');
  const changes: AccountChange[] = [];
  if (password !== undefined) {
    await requireCurrent({ user, current: entry.current }, services, state);
    const { metastore, isLoopbackOnly } = services;
    changes.push(await alterPassword(metastore, { user, password, plugin, isLoopbackOnly }));
  }
  if (password === undefined || hasClauses) {
    const options = optionsOf(clauses, services, state);
    const changed = (before: Account): Account => withOptions(before, options);
    changes.push(changeAccount({ operation: 'ALTER USER', user, changed }));
  }
  return { changes, generated };
}

function drop(
  name: UserName,
  { ifExists }: Of<'drop_user'>,
  services: Services,
  state: SessionState,
): AccountWork {
  const user = nameOf(name, state);
  protectAdministrators(user, services, state);
  const isMissing = findAccount(services.metastore, user) === undefined;
  if (isMissing && ifExists) return { changes: [], warnings: [missingNote(user)] };
  return { changes: [dropAccount(user)] };
}

async function setPassword(
  statement: Of<'set_password'>,
  services: Services,
  state: SessionState,
): Promise<AccountWork> {
  const user = nameOf(statement.user, state);
  if (user !== state.user) protectAdministrators(user, services, state);
  const { password = new Secret(''), generated } = passwordOf(statement, user);
  await requireCurrent({ user, current: statement.current }, services, state);
  const { metastore, isLoopbackOnly } = services;
  return { changes: [await alterPassword(metastore, { user, password, isLoopbackOnly })], generated };
}

function rename(statement: Of<'rename_user'>, services: Services, state: SessionState): AccountWork {
  const renames = statement.renames.map(({ from, to }) => ({
    from: nameOf(from, state),
    to: nameOf(to, state),
  }));
  state.access.requireSystem('GRANT');
  for (const { from } of renames) requireAdminFor(from, services, state);
  return { changes: [renameAccounts(renames)] };
}

/** The password that a statement gives, made here where it says RANDOM, or what another server has kept of it. */
function passwordOf(
  entry: Omit<UserEntry, 'user'>,
  user: string,
): Readonly<{ password?: Secret | PasswordHash | undefined; generated?: readonly GeneratedPassword[] }> {
  const plugin = pluginOf(entry);
  if (entry.verifier !== undefined && plugin !== undefined) {
    return { password: keptHash(entry.verifier, plugin) };
  }
  if (entry.isRandom !== true) return { password: entry.password };
  const made = randomPassword();
  return { password: made, generated: [{ user, password: made }] };
}

/**
 * REPLACE 'password so far', by which one proves that one's own session was not left open to somebody else. Throws
 * MySQL's 3892 for a wrong one and 3893 where it is another's account.
 */
async function requireCurrent(
  { user, current }: Readonly<{ user: string; current: Secret | undefined }>,
  { metastore }: Services,
  state: SessionState,
): Promise<void> {
  if (current === undefined) return;
  if (user !== state.user) {
    throw new SqlError(
      'current_password_of_other',
      'Do not specify the current password while changing it for other users.',
    );
  }
  const found = findAccount(metastore, user);
  if (found !== undefined && (await fitsHash(current, found.password))) return;
  throw new SqlError(
    'wrong_current_password',
    'Incorrect current password. Specify the correct password which has to be replaced.',
  );
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

/** Throws MySQL's 1827. */
function keptHash(verifier: Secret, plugin: PasswordPlugin): PasswordHash {
  const hash = readVerifier(verifier, plugin);
  if (hash !== undefined) return hash;
  throw new SqlError('password_format', "The password hash doesn't have the expected format.", {
    hint: 'SHOW CREATE USER of MySQL prints it, in hexadecimal digits after SET print_identified_with_as_hex = ON.',
  });
}

/** Undefined where none is named; a verifier without one is of the time when there was none but mysql_native_password. */
function pluginOf(entry: Omit<UserEntry, 'user'>): PasswordPlugin | undefined {
  const plugin = entry.plugin?.toLowerCase();
  if (plugin === undefined) return entry.verifier && 'mysql_native_password';
  if (plugin === 'caching_sha2_password' || plugin === 'mysql_native_password') return plugin;
  throw notSupported(`the plugin ${plugin}`);
}
