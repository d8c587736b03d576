import { SqlError } from '../base/sql-error.ts';
import { internalCatalog } from '../catalog/external/external-catalogs.ts';
import { systemDatabases } from '../catalog/system-databases.ts';
import {
  type Holder,
  mayKnow,
  mayUse,
  type NamedKind,
  type PrivilegeObject,
  type SystemPrivilege,
} from '../auth/privileges.ts';
import type { Need, ObjectAccess, RelationPrivilege } from '../source/object-access.ts';

/** Who a login is, as errors name it. */
export type Who = Readonly<{ user: string; address: string }>;

/** The kind of an object of the embedded engine; undefined for one that is not there. */
export type KindOf = (database: string, name: string) => NamedKind | undefined;

const relations: readonly NamedKind[] = ['table', 'view', 'materialized_view'];

/** A table, view or materialized view of any catalog. */
export type Relation = Readonly<{ catalog: string; database: string; kind: NamedKind; name: string }>;

/**
 * What one login may do, by its account and its active roles as they are now. Objects without a catalog are the
 * embedded engine's, whose names ignore case. Every check of a privilege goes through here.
 */
export class Access implements ObjectAccess {
  readonly #who: Who;
  readonly #holder: Holder | undefined;
  readonly #kindOf: KindOf;
  readonly #ofAccount: (who: Who) => Access;

  constructor(
    who: Who,
    holder: Holder | undefined,
    { kindOf, ofAccount }: Readonly<{ kindOf: KindOf; ofAccount: (who: Who) => Access }>,
  ) {
    this.#who = who;
    this.#holder = holder;
    this.#kindOf = kindOf;
    this.#ofAccount = ofAccount;
  }

  get isAdministrator(): boolean {
    return this.#holder?.isAdministrator === true;
  }

  get mayOperate(): boolean {
    return this.mayUseSystem('OPERATE');
  }

  /** For what is not granted by these checks alone: who may grant what. */
  get holder(): Holder {
    return this.#holder ?? { isAdministrator: false, grants: [] };
  }

  /** A role given to it WITH ADMIN OPTION may be given on. */
  mayGiveRole(name: string): boolean {
    return this.mayUseSystem('GRANT') || this.holder.adminRoles?.includes(name) === true;
  }

  mayUseSystem(privilege: SystemPrivilege): boolean {
    return mayUse(this.#holder, privilege, { kind: 'system' });
  }

  /** MySQL's error 1227. */
  requireSystem(privilege: SystemPrivilege): void {
    if (this.mayUseSystem(privilege)) return;
    throw new SqlError(
      'privilege_denied',
      `Access denied; you need (at least one of) the ${privilege} privilege(s) for this operation`,
    );
  }

  /** Backup statements: StarRocks' privilege REPOSITORY on SYSTEM, and its error 5203. */
  requireRepository(): void {
    if (!this.mayUseSystem('REPOSITORY')) throw backupDenied('REPOSITORY', 'SYSTEM');
  }

  mayUseCatalog(
    catalog: string,
    privilege: 'USAGE' | 'CREATE DATABASE' | 'ALTER' | 'DROP' = 'USAGE',
  ): boolean {
    return mayUse(this.#holder, privilege, { kind: 'catalog', catalog });
  }

  /** StarRocks' error 5203, which it gives for catalogs too. */
  requireCatalog(catalog: string, privilege: 'USAGE' | 'CREATE DATABASE' | 'ALTER' | 'DROP' = 'USAGE'): void {
    if (!this.mayUseCatalog(catalog, privilege)) throw backupDenied(privilege, `CATALOG ${catalog}`);
  }

  /** Whether a table, view or materialized view may be saved: its rows or its text leave the server. */
  mayExport(relation: Relation): boolean {
    const object = folded(relation);
    if (mayUse(this.#holder, 'EXPORT', object)) return true;
    // StarRocks has EXPORT for tables alone; of a view it wants what reading it wants.
    return relation.kind !== 'table' && mayUse(this.#holder, 'SELECT', object);
  }

  may(privilege: RelationPrivilege, relation: Relation): boolean {
    return mayUse(this.#holder, privilege, folded(relation));
  }

  mayMakeTable(catalog: string, database: string): boolean {
    const name = foldedName(catalog, database);
    return mayUse(this.#holder, 'CREATE TABLE', { kind: 'database', catalog, database: name });
  }

  /** SELECT on every table and view of the catalog, as `GRANT SELECT ON c.*.*` gives it. */
  readsAllOf(catalog: string): boolean {
    const everything = { kind: 'object', catalog, database: null, name: null } as const;
    return mayUse(this.#holder, 'SELECT', everything);
  }

  require(need: Need): void {
    if (this.#fits(need)) return;
    throw this.#denied(need);
  }

  ofAccount(user: string): Access {
    return this.#ofAccount({ user, address: '%' });
  }

  sees(database: string, name?: string): boolean {
    if (systemDatabases.includes(database.toLowerCase())) return true;
    return this.seesIn(internalCatalog, database, name);
  }

  /** The same of any catalog. Without a name: any privilege in the database. */
  seesIn(catalog: string, database: string, name?: string): boolean {
    if (this.#holder === undefined) return false;
    const place = { catalog, database: foldedName(catalog, database) };
    if (name === undefined) return mayKnow(this.#holder, place);
    const kinds = catalog === internalCatalog ? this.#kindsOf(database, name) : relations;
    return kinds.some((kind) => mayKnow(this.holder, { ...place, kind, name: foldedName(catalog, name) }));
  }

  seesFunction(database: string, name: string): boolean {
    const place = { catalog: internalCatalog, database: database.toLowerCase(), name: name.toLowerCase() };
    return mayKnow(this.holder, { ...place, kind: 'function' });
  }

  /** SHOW CREATE, DESCRIBE and the like want any privilege on the object: MySQL's error 1142. */
  requireSight(database: string, name: string): void {
    if (this.sees(database, name)) return;
    throw this.#tableDenied('SHOW', name);
  }

  /** Any privilege in the database: MySQL's error 1044. */
  requireDatabase(database: string): void {
    if (!this.sees(database)) throw this.#databaseDenied(database);
  }

  #fits(need: Need): boolean {
    const catalog = internalCatalog;
    switch (need.on) {
      case 'catalog':
        return this.mayUseCatalog(catalog, 'CREATE DATABASE');
      case 'database':
        return this.#may(need.privilege, {
          kind: 'database',
          catalog,
          database: need.database.toLowerCase(),
        });
      case 'function':
        return this.#may(need.privilege, folded({ ...need, catalog, kind: 'function' }));
      case 'object':
        return this.#kindsOf(need.database, need.name).some((kind) =>
          need.anyOf.some((privilege) => this.#may(privilege, folded({ ...need, catalog, kind }))),
        );
    }
  }

  #may(privilege: Parameters<typeof mayUse>[1], object: PrivilegeObject): boolean {
    return mayUse(this.#holder, privilege, object);
  }

  /** What is not there may come to be of any kind. */
  #kindsOf(database: string, name: string): readonly NamedKind[] {
    const kind = this.#kindOf(database, name);
    return kind === undefined ? relations : [kind];
  }

  #denied(need: Need): SqlError {
    switch (need.on) {
      case 'catalog':
        return this.#databaseDenied(need.database);
      case 'database':
        if (need.name === undefined) return this.#databaseDenied(need.database);
        return this.#tableDenied(need.privilege === 'CREATE TABLE' ? 'CREATE' : need.privilege, need.name);
      case 'object':
        return this.#tableDenied(need.command, need.name);
      case 'function': {
        const command = need.privilege === 'DROP' ? 'alter routine' : 'execute';
        const text = `${command} command denied to user ${this.#shown()} for routine '${need.database}.${need.name}'`;
        return new SqlError('routine_access_denied', text);
      }
    }
  }

  #tableDenied(command: string, name: string): SqlError {
    return new SqlError(
      'table_access_denied',
      `${command} command denied to user ${this.#shown()} for table '${name}'`,
    );
  }

  #databaseDenied(database: string): SqlError {
    return new SqlError(
      'access_denied_database',
      `Access denied for user ${this.#shown()} to database '${database}'`,
    );
  }

  #shown(): string {
    return `'${this.#who.user}'@'${this.#who.address}'`;
  }
}

export function backupDenied(privilege: string, on: string): SqlError {
  return new SqlError(
    'backup_access_denied',
    `Access denied; you need (at least one of) the ${privilege} privilege(s) on ${on} for this operation`,
  );
}

function folded(relation: Relation): PrivilegeObject {
  const { catalog, database, kind, name } = relation;
  return { kind, catalog, database: foldedName(catalog, database), name: foldedName(catalog, name) };
}

/** As grants keep a name: the embedded engine compares names without case, other servers by their own rules. */
export function foldedName(catalog: string, name: string): string {
  return catalog === internalCatalog ? name.toLowerCase() : name;
}
