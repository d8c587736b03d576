import type { QueryContext } from '../../query.ts';
import type { Engine } from '../engine/engine.ts';

/** The context of what the engine translates for itself: MySQL's default sql_mode, UTC, no variables of a login. */
export function systemContext(engine: Engine, database: string): QueryContext {
  const variables: ReadonlyMap<string, string> = new Map([
    ['sql_mode', 'STRICT_TRANS_TABLES,NO_ZERO_DATE'],
    ['time_zone', '+00:00'],
  ]);
  return {
    connectionId: 0,
    user: 'system@localhost',
    database,
    access: undefined,
    variable: (name) => variables.get(name),
    userVariable: () => undefined,
    setUserVariable: () => undefined,
    lastInsertId: 0n,
    foundRows: 0n,
    rowCount: 0n,
    now: () => engine.clock.now(),
  };
}
