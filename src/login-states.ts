import type { Clock } from './base/clock.ts';
import { internalCatalog } from './catalog/external/external-catalogs.ts';
import type { Forwarded } from './dispatch/forward.ts';
import type { OpenServices } from './services.ts';
import { LoginState } from './session/login-state.ts';
import { EmbeddedSession } from './source/duckdb/query-session.ts';
import type { Login } from './wire/handler.ts';

/** What a login begins with. With `--source` an administrator's session begins there. */
export function openState(login: Login, services: OpenServices, clock: Clock): LoginState {
  const { startPlace } = services;
  const isAllowed = startPlace !== undefined && services.access.of(login).isAdministrator;
  return new LoginState({
    login: isAllowed ? { ...login, database: startPlace.database } : login,
    catalog: isAllowed ? startPlace.catalog : internalCatalog,
    engine: new EmbeddedSession(services.embedded),
    variables: services.variables,
    access: services.access,
    locks: services.namedLocks.of(login.connectionId),
    clock,
  });
}

/** The session of a statement whose client is another node's. */
export function openForwarded(statement: Forwarded, services: OpenServices, clock: Clock): LoginState {
  const { user, address, catalog, database, sqlMode } = statement;
  const state = new LoginState({
    login: {
      connectionId: 0,
      user,
      database,
      address,
      port: 0,
      tls: true,
      collation: 0,
      attributes: new Map(),
      foundRows: false,
      multiStatements: false,
    },
    catalog,
    engine: new EmbeddedSession(services.embedded),
    variables: services.variables,
    access: services.access,
    locks: services.namedLocks.of(0),
    clock,
  });
  state.variables.set('sql_mode', sqlMode);
  return state;
}
