import type { RelationPrivilege } from '../../object-access.ts';
import type { Engine } from '../engine/engine.ts';
import type { EngineContext } from './engine-context.ts';
import { isTemporaryPlace } from '../physical/names.ts';

/** Who asks, and the engine that knows which databases are the system's. */
export type Asking = Readonly<{ context: EngineContext; engine: Pick<Engine, 'systemTables'> }>;

/**
 * Throws MySQL's 1142 unless the login has one of the privileges on the object. System databases are everybody's, and temporary
 * tables are found by their own login alone.
 */
export function requireObject(
  { context, engine }: Asking,
  { database, name }: Readonly<{ database: string; name: string }>,
  anyOf: readonly [RelationPrivilege, ...RelationPrivilege[]],
  command: string = anyOf[0],
): void {
  if (context.access === undefined || isTemporaryPlace(database)) return;
  if (engine.systemTables?.hasSchema(database) === true) return;
  context.access.require({ on: 'object', anyOf, database, name, command });
}
