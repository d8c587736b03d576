import { Secret } from '../base/secret.ts';
import { type AccountClauses, readAccountClauses } from './account-options.ts';
import { readGrant, readRevoke } from './grant.ts';
import { TokenReader } from './token-reader.ts';
import { readUser } from './user-name.ts';
import type { Grant } from './grant.ts';
import type { Token } from './token.ts';
import type { UserName } from './user-name.ts';

/** What the classifier calls `account`. */
export type AccountStatement =
  | Readonly<{
      kind: 'create_user';
      ifNotExists: boolean;
      users: readonly UserEntry[];
      clauses: AccountClauses;
    }>
  | Readonly<{ kind: 'alter_user'; ifExists: boolean; users: readonly UserEntry[]; clauses: AccountClauses }>
  | Readonly<{ kind: 'drop_user'; ifExists: boolean; users: readonly UserName[] }>
  | Readonly<{ kind: 'rename_user'; renames: readonly Readonly<{ from: UserName; to: UserName }>[] }>
  /** Without a user: of the one who runs the statement. */
  | Readonly<{ kind: 'set_password'; user?: UserName } & Pick<UserEntry, 'password' | 'isRandom' | 'current'>>
  | Readonly<{ kind: 'create_role'; ifNotExists: boolean; roles: readonly UserName[] }>
  | Readonly<{ kind: 'drop_role'; ifExists: boolean; roles: readonly UserName[] }>
  /** SET ROLE and SET DEFAULT ROLE: `to` is whom a default role is for. */
  | Readonly<{
      kind: 'set_role';
      roles: 'ALL' | 'NONE' | 'DEFAULT' | readonly UserName[];
      /** SET ROLE ALL EXCEPT. */
      except?: readonly UserName[];
      to?: readonly UserName[];
    }>
  | Grant;

/** A user with how it is to log in; without `plugin` the server's default, without a secret none is changed. */
export type UserEntry = Readonly<{
  user: UserName;
  plugin?: string;
  password?: Secret;
  /** RANDOM PASSWORD, TO RANDOM: the server makes one. */
  isRandom?: true;
  /** IDENTIFIED … AS 'hash': the verifier as the plugin stores it. */
  verifier?: Secret;
  /** REPLACE: the password so far, to be verified before it is changed. */
  current?: Secret;
}>;

/** Parses a statement on users, roles and privileges. Throws `syntax`; no text of an error holds a password. */
export function parseAccount(tokens: readonly Token[], text: string): AccountStatement {
  const reader = new TokenReader(tokens, text);
  const statement = readStatement(reader);
  reader.expectEnd();
  return statement;
}

function readStatement(reader: TokenReader): AccountStatement {
  switch (reader.acceptOneOf('CREATE', 'ALTER', 'DROP', 'RENAME', 'SET', 'GRANT', 'REVOKE')) {
    case 'CREATE':
      return readCreate(reader);
    case 'ALTER':
      return readAlter(reader);
    case 'DROP':
      return readDrop(reader);
    case 'RENAME':
      reader.expect('USER');
      return { kind: 'rename_user', renames: reader.list(() => readRename(reader)) };
    case 'SET':
      return reader.accept('PASSWORD') ? readSetPassword(reader) : readSetRole(reader);
    case 'GRANT':
      return readGrant(reader);
    case 'REVOKE':
      return readRevoke(reader);
    case undefined:
      return reader.fail();
  }
}

function readCreate(reader: TokenReader): AccountStatement {
  const isRole = reader.accept('ROLE');
  if (!isRole) reader.expect('USER');
  const ifNotExists = reader.accept('IF', 'NOT', 'EXISTS');
  if (isRole) return { kind: 'create_role', ifNotExists, roles: readUsers(reader) };
  const users = reader.list(() => readEntry(reader));
  return { kind: 'create_user', ifNotExists, users, clauses: readAccountClauses(reader) };
}

function readAlter(reader: TokenReader): AccountStatement {
  reader.expect('USER');
  const ifExists = reader.accept('IF', 'EXISTS');
  const users = reader.list(() => readEntry(reader));
  return { kind: 'alter_user', ifExists, users, clauses: readAccountClauses(reader) };
}

function readDrop(reader: TokenReader): AccountStatement {
  const isRole = reader.accept('ROLE');
  if (!isRole) reader.expect('USER');
  const ifExists = reader.accept('IF', 'EXISTS');
  const users = readUsers(reader);
  return isRole ? { kind: 'drop_role', ifExists, roles: users } : { kind: 'drop_user', ifExists, users };
}

function readUsers(reader: TokenReader): readonly UserName[] {
  return reader.list(() => readUser(reader));
}

/** USER() names the one who runs the statement, in ALTER USER. */
function readEntry(reader: TokenReader): UserEntry {
  const isUserCall = reader.isWord('USER') && reader.isOperator('(', 1);
  if (isUserCall) {
    reader.next();
    reader.expectOperator('(');
    reader.expectOperator(')');
  }
  const user: UserName = isUserCall ? { kind: 'current' } : readUser(reader);
  return { user, ...(reader.accept('IDENTIFIED') ? readIdentification(reader) : {}) };
}

/** WITH plugin [BY 'p' | AS 'hash'], BY 'p', BY PASSWORD 'hash', VIA plugin USING 'hash' | PASSWORD('p'). */
function readIdentification(reader: TokenReader): Omit<UserEntry, 'user'> {
  const hasPlugin = reader.accept('WITH') || reader.accept('VIA');
  const plugin = hasPlugin ? { plugin: reader.nameOrString().toLowerCase() } : {};
  const secret = readSecret(reader);
  if (!hasPlugin && secret === undefined) reader.fail();
  return { ...plugin, ...secret, ...readCurrent(reader) };
}

/** REPLACE 'the password so far'. */
function readCurrent(reader: TokenReader): Readonly<{ current?: Secret }> {
  return reader.accept('REPLACE') ? { current: new Secret(reader.string()) } : {};
}

function readSecret(reader: TokenReader): Pick<UserEntry, 'password' | 'isRandom' | 'verifier'> | undefined {
  if (reader.accept('BY', 'RANDOM', 'PASSWORD')) return { isRandom: true };
  if (reader.accept('BY', 'PASSWORD')) return { verifier: new Secret(reader.string()) };
  if (reader.accept('BY')) return { password: new Secret(reader.string()) };
  if (reader.accept('AS')) return { verifier: new Secret(readVerifier(reader)) };
  if (!reader.accept('USING')) return undefined;
  return reader.isWord('PASSWORD')
    ? { password: readPassword(reader) }
    : { verifier: new Secret(reader.string()) };
}

/** A verifier may be written in hexadecimal digits. */
function readVerifier(reader: TokenReader): string {
  if (reader.peek().kind !== 'hex') return reader.string();
  return Buffer.from(reader.next().value, 'hex').toString('latin1');
}

/** 'p' or PASSWORD('p'). */
function readPassword(reader: TokenReader): Secret {
  if (!reader.accept('PASSWORD')) return new Secret(reader.string());
  reader.expectOperator('(');
  const password = new Secret(reader.string());
  reader.expectOperator(')');
  return password;
}

function readRename(reader: TokenReader): Readonly<{ from: UserName; to: UserName }> {
  const from = readUser(reader);
  reader.expect('TO');
  return { from, to: readUser(reader) };
}

function readSetPassword(reader: TokenReader): AccountStatement {
  const user = reader.accept('FOR') ? { user: readUser(reader) } : {};
  if (reader.accept('TO', 'RANDOM'))
    return { kind: 'set_password', ...user, isRandom: true, ...readCurrent(reader) };
  if (!reader.acceptOperator('=')) reader.expectOperator(':=');
  const password = readPassword(reader);
  return { kind: 'set_password', ...user, password, ...readCurrent(reader) };
}

function readSetRole(reader: TokenReader): AccountStatement {
  const isDefault = reader.accept('DEFAULT');
  reader.expect('ROLE');
  const word = reader.acceptOneOf('ALL', 'NONE', 'DEFAULT');
  const roles = word ?? readUsers(reader);
  const hasExceptions = !isDefault && word === 'ALL' && reader.accept('EXCEPT');
  const except = hasExceptions ? { except: readUsers(reader) } : {};
  if (!isDefault) return { kind: 'set_role', roles, ...except };
  reader.expect('TO');
  return { kind: 'set_role', roles, to: readUsers(reader) };
}
