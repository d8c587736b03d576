import { Secret } from '../base/secret.ts';
import { SqlError } from '../base/sql-error.ts';
import { globalProject } from '../metastore/key.ts';
import type { Metastore, Sandbox } from '../metastore/metastore.ts';
import { type Account, type PasswordPlugin, accountKey, accountOf, accountPrefix } from './account.ts';
import { isLoopback } from './address.ts';
import { type PasswordHash, hashForNative, hashForSha2 } from './password-hash.ts';
import { type Grant, fitsObject, isSameObject, rootUser } from './privileges.ts';

/** MySQL's greatest length of a user name, in characters. */
const userLengthMax = 32;
/** RSA-OAEP with 2,048 bits carries 214 bytes; a longer password could not log in without TLS. */
const passwordBytesMax = 200;
const defaultPlugin: PasswordPlugin = 'caching_sha2_password';

/**
 * Makes root when there is no account yet, at the first start. `first`, the password of the configuration, is given to
 * it then, and later as long as it has none; it never replaces a password.
 */
export async function ensureRoot(metastore: Metastore, first?: Secret): Promise<void> {
  const root = findAccount(metastore, rootUser);
  if (root !== undefined && (first === undefined || root.password.kind !== 'none')) return;
  const password: PasswordHash = first === undefined ? { kind: 'none' } : await hashForSha2(first);
  await changeAccounts(metastore, rootUser, [
    (sandbox) => put(sandbox, { user: rootUser, plugin: defaultPlugin, grants: [], ...root, password }),
  ]);
}

/** One step of a statement on accounts and roles, done when the statement's transaction is written. */
export type AccountChange = (sandbox: Sandbox) => void;

/** Writes the steps of one statement: all or none, as MySQL 8. Throws what they throw. */
export async function changeAccounts(
  metastore: Metastore,
  operator: string,
  changes: readonly AccountChange[],
): Promise<void> {
  if (changes.length === 0) return;
  await metastore.write({ project: globalProject, operator }, (sandbox) => {
    for (const change of changes) change(sandbox);
  });
}

/** Whether the server may listen on `host`: anywhere once root has a password, before that on loopback only. */
export function mayListenOn(metastore: Metastore, host: string): boolean {
  return isLoopback(host) || findAccount(metastore, rootUser)?.password.kind !== 'none';
}

export function findAccount(metastore: Pick<Metastore, 'get'>, user: string): Account | undefined {
  if (user === '' || user.length > userLengthMax) return undefined;
  const resource = metastore.get(accountKey(user));
  return resource === undefined ? undefined : accountOf(resource);
}

/** All accounts in order of their names. */
export function listAccounts(metastore: Metastore): readonly Account[] {
  return metastore.list(accountPrefix).map(accountOf);
}

export type NewAccount = Readonly<{
  user: string;
  /** Or what another server has kept of it, in the form of the plugin. */
  password: Secret | PasswordHash;
  plugin?: PasswordPlugin | undefined;
  options?: AccountOptions;
}>;

/** What an account may have besides its name and password. */
export type AccountOptions = Pick<
  Account,
  'roles' | 'defaultRoles' | 'isLocked' | 'requiresTls' | 'connectionsMax' | 'perHour' | 'comment'
>;

/** CREATE USER. Throws SqlError `unknown_user` (MySQL's 1396) when it exists, `password_policy` for a bad password. */
export async function createAccount(account: NewAccount): Promise<AccountChange> {
  const { user, plugin = defaultPlugin, options } = account;
  checkName(user);
  const password = await checkedHash(plugin, account.password);
  return (sandbox) => {
    if (sandbox.get(accountKey(user)) !== undefined) throw operationFailed('CREATE USER', user);
    put(sandbox, { ...options, user, plugin, password, grants: [] });
  };
}

export type PasswordChange = Readonly<{
  user: string;
  /** Empty is allowed for root alone. Or what another server has kept of it, in the form of the plugin. */
  password: Secret | PasswordHash;
  /** Keeps the account's when not given. */
  plugin?: PasswordPlugin | undefined;
  /** The server listens on loopback and nowhere else, so that root may be without a password. */
  isLoopbackOnly: boolean;
}>;

/** ALTER USER … IDENTIFIED BY and SET PASSWORD. Throws SqlError `unknown_user`, `password_policy`. */
export async function alterPassword(
  metastore: Pick<Metastore, 'get'>,
  change: PasswordChange,
): Promise<AccountChange> {
  const { user } = change;
  const found = findAccount(metastore, user);
  if (found === undefined) throw operationFailed('ALTER USER', user);
  const plugin = change.plugin ?? found.plugin;
  const mayBeEmpty = user === rootUser && change.isLoopbackOnly;
  const isEmptied = mayBeEmpty && change.password instanceof Secret && change.password.reveal() === '';
  const password = isEmptied ? { kind: 'none' as const } : await checkedHash(plugin, change.password);
  return (sandbox) => put(sandbox, { ...existing(sandbox, 'ALTER USER', user), plugin, password });
}

/** DROP USER. Sessions that are open stay. Throws SqlError `unknown_user`, also for root, which must stay. */
export function dropAccount(user: string): AccountChange {
  return (sandbox) => {
    if (user === rootUser) throw operationFailed('DROP USER', user);
    existing(sandbox, 'DROP USER', user);
    sandbox.delete(accountKey(user));
  };
}

/**
 * RENAME USER: one after another. Sessions that are open keep the old name, which holds nothing any more.
 * Throws SqlError `unknown_user` for a name that is not there or is taken, also for root, which must stay.
 */
export function renameAccounts(renames: readonly Readonly<{ from: string; to: string }>[]): AccountChange {
  return (sandbox) => {
    const before = new Map(
      sandbox.list(accountPrefix).map((each) => [accountOf(each).user, accountOf(each)]),
    );
    const renamed = new Map(before);
    for (const { from, to } of renames) {
      const account = from === rootUser ? undefined : renamed.get(from);
      checkName(to);
      if (account === undefined || renamed.has(to)) throw operationFailed('RENAME USER', from);
      renamed.delete(from);
      renamed.set(to, { ...account, user: to });
    }
    for (const user of before.keys()) if (!renamed.has(user)) sandbox.delete(accountKey(user));
    for (const account of renamed.values()) {
      if (before.get(account.user) !== account) put(sandbox, account);
    }
  };
}

/** ALTER USER's other clauses and roles. Throws SqlError `unknown_user`. */
export function changeAccount(
  change: Readonly<{ operation: string; user: string; changed: (account: Account) => Account }>,
): AccountChange {
  return (sandbox) => put(sandbox, change.changed(existing(sandbox, change.operation, change.user)));
}

/** What is there already stays as it is, unless it is given WITH GRANT OPTION now. Throws SqlError `analysis`. */
export function withGrants(held: readonly Grant[], given: readonly Grant[]): readonly Grant[] {
  for (const grant of given) checkFit(grant);
  const kept = held.filter((grant) => !given.some((one) => isSame(one, grant) && one.withOption === true));
  return [...kept, ...given.filter((grant) => !kept.some((one) => isSame(one, grant)))];
}

/** Without grants on exactly these objects. What was not granted is no mistake. Throws SqlError `analysis`. */
export function withoutGrants(held: readonly Grant[], revoked: readonly Grant[]): readonly Grant[] {
  for (const grant of revoked) checkFit(grant);
  return held.filter((grant) => !revoked.some((one) => isSame(one, grant)));
}

async function checkedHash(plugin: PasswordPlugin, password: Secret | PasswordHash): Promise<PasswordHash> {
  if (!(password instanceof Secret)) return password;
  checkPassword(password);
  return plugin === 'mysql_native_password' ? hashForNative(password) : hashForSha2(password);
}

function put(sandbox: Sandbox, account: Account): void {
  sandbox.put(accountKey(account.user), account);
}

function existing(sandbox: Sandbox, operation: string, user: string): Account {
  const resource = user === '' ? undefined : sandbox.get(accountKey(user));
  if (resource === undefined) throw operationFailed(operation, user);
  return accountOf(resource);
}

function isSame(one: Grant, other: Grant): boolean {
  return one.privilege === other.privilege && isSameObject(one.object, other.object);
}

function checkFit({ privilege, object }: Grant): void {
  if (fitsObject(privilege, object)) return;
  const kind = object.kind.replaceAll('_', ' ').toUpperCase();
  throw new SqlError('analysis', `the privilege ${privilege} cannot be granted on ${kind}`);
}

function checkName(user: string): void {
  const isGood =
    user.length > 0 && user.length <= userLengthMax && !/\p{Cc}/u.test(user) && user.isWellFormed();
  if (isGood) return;
  throw new SqlError('wrong_variable_value', `a user name has 1 to ${userLengthMax} printable characters`);
}

function checkPassword(password: Secret): void {
  const text = password.reveal();
  if (text === '') {
    throw new SqlError('password_policy', 'an account must have a password', {
      hint: 'Only root may be without one, while the server listens on loopback alone.',
    });
  }
  if (Buffer.byteLength(text) <= passwordBytesMax && !text.includes('\0') && text.isWellFormed()) return;
  throw new SqlError(
    'password_policy',
    `a password is UTF-8 text of at most ${passwordBytesMax} bytes without NUL`,
  );
}

function operationFailed(operation: string, user: string): SqlError {
  const hint =
    user === rootUser ? 'root stays, and keeps its name.' : 'SELECT User FROM mysql.user lists the accounts.';
  return new SqlError('unknown_user', `Operation ${operation} failed for '${user}'@'%'`, { hint });
}
