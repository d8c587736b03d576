import type { Account } from './auth/account.ts';
import { listAccounts } from './auth/accounts.ts';
import type { Grant } from './auth/privileges.ts';
import { activeRolesOf, grantsOfRoles, holderOf } from './auth/roles.ts';
import type { GlobalVariables } from './catalog/session-variables.ts';
import type { AccountFacts, SystemSources } from './catalog/system-tables/system-table.ts';
import { SystemTables } from './catalog/system-tables/system-tables.ts';
import type { CatalogView } from './catalog/view.ts';
import type { Metastore } from './metastore/metastore.ts';
import type { SystemTableProvider } from './source/duckdb/engine/system-tables.ts';

export type SystemTableParts = Readonly<{
  view: CatalogView;
  variables: GlobalVariables;
  metastore: Metastore;
  statusCounters: () => ReadonlyMap<string, string>;
  processes: SystemSources['processes'];
  jobRows: SystemSources['jobRows'];
}>;

/** information_schema and its kin, joined with the accounts, the connections and the counters of this server. */
export function openSystemTables(parts: SystemTableParts): SystemTables {
  const { metastore, ...sources } = parts;
  return new SystemTables({
    ...sources,
    accounts: () => listAccounts(metastore).map((account) => factsOf(account, metastore)),
  });
}

/** As the engine asks for them: a login's user comes with its host there, accounts have none. */
export function systemTableProvider(tables: SystemTables): SystemTableProvider {
  return {
    hasSchema: (schema) => tables.hasSchema(schema),
    columns: (schema, table) => tables.columns(schema, table),
    namesAsDefined: (schema, table) => tables.namesAsDefined(schema, table),
    fixedTables: () => tables.fixedTables(),
    rows: async (schema, table, context, signal) => {
      const user = context.user.slice(0, context.user.lastIndexOf('@'));
      return tables.rows(schema, table, { ...context, user }, signal);
    },
  };
}

function factsOf(account: Account, metastore: Metastore): AccountFacts {
  const { user, plugin, grants, requiresTls = false, isLocked = false, connectionsMax = 0 } = account;
  const { roles = [], adminRoles = [], perHour = {} } = account;
  const defaultRoles = activeRolesOf(account, 'DEFAULT');
  const all = [...grants, ...grantsOfRoles(metastore, defaultRoles)];
  return {
    user,
    plugin,
    isAdministrator: holderOf(metastore, user, 'DEFAULT')?.isAdministrator === true,
    grants: all.map(grantFacts),
    hasPassword: account.password.kind !== 'none',
    requiresTls,
    isLocked,
    connectionsMax,
    perHour: {
      questions: perHour.max_questions ?? 0,
      updates: perHour.max_updates ?? 0,
      connections: perHour.max_connections_per_hour ?? 0,
    },
    roles,
    adminRoles,
    defaultRoles,
  };
}

function grantFacts({ privilege, object, withOption }: Grant): AccountFacts['grants'][number] {
  const database = 'database' in object ? object.database : null;
  const table = 'name' in object ? object.name : null;
  return {
    privilege,
    isGrantable: withOption === true,
    ...(database !== null && { database }),
    ...(table !== null && { table }),
  };
}
