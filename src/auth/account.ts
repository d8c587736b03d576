import { MetastoreError, type Resource } from '../metastore/metastore.ts';
import { globalProject, resourceKey, typePrefix } from '../metastore/key.ts';
import { isGrant, isRecord, isTexts } from './grant-content.ts';
import type { PasswordHash } from './password-hash.ts';
import { type HourlyLimits, hourlyResources } from './hourly-use.ts';
import type { Grant } from './privileges.ts';

export type PasswordPlugin = 'caching_sha2_password' | 'mysql_native_password';

/** Which of its roles a login begins with. `ALL` means those that it has at the login. */
export type DefaultRoles = 'ALL' | readonly string[];

/** A user that may log in, as the metastore keeps it. */
export type Account = Readonly<{
  user: string;
  plugin: PasswordPlugin;
  password: PasswordHash;
  grants: readonly Grant[];
  /** Roles that it was given; absent means none. */
  roles?: readonly string[];
  /** Those of `roles` that it may give to others: WITH ADMIN OPTION. Absent means none. */
  adminRoles?: readonly string[];
  /** Absent means none. */
  defaultRoles?: DefaultRoles;
  /** ACCOUNT LOCK: nobody logs in. */
  isLocked?: boolean;
  /** REQUIRE SSL. */
  requiresTls?: boolean;
  /** WITH MAX_USER_CONNECTIONS; absent or 0 means the server's own limit. */
  connectionsMax?: number;
  perHour?: HourlyLimits;
  comment?: string;
}>;

const accountType = 'account';
/** The prefix of all accounts' keys. */
export const accountPrefix: string = typePrefix(globalProject, accountType);

/** `/_global/account/<user, percent-encoded>`. The name must not be empty. */
export function accountKey(user: string): string {
  return resourceKey(globalProject, accountType, user);
}

/** Reads what `Account` looks like in the metastore. Throws MetastoreError `corrupt` for anything else. */
export function accountOf(resource: Resource): Account {
  const { content } = resource;
  if (isAccount(content)) return content;
  throw new MetastoreError('corrupt', `the resource '${resource.key}' is no account`);
}

function isAccount(content: unknown): content is Account {
  if (!isRecord(content)) return false;
  const { user, plugin, password, grants } = content;
  const isPlugin = plugin === 'caching_sha2_password' || plugin === 'mysql_native_password';
  if (typeof user !== 'string' || !isPlugin || !isPasswordHash(password)) return false;
  if (password.kind !== 'none' && (password.kind === 'native') !== (plugin === 'mysql_native_password'))
    return false;
  return Array.isArray(grants) && grants.every(isGrant) && hasOptions(content);
}

/** What an account may have besides; all of it may be absent. */
function hasOptions(content: Readonly<Record<string, unknown>>): boolean {
  const { roles, adminRoles, defaultRoles, isLocked, requiresTls, connectionsMax, perHour, comment } =
    content;
  return (
    (roles === undefined || isTexts(roles)) &&
    (adminRoles === undefined || isTexts(adminRoles)) &&
    (defaultRoles === undefined || defaultRoles === 'ALL' || isTexts(defaultRoles)) &&
    isFlag(isLocked) &&
    isFlag(requiresTls) &&
    (connectionsMax === undefined || Number.isSafeInteger(connectionsMax)) &&
    (perHour === undefined || isHourlyLimits(perHour)) &&
    (comment === undefined || typeof comment === 'string')
  );
}

function isHourlyLimits(value: unknown): boolean {
  if (!isRecord(value)) return false;
  return hourlyResources.every((name) => value[name] === undefined || Number.isSafeInteger(value[name]));
}

function isFlag(value: unknown): boolean {
  return value === undefined || typeof value === 'boolean';
}

function isPasswordHash(value: unknown): value is PasswordHash {
  if (!isRecord(value)) return false;
  if (value['kind'] === 'none') return true;
  if (value['kind'] === 'native') return isHex(value['hash']);
  if (value['kind'] === 'sha_crypt') {
    return isHex(value['salt']) && typeof value['hash'] === 'string' && Number.isInteger(value['rounds']);
  }
  const numbers = [value['cost'], value['blockSize'], value['parallelization']];
  const isScrypt = value['kind'] === 'scrypt' && isHex(value['salt']) && isHex(value['hash']);
  return isScrypt && numbers.every((number) => Number.isInteger(number));
}

function isHex(value: unknown): boolean {
  return typeof value === 'string' && /^(?:[0-9a-f]{2})+$/.test(value);
}
