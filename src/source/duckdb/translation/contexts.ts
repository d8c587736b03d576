import { defaultCollation } from '../../../sql/ddl/character-sets.ts';
import type { EngineContext } from './engine-context.ts';

/**
 * Where the names of a view's SELECT are looked up. SELECT on the view is enough, as in StarRocks, but of one with
 * SECURITY INVOKER: there each table is asked for, too.
 */
export function contextOfView(
  context: EngineContext,
  view: Readonly<{ database: string; invoker?: boolean; collation?: string }>,
): EngineContext {
  const collation = view.collation ?? defaultCollation;
  // A view reads what it read when it was made, whatever temporary tables hide.
  const { temporaryTables: _hidden, ...there } = contextIn(context, view.database, collation);
  return view.invoker === true ? there : { ...there, access: undefined };
}

/**
 * What is kept with a table means the same to every session: its literals have the default collation, as MySQL's have, which
 * keeps them with their character set.
 */
export function contextOfDefinitions(context: EngineContext): EngineContext {
  return contextIn(context, context.database, defaultCollation);
}

/** The context's members by name: a copy with another database, and another collation of literals. */
export function contextIn(
  context: EngineContext,
  database: string | undefined,
  collation?: string,
): EngineContext {
  return {
    connectionId: context.connectionId,
    user: context.user,
    database,
    access: context.access,
    variable: (name) =>
      collation !== undefined && name === 'collation_connection' ? collation : context.variable(name),
    userVariable: (name) => context.userVariable(name),
    setUserVariable: (name, value) => context.setUserVariable(name, value),
    lastInsertId: context.lastInsertId,
    foundRows: context.foundRows,
    rowCount: context.rowCount,
    ...(context.countsMatchedRows === undefined ? {} : { countsMatchedRows: context.countsMatchedRows }),
    ...(context.activeRoles === undefined ? {} : { activeRoles: context.activeRoles }),
    ...(context.temporaryTables === undefined ? {} : { temporaryTables: context.temporaryTables }),
    now: () => context.now(),
  };
}
