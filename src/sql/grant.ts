import { notYet } from './not-yet.ts';
import { readUser } from './user-name.ts';
import type { TokenReader } from './token-reader.ts';
import type { UserName } from './user-name.ts';

export type Grant =
  | (Readonly<{ kind: 'grant' | 'revoke' }> & GrantedPrivileges)
  | Readonly<{
      kind: 'grant_role' | 'revoke_role';
      roles: readonly UserName[];
      grantees: readonly Grantee[];
      /** WITH ADMIN OPTION. */
      withOption: boolean;
    }>;

export type GrantedPrivileges = Readonly<{
  /** In upper case, words parted by one blank: `SELECT`, `CREATE TABLE`, `ALL` (for ALL PRIVILEGES too). */
  privileges: readonly GrantedPrivilege[];
  object: GrantTarget;
  grantees: readonly Grantee[];
  /** WITH GRANT OPTION, or REVOKE of GRANT OPTION. */
  withOption: boolean;
}>;

/** With columns, the privilege is on these only. */
export type GrantedPrivilege = Readonly<{ name: string; columns?: readonly string[] }>;

export type Grantee = Readonly<{ kind: 'user' | 'role'; name: UserName }>;

export type GrantTarget =
  | Readonly<{ kind: 'system' }>
  /** MySQL's `*.*`, `d.*`, `d.t`, `t` and `*`, also behind a catalog: null stands for `*`; no database means the session's. */
  | Readonly<{ kind: 'pattern'; catalog?: string; database?: string | null; table: string | null }>
  /** StarRocks' ON TABLE d.t and ON ALL TABLES IN DATABASE d: null stands for every one. */
  | Readonly<{ kind: 'objects'; object: GrantedObject; names: readonly (readonly (string | null)[])[] }>
  /** ON USER u: IMPERSONATE. */
  | Readonly<{ kind: 'users'; users: readonly UserName[] }>
  /** REVOKE ALL PRIVILEGES, GRANT OPTION FROM u. */
  | Readonly<{ kind: 'everything' }>;

const grantedObjects = [
  'CATALOG',
  'DATABASE',
  'TABLE',
  'VIEW',
  'MATERIALIZED VIEW',
  'FUNCTION',
  'PROCEDURE',
  'RESOURCE',
  'RESOURCE GROUP',
  'STORAGE VOLUME',
] as const;

export type GrantedObject = (typeof grantedObjects)[number];

/** What follows GRANT. */
export function readGrant(reader: TokenReader): Grant {
  const privileges = reader.list(() => readPrivilege(reader));
  refuseProxy(privileges, reader);
  if (!reader.isWord('ON')) {
    reader.expect('TO');
    const roles = privileges.map(({ name }): UserName => ({ kind: 'named', user: name, host: '%' }));
    const grantees = readGrantees(reader);
    return { kind: 'grant_role', roles, grantees, withOption: reader.accept('WITH', 'ADMIN', 'OPTION') };
  }
  const object = readTarget(reader);
  reader.expect('TO');
  const grantees = readGrantees(reader);
  const withOption = reader.accept('WITH', 'GRANT', 'OPTION');
  return { kind: 'grant', privileges: upper(privileges), object, grantees, withOption };
}

/** What follows REVOKE. */
export function readRevoke(reader: TokenReader): Grant {
  reader.accept('IF', 'EXISTS');
  const list = reader.list(() => readPrivilege(reader));
  refuseProxy(list, reader);
  const withOption = list.some(({ name }) => name.toUpperCase() === 'GRANT OPTION');
  const privileges = upper(list).filter(({ name }) => name !== 'GRANT OPTION');
  const isEverything = !reader.isWord('ON') && withOption && privileges.every(({ name }) => name === 'ALL');
  if (!reader.isWord('ON') && !isEverything) {
    reader.expect('FROM');
    const roles = list.map(({ name }): UserName => ({ kind: 'named', user: name, host: '%' }));
    return { kind: 'revoke_role', roles, grantees: readGrantees(reader), withOption: false };
  }
  const object: GrantTarget = isEverything ? { kind: 'everything' } : readTarget(reader);
  reader.expect('FROM');
  return { kind: 'revoke', privileges, object, grantees: readGrantees(reader), withOption };
}

/** PROXY is on an account, so what follows cannot be read as the name of a table. */
function refuseProxy(privileges: readonly GrantedPrivilege[], reader: TokenReader): void {
  const isProxy = privileges.some(({ name }) => name.toUpperCase() === 'PROXY');
  if (isProxy && reader.isWord('ON'))
    throw notYet('the privilege PROXY', 'Give both accounts the same role.');
}

function upper(privileges: readonly GrantedPrivilege[]): readonly GrantedPrivilege[] {
  return privileges.map(({ name, ...rest }) => ({
    ...rest,
    name: name.toUpperCase().replace(/^ALL PRIVILEGES$/, 'ALL'),
  }));
}

/** One privilege of one or more words, or a role's name: which of them shows only after the list. */
function readPrivilege(reader: TokenReader): GrantedPrivilege {
  if (reader.peek().kind !== 'word') {
    const role = readUser(reader);
    return { name: role.kind === 'named' ? role.user : reader.fail() };
  }
  const words = [reader.next().value];
  while (reader.peek().kind === 'word' && !['ON', 'TO', 'FROM'].includes(reader.peek().upper)) {
    words.push(reader.next().value);
  }
  if (reader.peek().kind === 'user_variable') reader.next(); // a role's host, which roles do not have here
  const columns = reader.acceptOperator('(') ? reader.list(() => reader.name()) : undefined;
  if (columns !== undefined) reader.expectOperator(')');
  return { name: words.join(' '), ...(columns === undefined ? {} : { columns }) };
}

function readTarget(reader: TokenReader): GrantTarget {
  reader.expect('ON');
  if (reader.accept('SYSTEM')) return { kind: 'system' };
  if (reader.isWord('USER') && !reader.isOperator('.', 1)) {
    reader.next();
    return { kind: 'users', users: reader.list(() => readUser(reader)) };
  }
  if (reader.accept('ALL')) return readAll(reader);
  const object = acceptObject(reader, '');
  if (object === undefined) return readPattern(reader);
  return { kind: 'objects', object, names: reader.list(() => readPath(reader)) };
}

/** `ALL TABLES IN ALL DATABASES`, `ALL TABLES IN DATABASE d`, `ALL DATABASES`, `ALL CATALOGS`. */
function readAll(reader: TokenReader): GrantTarget {
  const object = acceptObject(reader, 'S') ?? reader.fail();
  let path: readonly (string | null)[] = [null];
  while (reader.accept('IN')) {
    const isAll = reader.accept('ALL');
    if (acceptObject(reader, isAll ? 'S' : '') === undefined) reader.fail();
    path = isAll ? [null, ...path] : [...reader.namePath(2), ...path];
  }
  return { kind: 'objects', object, names: [path] };
}

/** The kind of object; nothing when the words are a table's name: `ON table.x` cannot be, `ON view TO` can. */
function acceptObject(reader: TokenReader, suffix: string): GrantedObject | undefined {
  return grantedObjects.find((object) => {
    const words = `${object}${suffix}`.split(' ');
    const isName =
      suffix === '' && (reader.isOperator('.', words.length) || reader.isWordAt(words.length, 'TO'));
    return !isName && reader.accept(...words);
  });
}

function readPath(reader: TokenReader): readonly (string | null)[] {
  return reader.list(() => (reader.acceptOperator('*') ? null : reader.nameOrString()), '.', 3);
}

function readPattern(reader: TokenReader): GrantTarget {
  const path = readPath(reader);
  const [table = null, database, catalog] = path.toReversed();
  if (catalog === null) return reader.fail();
  return {
    kind: 'pattern',
    table,
    ...(database === undefined ? {} : { database }),
    ...(catalog === undefined ? {} : { catalog }),
  };
}

/** `u@h, …`, with StarRocks' USER or ROLE before. A password given here is MySQL 5's and refused. */
function readGrantees(reader: TokenReader): readonly Grantee[] {
  return reader.list((): Grantee => {
    const isMarked =
      reader.peek(1).kind === 'word' || reader.peek(1).kind === 'string' || reader.peek(1).kind === 'quoted';
    const kind = isMarked && reader.accept('ROLE') ? 'role' : 'user';
    if (isMarked && kind === 'user') reader.accept('USER');
    return { kind, name: readUser(reader) };
  });
}
