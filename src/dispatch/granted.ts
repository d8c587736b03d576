import { SqlError } from '../base/sql-error.ts';
import {
  type Grant,
  type GrantObject,
  type Privilege,
  privilegesOn,
  systemPrivileges,
} from '../auth/privileges.ts';
import { internalCatalog } from '../catalog/external/external-catalogs.ts';
import { unknownCatalog } from '../source/known-name.ts';
import type { Warning } from '../source/query.ts';
import type { GrantedObject, GrantedPrivilege, GrantedPrivileges, GrantTarget } from '../sql/grant.ts';
import { notYet } from '../sql/not-yet.ts';
import { quoteName } from '../sql/quote.ts';
import { foldedName } from './access.ts';
import { notSupported } from './analysis.ts';
import type { Services } from './services.ts';
import type { SessionState } from './session-state.ts';
import { errorNumber } from './sql-error.ts';

/** What a GRANT or REVOKE is about. MySQL's privileges that have no meaning here are left out, with a note. */
export type Given = Readonly<{ grants: readonly Grant[]; warnings: readonly Warning[] }>;

type Names = Readonly<{
  services: Pick<Services, 'view' | 'catalogs'>;
  state: Pick<SessionState, 'catalog' | 'database'>;
  /** REVOKE may name what is gone. */
  mustExist: boolean;
}>;

/** Reads the privileges and the object of a GRANT. Throws SqlError for those that do not go together. */
export function grantsOf(statement: GrantedPrivileges, names: Names): Given {
  const ofColumns = statement.privileges.find(({ columns }) => columns !== undefined);
  if (ofColumns !== undefined) throw noColumns(ofColumns);
  const words = statement.privileges.map(({ name }) => name);
  const { object } = statement;
  switch (object.kind) {
    case 'system':
      return { grants: words.flatMap((word) => ofSystem(word)), warnings: [] };
    case 'pattern':
      return ofPattern(words, object, names);
    case 'objects': {
      const objects = object.names.map((path) => objectOf(object.object, path, names));
      return { grants: objects.flatMap((one) => words.flatMap((word) => ofObject(word, one))), warnings: [] };
    }
    case 'users':
      throw notSupported('IMPERSONATE');
    case 'everything':
      return { grants: [], warnings: [] };
  }
}

function noColumns({ name, columns = [] }: GrantedPrivilege): SqlError {
  const named = columns.map((column) => quoteName(column)).join(', ');
  return notYet(
    `${name} (${named}) as a privilege on columns`,
    'Grant it on a view that has these columns alone.',
  );
}

function ofSystem(word: string): readonly Grant[] {
  const object = { kind: 'system' } as const;
  if (word === 'ALL') return [{ privilege: 'ADMIN', object }];
  const privilege = systemPrivileges.find((one) => one === word);
  if (privilege === undefined) throw notSupported(`the privilege ${word} on SYSTEM`);
  return [{ privilege, object }];
}

function ofObject(word: string, object: GrantObject): readonly Grant[] {
  const known = privilegesOn[object.kind];
  if (word === 'ALL') return known.map((privilege) => ({ privilege, object }));
  const wanted = word === 'EXECUTE' && object.kind === 'function' ? 'USAGE' : word;
  const privilege = known.find((one) => one === wanted);
  if (privilege !== undefined) return [{ privilege, object }];
  const kind = object.kind.replaceAll('_', ' ').toUpperCase();
  throw new SqlError('analysis', `the privilege ${word} cannot be granted on ${kind}`);
}

/** An object in StarRocks' words; what the path leaves out is the session's. */
function objectOf(object: GrantedObject, path: readonly (string | null)[], names: Names): GrantObject {
  switch (object) {
    case 'CATALOG':
      return { kind: 'catalog', catalog: knownCatalog(path.at(-1) ?? null, names) };
    case 'DATABASE': {
      const [database = null, catalog = names.state.catalog] = path.toReversed();
      return {
        kind: 'database',
        catalog: knownCatalog(catalog, names),
        database: foldedPart(catalog, database),
      };
    }
    case 'TABLE':
    case 'VIEW':
    case 'MATERIALIZED VIEW':
    case 'FUNCTION': {
      const kind = kinds[object];
      const [name = null, database = sessionDatabase(names), catalog = names.state.catalog] =
        path.toReversed();
      const place = { catalog, database: foldedPart(catalog, database), name: foldedPart(catalog, name) };
      if (kind === 'function') knownCatalog(catalog, names);
      else requireExistence(place, names);
      return { kind, ...place };
    }
    default:
      throw notSupported(`privileges on ${object}`);
  }
}

const kinds = {
  TABLE: 'table',
  VIEW: 'view',
  'MATERIALIZED VIEW': 'materialized_view',
  FUNCTION: 'function',
} as const;

type Pattern = Extract<GrantTarget, { kind: 'pattern' }>;
type Place = Readonly<{ catalog: string | null; database: string | null; name: string | null }>;

/** MySQL's `*.*`, `d.*` and `d.t`: tables and views alike, and what is in the databases themselves. */
function ofPattern(words: readonly string[], pattern: Pattern, names: Names): Given {
  const catalog = pattern.catalog ?? names.state.catalog;
  const database = pattern.database === undefined ? sessionDatabase(names) : patternName(pattern.database);
  const place = {
    catalog,
    database: foldedPart(catalog, database),
    name: foldedPart(catalog, pattern.table),
  };
  requireExistence(place, names);
  const given = words.map((word) => ({ word, grants: ofWord(word, place) }));
  const unknown = given.filter(({ grants }) => grants === undefined).map(({ word }) => word);
  const warnings = unknown.map((word): Warning => ({
    level: 'Note',
    number: errorNumber('not_supported'),
    message: noMeaning(word),
  }));
  return { grants: given.flatMap(({ grants = [] }) => grants), warnings };
}

function noMeaning(word: string): string {
  return `The privilege ${word} has no meaning here and was left out`;
}

/** MySQL's privileges of which there is nothing here to allow: what they are for needs none, or is not there. */
const meaningless: ReadonlySet<string> = new Set(
  (
    'SHOW VIEW,SHOW DATABASES,LOCK TABLES,REFERENCES,TRIGGER,EVENT,CREATE TEMPORARY TABLES,RELOAD,FILE,SHUTDOWN,' +
    'REPLICATION CLIENT,REPLICATION SLAVE,CREATE TABLESPACE,BACKUP_ADMIN,BINLOG MONITOR,REPLICA MONITOR'
  ).split(','),
);
const systemWords: Readonly<Record<string, Privilege>> = {
  PROCESS: 'OPERATE',
  SUPER: 'OPERATE',
  CONNECTION_ADMIN: 'OPERATE',
  SYSTEM_VARIABLES_ADMIN: 'OPERATE',
  'CREATE USER': 'GRANT',
  'CREATE ROLE': 'GRANT',
  'DROP ROLE': 'GRANT',
};

/** What one of MySQL's privileges, or of StarRocks', gives at a place; undefined for one without meaning. */
function ofWord(word: string, place: Place): readonly Grant[] | undefined {
  if (word === 'USAGE') return [];
  if (meaningless.has(word)) return undefined;
  const isEverywhere = place.database === null;
  if (isEverywhere) {
    if (word === 'ALL') return ofSystem('ALL');
    const system = systemWords[word] ?? systemPrivileges.find((one) => one === word);
    if (system !== undefined) return [{ privilege: system, object: { kind: 'system' } }];
  }
  const grants = objectsAt(place).flatMap((object) => meaningOn(word, object));
  if (grants.length > 0) return grants;
  const on = place.name === null ? 'a database' : 'a table';
  throw new SqlError('analysis', `the privilege ${word} cannot be granted on ${on}`);
}

/** What is at a place that privileges can be on: one object, or all of a database and the database itself. */
function objectsAt(place: Place): readonly GrantObject[] {
  const { catalog, database, name } = place;
  const object: GrantObject = { kind: 'object', ...place };
  if (name !== null) return [object];
  return [
    object,
    { kind: 'database', catalog, database },
    { kind: 'function', catalog, database, name },
    ...(database === null ? [{ kind: 'catalog', catalog } as const] : []),
  ];
}

const wordsOn: Readonly<Partial<Record<GrantObject['kind'], Readonly<Record<string, Privilege>>>>> = {
  object: { INDEX: 'ALTER' },
  database: { CREATE: 'CREATE TABLE', 'CREATE ROUTINE': 'CREATE FUNCTION' },
  function: { EXECUTE: 'USAGE', 'ALTER ROUTINE': 'DROP' },
  catalog: { CREATE: 'CREATE DATABASE' },
};

function meaningOn(word: string, object: GrantObject): readonly Grant[] {
  const known = privilegesOn[object.kind];
  if (word === 'ALL') return known.map((privilege) => ({ privilege, object }));
  const wanted = wordsOn[object.kind]?.[word] ?? word;
  // A catalog's and a function's own privileges have words of their own in MySQL.
  const isOwnWord = object.kind === 'function' && wanted === word;
  const isOfCatalog = object.kind === 'catalog' && !wanted.startsWith('CREATE');
  if (isOwnWord || isOfCatalog) return [];
  return known.filter((privilege) => privilege === wanted).map((privilege) => ({ privilege, object }));
}

/** `_` and `%` are wildcards in MySQL's names of databases; here a name is a name. */
function patternName(name: string | null): string | null {
  if (name === null) return null;
  if (/(?<!\\)%/.test(name)) throw notSupported("'%' in the name of a database");
  return name.replaceAll(/\\([_%])/g, '$1');
}

function sessionDatabase({ state }: Names): string {
  if (state.database === undefined) throw new SqlError('no_database_selected', 'No database selected');
  return state.database;
}

function foldedPart(catalog: string | null, name: string | null): string | null {
  return name === null || catalog === null ? name : foldedName(catalog, name);
}

/** A grant on one object of the embedded engine is refused when there is none, as in MySQL and StarRocks. */
function requireExistence({ catalog, database, name }: Place, names: Names): void {
  const { services, mustExist } = names;
  knownCatalog(catalog, names);
  if (!mustExist || catalog !== internalCatalog || database === null || name === null) return;
  if (services.view.findObject(database, name) !== undefined) return;
  throw new SqlError('unknown_table', `Table '${database}.${name}' doesn't exist`);
}

/** Null stands for all of them. Throws 5061 for one that is not there, where it must be. */
function knownCatalog(catalog: string | null, { services, mustExist }: Names): string | null {
  const isKnown = catalog === null || !mustExist || services.catalogs.names().includes(catalog);
  if (!isKnown) throw unknownCatalog(catalog);
  return catalog;
}
