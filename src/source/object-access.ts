/** What a statement needs to be allowed, by the object that it is about. Privileges are StarRocks' words. */
export type Need =
  | Readonly<{
      on: 'object';
      /** One of them is enough. */
      anyOf: readonly RelationPrivilege[];
      database: string;
      name: string;
      /** The word of MySQL's error 1142. */
      command: string;
    }>
  | Readonly<{ on: 'function'; privilege: 'USAGE' | 'DROP'; database: string; name: string }>
  | Readonly<{
      on: 'database';
      privilege: DatabasePrivilege;
      database: string;
      /** What is to be made there: the error is then of that object. */
      name?: string;
    }>
  /** To make a database in the catalog. */
  | Readonly<{ on: 'catalog'; database: string }>;

export type RelationPrivilege =
  'SELECT' | 'INSERT' | 'UPDATE' | 'DELETE' | 'EXPORT' | 'ALTER' | 'DROP' | 'REFRESH';

export type DatabasePrivilege =
  'ALTER' | 'DROP' | 'CREATE TABLE' | 'CREATE VIEW' | 'CREATE MATERIALIZED VIEW' | 'CREATE FUNCTION';

/**
 * What one login may do with the embedded engine's objects. The engine asks before it looks at an object, so that a
 * login does not learn what exists from errors either. System databases are everybody's and are not asked for.
 */
export interface ObjectAccess {
  /** Throws SqlError: MySQL's 1142 for a table, 1044 for a database, 1370 for a function. */
  require(need: Need): void;
  /** Whether it has any privilege in a database, or on one object of it. */
  sees(database: string, name?: string): boolean;
  /** Whether it has any privilege on a function. */
  seesFunction(database: string, name: string): boolean;
  /** What another account may do, with its default roles. One that is gone may do nothing. */
  ofAccount(user: string): ObjectAccess;
  /** It may see and end what other accounts run. */
  readonly mayOperate: boolean;
}
