import assert from 'node:assert/strict';
import { parseDdl } from '../../src/sql/ddl/parse.ts';
import { tokenize } from '../../src/sql/lexer.ts';
import type { ObjectAccess } from '../../src/source/object-access.ts';
import type { QueryContext } from '../../src/source/query.ts';
import { GlobalVariables, SessionVariables } from '../../src/catalog/session-variables.ts';
import { SystemTables } from '../../src/catalog/system-tables/system-tables.ts';
import type { AccountFacts, SystemSources } from '../../src/catalog/system-tables/system-table.ts';
import { variablesOf } from '../../src/catalog/variables.ts';
import type { CatalogView, DatabaseFacts, FunctionFacts, ObjectFacts } from '../../src/catalog/view.ts';

/** 2024-03-01 12:00:00 in the server's zone, ms. */
export const createdAt: number = new Date(2024, 2, 1, 12).getTime();

/** A catalog with one database, `shop`, made of CREATE TABLE statements; every table has 3 rows. */
export function viewOf(
  statements: readonly string[],
  database: DatabaseFacts = { name: 'shop' },
): CatalogView {
  const functions = statements
    .filter((sql) => sql.startsWith('CREATE FUNCTION'))
    .map((sql) => functionOf(sql, database.name));
  const others = statements.filter((sql) => !sql.startsWith('CREATE FUNCTION'));
  const objects = others.map((sql): ObjectFacts => {
    const statement = parseDdl(tokenize(sql), sql);
    const common = { database: database.name, createdAt, updatedAt: createdAt };
    if (statement.kind === 'create_table') {
      return { ...common, kind: 'TABLE', name: statement.name.name, definition: statement.definition };
    }
    assert.ok(statement.kind === 'create_view');
    const int = { name: 'INT', arguments: [], unsigned: false, zerofill: false, values: [], elements: [] };
    const columns = statement.columns.map(({ name }) => ({ name, type: int, nullable: true }));
    const { select, name } = statement;
    return { ...common, kind: 'VIEW', name: name.name, statement: sql, select: select.text, columns };
  });
  const find = (name: string) => objects.find((object) => object.name.toLowerCase() === name.toLowerCase());
  const isShop = (name: string) => name.toLowerCase() === database.name.toLowerCase();
  return {
    listDatabases: () => [database],
    listObjects: (name) => (isShop(name) ? objects : undefined),
    listFunctions: (name) => (isShop(name) ? functions : undefined),
    findObject: (of, name) => (isShop(of) ? find(name) : undefined),
    isUpdatable: (_, name) => find(name)?.kind === 'VIEW',
    rowCount: () => Promise.resolve(3),
    autoIncrement: (_, name) => {
      const object = find(name);
      const counts =
        object?.kind === 'TABLE' && object.definition.columns.some((column) => column.autoIncrement);
      return counts ? 8n : undefined;
    },
    taskRuns: () => Promise.resolve([]),
    dynamicRun: () => undefined,
    temporaryPartitionRows: async () => [],
    partitionRows: (_, name) => {
      const object = find(name);
      const count = object?.kind === 'TABLE' ? (object.definition.partitioning?.partitions.length ?? 0) : 0;
      return Promise.resolve(Array.from({ length: count }, (__, index) => index));
    },
  };
}

function functionOf(sql: string, database: string): FunctionFacts {
  const statement = parseDdl(tokenize(sql), sql);
  assert.ok(statement.kind === 'create_function');
  const { parameters, characteristics, body, returns, name } = statement;
  const int = { name: 'INT', arguments: [], unsigned: false, zerofill: false, values: [], elements: [] };
  const definition = {
    parameters,
    returns: returns ?? int,
    declaresResult: returns !== undefined,
    characteristics,
    body: body.text,
    sqlMode: 'ANSI_QUOTES',
    definer: '`root`@`%`',
  };
  return { database, name: name.name, definition, createdAt, updatedAt: createdAt };
}

export const globalVariables: GlobalVariables = new GlobalVariables(
  variablesOf({
    serverVersion: '8.0.36-test',
    port: 9030,
    hostname: 'host',
    dataFolder: '/data',
    serverUuid: 'uuid',
    hasTls: true,
    maxAllowedPacket: 67_108_864,
    maxConnections: 100,
    waitTimeoutSeconds: 28_800,
    requireSecureTransport: false,
  }),
);

export function contextOf(user: string, access?: ObjectAccess): QueryContext {
  const variables = new SessionVariables(globalVariables);
  return {
    connectionId: 1,
    user,
    database: 'shop',
    access,
    variable: (name) => variables.get(name),
    userVariable: () => undefined,
    setUserVariable: () => undefined,
    lastInsertId: 0n,
    foundRows: 0n,
    rowCount: 0n,
    now: () => createdAt,
  };
}

const plain = {
  hasPassword: true,
  requiresTls: false,
  isLocked: false,
  connectionsMax: 0,
  perHour: { questions: 0, updates: 0, connections: 0 },
  roles: [],
  adminRoles: [],
  defaultRoles: [],
};
const accounts: readonly AccountFacts[] = [
  { user: 'root', plugin: 'caching_sha2_password', isAdministrator: true, grants: [], ...plain },
  {
    user: 'ann',
    plugin: 'caching_sha2_password',
    isAdministrator: false,
    grants: [
      { privilege: 'SELECT', isGrantable: false, database: 'shop' },
      { privilege: 'INSERT', isGrantable: true, database: 'shop', table: 'orders' },
    ],
    ...plain,
    perHour: { questions: 5, updates: 4, connections: 3 },
    roles: ['reader', 'writer'],
    adminRoles: ['writer'],
    defaultRoles: ['reader'],
  },
];

export function systemTablesOf(view: CatalogView, more: Partial<SystemSources> = {}): SystemTables {
  return new SystemTables({
    view,
    variables: globalVariables,
    statusCounters: () => new Map([['Uptime', '5']]),
    processes: ({ user }) => [[7, user, 'h:1', 'shop', 'Query', 0, 'executing', 'SELECT 1']],
    accounts: () => accounts,
    jobRows: async () => [],
    ...more,
  });
}
