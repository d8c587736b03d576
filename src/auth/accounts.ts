import type { Secret } from '../base/secret.ts';
import { SqlError } from '../base/sql-error.ts';
import { globalProject } from '../metastore/key.ts';
import type { Metastore, Sandbox } from '../metastore/metastore.ts';
import { type Account, type PasswordPlugin, accountKey, accountOf, accountPrefix } from './account.ts';
import { isLoopback } from './address.ts';
import { type PasswordHash, hashForNative, hashForSha2 } from './password-hash.ts';
import {
  type Grant,
  type GrantObject,
  type Privilege,
  fitsObject,
  isSameObject,
  rootUser,
} from './privileges.ts';

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
  await write(metastore, rootUser, (sandbox) => {
    put(sandbox, { user: rootUser, plugin: defaultPlugin, grants: [], ...root, password });
  });
}

/** Whether the server may listen on `host`: anywhere once root has a password, before that on loopback only. */
export function mayListenOn(metastore: Metastore, host: string): boolean {
  return isLoopback(host) || findAccount(metastore, rootUser)?.password.kind !== 'none';
}

export function findAccount(metastore: Metastore, user: string): Account | undefined {
  if (user === '' || user.length > userLengthMax) return undefined;
  const resource = metastore.get(accountKey(user));
  return resource === undefined ? undefined : accountOf(resource);
}

/** All accounts in order of their names. */
export function listAccounts(metastore: Metastore): readonly Account[] {
  return metastore.list(accountPrefix).map(accountOf);
}

export type NewAccount = Readonly<{ user: string; password: Secret; plugin?: PasswordPlugin | undefined }>;

/** CREATE USER. Throws SqlError `unknown_user` (MySQL's 1396) when it exists, `password_policy` for a bad password. */
export async function createAccount(
  metastore: Metastore,
  operator: string,
  account: NewAccount,
): Promise<void> {
  const { user, plugin = defaultPlugin } = account;
  checkName(user);
  checkPassword(account.password);
  const password = await hashFor(plugin, account.password);
  await write(metastore, operator, (sandbox) => {
    if (sandbox.get(accountKey(user)) !== undefined) throw operationFailed('CREATE USER', user);
    put(sandbox, { user, plugin, password, grants: [] });
  });
}

export type PasswordChange = Readonly<{
  user: string;
  /** Empty is allowed for root alone. */
  password: Secret;
  /** Keeps the account's when not given. */
  plugin?: PasswordPlugin | undefined;
  /** The server listens on loopback and nowhere else, so that root may be without a password. */
  isLoopbackOnly: boolean;
}>;

/** ALTER USER … IDENTIFIED BY and SET PASSWORD. Throws SqlError `unknown_user`, `password_policy`. */
export async function alterPassword(
  metastore: Metastore,
  operator: string,
  change: PasswordChange,
): Promise<void> {
  const { user } = change;
  const found = findAccount(metastore, user);
  if (found === undefined) throw operationFailed('ALTER USER', user);
  const plugin = change.plugin ?? found.plugin;
  const mayBeEmpty = user === rootUser && change.isLoopbackOnly;
  const isEmpty = change.password.reveal() === '';
  if (!isEmpty || !mayBeEmpty) checkPassword(change.password);
  const password: PasswordHash = isEmpty ? { kind: 'none' } : await hashFor(plugin, change.password);
  await write(metastore, operator, (sandbox) => {
    put(sandbox, { ...existing(sandbox, 'ALTER USER', user), plugin, password });
  });
}

/** DROP USER. Sessions that are open stay. Throws SqlError `unknown_user`, also for root, which must stay. */
export async function dropAccount(metastore: Metastore, operator: string, user: string): Promise<void> {
  if (user === rootUser) throw operationFailed('DROP USER', user);
  await write(metastore, operator, (sandbox) => {
    existing(sandbox, 'DROP USER', user);
    sandbox.delete(accountKey(user));
  });
}

export type PrivilegeChange = Readonly<{
  user: string;
  privileges: readonly Privilege[];
  object: GrantObject;
}>;

/** GRANT. What is there already stays as it is. Throws SqlError `unknown_user`, `analysis`. */
export async function grantPrivileges(
  metastore: Metastore,
  operator: string,
  change: PrivilegeChange,
): Promise<void> {
  checkFit(change);
  await write(metastore, operator, (sandbox) => {
    const account = existing(sandbox, 'GRANT', change.user);
    const added = grantsOf(change).filter((grant) => !account.grants.some((held) => isSame(held, grant)));
    put(sandbox, { ...account, grants: [...account.grants, ...added] });
  });
}

/** REVOKE of grants on exactly this object. What was not granted is no mistake. Throws as GRANT. */
export async function revokePrivileges(
  metastore: Metastore,
  operator: string,
  change: PrivilegeChange,
): Promise<void> {
  checkFit(change);
  await write(metastore, operator, (sandbox) => {
    const account = existing(sandbox, 'REVOKE', change.user);
    const revoked = grantsOf(change);
    const grants = account.grants.filter((held) => !revoked.some((grant) => isSame(held, grant)));
    put(sandbox, { ...account, grants });
  });
}

async function hashFor(plugin: PasswordPlugin, password: Secret): Promise<PasswordHash> {
  return plugin === 'mysql_native_password' ? hashForNative(password) : hashForSha2(password);
}

async function write(
  metastore: Metastore,
  operator: string,
  work: (sandbox: Sandbox) => void,
): Promise<void> {
  await metastore.write({ project: globalProject, operator }, work);
}

function put(sandbox: Sandbox, account: Account): void {
  sandbox.put(accountKey(account.user), account);
}

function existing(sandbox: Sandbox, operation: string, user: string): Account {
  const resource = user === '' ? undefined : sandbox.get(accountKey(user));
  if (resource === undefined) throw operationFailed(operation, user);
  return accountOf(resource);
}

function grantsOf({ privileges, object }: PrivilegeChange): readonly Grant[] {
  return privileges.map((privilege) => ({ privilege, object }));
}

function isSame(one: Grant, other: Grant): boolean {
  return one.privilege === other.privilege && isSameObject(one.object, other.object);
}

function checkFit({ privileges, object }: PrivilegeChange): void {
  const unfit = privileges.find((privilege) => !fitsObject(privilege, object));
  if (unfit === undefined) return;
  throw new SqlError('analysis', `the privilege ${unfit} cannot be granted on ${object.kind.toUpperCase()}`);
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
  return new SqlError('unknown_user', `operation ${operation} failed for '${user}'@'%'`);
}
