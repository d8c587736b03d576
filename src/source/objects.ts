import { unreachable } from '../base/assert.ts';

/** What a database can hold, in the order in which a backup takes it. */
export const objectKinds = [
  'TABLE',
  'SEQUENCE',
  'VIEW',
  'MATERIALIZED_VIEW',
  'FUNCTION',
  'PROCEDURE',
  'EVENT',
] as const;
export type ObjectKind = (typeof objectKinds)[number];
export type OtherKind = Exclude<ObjectKind, 'TABLE'>;
export const otherKinds: readonly OtherKind[] = objectKinds.filter((kind) => kind !== 'TABLE');

export type ObjectName = Readonly<{ kind: ObjectKind; name: string }>;

/** What an object's name must be alone among: a table, a function and an event may share one. */
export function namespaceOf(kind: ObjectKind): 'relation' | 'function' | 'procedure' | 'event' {
  switch (kind) {
    case 'TABLE':
    case 'SEQUENCE':
    case 'VIEW':
    case 'MATERIALIZED_VIEW':
      return 'relation';
    case 'FUNCTION':
      return 'function';
    case 'PROCEDURE':
      return 'procedure';
    case 'EVENT':
      return 'event';
    default:
      return unreachable(kind);
  }
}

/**
 * Session settings under which a server keeps an object and runs it: `sql_mode`, `time_zone`, `character_set_client`,
 * `collation_connection`, `database_collation` (MySQL manual, "SHOW CREATE PROCEDURE Statement"). They are set before
 * the DDL is run again.
 */
export type CreationSettings = Readonly<Record<string, string>>;

/** A trigger belongs to its table and travels with it. */
export type Trigger = Readonly<{ name: string; ddl: string; settings: CreationSettings }>;
