import { MetastoreError, type Resource } from '../metastore/metastore.ts';
import { globalProject, resourceKey, typePrefix } from '../metastore/key.ts';
import type { PasswordHash } from './password-hash.ts';
import { type Grant, type GrantObject, objectPrivileges, systemPrivileges } from './privileges.ts';

export type PasswordPlugin = 'caching_sha2_password' | 'mysql_native_password';

/** A user that may log in, as the metastore keeps it. */
export type Account = Readonly<{
  user: string;
  plugin: PasswordPlugin;
  password: PasswordHash;
  grants: readonly Grant[];
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
  return Array.isArray(grants) && grants.every(isGrant);
}

function isPasswordHash(value: unknown): value is PasswordHash {
  if (!isRecord(value)) return false;
  if (value['kind'] === 'none') return true;
  if (value['kind'] === 'native') return isHex(value['hash']);
  const numbers = [value['cost'], value['blockSize'], value['parallelization']];
  const isScrypt = value['kind'] === 'scrypt' && isHex(value['salt']) && isHex(value['hash']);
  return isScrypt && numbers.every((number) => Number.isInteger(number));
}

function isGrant(value: unknown): value is Grant {
  if (!isRecord(value)) return false;
  const privileges: readonly unknown[] = [...systemPrivileges, ...objectPrivileges];
  return privileges.includes(value['privilege']) && isGrantObject(value['object']);
}

const namesOf: Readonly<Record<GrantObject['kind'], readonly string[]>> = {
  system: [],
  catalog: ['catalog'],
  database: ['catalog', 'database'],
  table: ['catalog', 'database', 'table'],
};

function isGrantObject(value: unknown): value is GrantObject {
  if (!isRecord(value) || typeof value['kind'] !== 'string' || !Object.hasOwn(namesOf, value['kind']))
    return false;
  const names = namesOf[value['kind'] as GrantObject['kind']];
  return names.every((name) => value[name] === null || typeof value[name] === 'string');
}

function isHex(value: unknown): boolean {
  return typeof value === 'string' && /^(?:[0-9a-f]{2})+$/.test(value);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
