import { findAccount, listAccounts } from './auth/accounts.ts';
import { type Grant, isAdministrator } from './auth/privileges.ts';
import type { Cell } from './base/rows.ts';
import type { GlobalVariables } from './catalog/session-variables.ts';
import { systemDatabases } from './catalog/system-databases.ts';
import type { AccountFacts } from './catalog/system-tables/system-table.ts';
import { SystemTables } from './catalog/system-tables/system-tables.ts';
import type { CatalogView } from './catalog/view.ts';
import type { Metastore } from './metastore/metastore.ts';
import type { SystemTableProvider } from './source/duckdb/system-tables.ts';

export type SystemTableParts = Readonly<{
  view: CatalogView;
  variables: GlobalVariables;
  metastore: Metastore;
  statusCounters: () => ReadonlyMap<string, string>;
  processes: (user: string) => readonly (readonly Cell[])[];
}>;

/** information_schema and its kin, joined with the accounts, the connections and the counters of this server. */
export function openSystemTables(parts: SystemTableParts): SystemTables {
  const { metastore, ...sources } = parts;
  return new SystemTables({
    ...sources,
    accounts: () => listAccounts(metastore).map(factsOf),
    // Until there are privileges on objects, data is the administrators'; what the server itself is, is everybody's.
    isVisible: (user, database) => {
      const account = findAccount(metastore, user);
      return (
        systemDatabases.includes(database.toLowerCase()) ||
        (account !== undefined && isAdministrator(account))
      );
    },
  });
}

/** As the engine asks for them: a login's user comes with its host there, accounts have none. */
export function systemTableProvider(tables: SystemTables): SystemTableProvider {
  return {
    hasSchema: (schema) => tables.hasSchema(schema),
    columns: (schema, table) => tables.columns(schema, table),
    rows: async (schema, table, context, signal) => {
      const user = context.user.slice(0, context.user.lastIndexOf('@'));
      return tables.rows(schema, table, { ...context, user }, signal);
    },
  };
}

function factsOf(account: ReturnType<typeof listAccounts>[number]): AccountFacts {
  const { user, plugin, grants } = account;
  return { user, plugin, isAdministrator: isAdministrator(account), grants: grants.map(grantFacts) };
}

function grantFacts({ privilege, object }: Grant): AccountFacts['grants'][number] {
  const database = 'database' in object ? object.database : null;
  const table = 'table' in object ? object.table : null;
  return { privilege, ...(database !== null && { database }), ...(table !== null && { table }) };
}
