import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { SystemTables } from '../../../src/catalog/system-tables/system-tables.ts';
import type { ObjectAccess } from '../../../src/source/object-access.ts';
import { type Cell } from '../../../src/base/rows.ts';
import { systemTables } from '../../../src/catalog/system-tables/system-tables.ts';
import { contextOf, systemTablesOf, viewOf } from '../support.ts';

const { signal } = new AbortController();

const shop = viewOf([
  'CREATE TABLE customers (id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY, email VARCHAR(40) NOT NULL UNIQUE, ' +
    "kind ENUM('a','b') DEFAULT 'a', KEY (kind, email(5) DESC)) COMMENT 'who'",
  'CREATE TABLE orders (id BIGINT PRIMARY KEY, customer INT UNSIGNED, total DECIMAL(10,2) DEFAULT 0, at DATETIME(3) DEFAULT NOW(3), ' +
    'twice INT AS (id * 2) STORED, CHECK (total >= 0), CONSTRAINT of FOREIGN KEY (customer) REFERENCES customers (id) ON DELETE CASCADE)',
  'CREATE TABLE days (d DATE, s VARCHAR(9)) PARTITION BY RANGE COLUMNS (d) ' +
    "(PARTITION p1 VALUES LESS THAN ('2024-01-01'), PARTITION p2 VALUES LESS THAN (MAXVALUE) COMMENT 'rest')",
  'CREATE VIEW totals (id) AS SELECT 1',
  "CREATE FUNCTION f(a INT, b VARCHAR(9)) RETURNS DECIMAL(8,2) DETERMINISTIC COMMENT 'c' RETURN a",
  'CREATE FUNCTION f(a DATE) RETURNS a',
]);

/** The rows of a table as objects, those of `where` alone. */
async function rowsOf(
  name: string,
  where: Readonly<Record<string, Cell>> = {},
  options: Readonly<{ user?: string; access?: ObjectAccess; tables?: SystemTables }> = {},
): Promise<readonly Readonly<Record<string, Cell>>[]> {
  const [schema = '', table = ''] = name.split('.');
  const tables = options.tables ?? systemTablesOf(shop);
  const columns = tables.columns(schema, table);
  assert.ok(columns, name);
  const context = contextOf(options.user ?? 'root', options.access);
  const fixed = tables.fixedTables().find((each) => each.schema === schema && each.table === table);
  const rows = [...(fixed?.rows ?? []), ...(await tables.rows(schema, table, context, signal))];
  return rows
    .map((row) => Object.fromEntries(columns.map((column, index) => [column.name, row[index] ?? null])))
    .filter((row) => Object.entries(where).every(([column, value]) => row[column] === value));
}

function pick(rows: readonly Readonly<Record<string, Cell>>[], ...columns: readonly string[]): Cell[][] {
  return rows.map((row) => columns.map((column) => row[column] ?? null));
}

describe('the system tables', () => {
  for (const table of systemTables) {
    it(`give ${table.schema}.${table.name} the columns they declare, NULL only where it may be`, async () => {
      const tables = systemTablesOf(shop);
      const context = contextOf('root');
      const columns = tables.columns(table.schema, table.name) ?? [];
      const declared = new Set(columns.map((column) => column.name));
      const required = columns.filter((column) => !column.nullable).map((column) => column.name);
      const reader = { ...tables.sources, context, isVisible: () => true, signal, systemTables: [] };
      for (const row of await table.rows(reader)) {
        assert.deepEqual(
          Object.keys(row).filter((name) => !declared.has(name)),
          [],
        );
        assert.deepEqual(
          required.filter((name) => (row[name] ?? null) === null),
          [],
        );
      }
    });
  }

  it('tell of the roles that accounts have, each login of its own', async () => {
    const ann = { user: 'ann' };
    const applicable = await rowsOf('information_schema.APPLICABLE_ROLES', {}, ann);
    assert.deepEqual(pick(applicable, 'USER', 'ROLE_NAME', 'IS_GRANTABLE', 'IS_DEFAULT'), [
      ['ann', 'reader', 'NO', 'YES'],
      ['ann', 'writer', 'YES', 'NO'],
    ]);
    const administrable = await rowsOf('information_schema.ADMINISTRABLE_ROLE_AUTHORIZATIONS', {}, ann);
    assert.deepEqual(pick(administrable, 'ROLE_NAME'), [['writer']]);
    assert.deepEqual(await rowsOf('information_schema.APPLICABLE_ROLES'), []);
    const edges = await rowsOf('mysql.role_edges');
    assert.deepEqual(pick(edges, 'FROM_USER', 'TO_USER', 'WITH_ADMIN_OPTION'), [
      ['reader', 'ann', 'N'],
      ['writer', 'ann', 'Y'],
    ]);
    const defaults = await rowsOf('mysql.default_roles');
    assert.deepEqual(pick(defaults, 'USER', 'DEFAULT_ROLE_USER'), [['ann', 'reader']]);
  });

  it('tell what an account may use in an hour', async () => {
    const users = await rowsOf('mysql.user', { User: 'ann' });
    assert.deepEqual(pick(users, 'max_questions', 'max_updates', 'max_connections'), [[5, 4, 3]]);
  });

  it('are found in any case, and no others are', () => {
    const tables = systemTablesOf(shop);
    assert.ok(tables.hasSchema('INFORMATION_SCHEMA') && tables.hasSchema('sys'));
    assert.equal(tables.hasSchema('shop'), false);
    assert.ok(tables.columns('Information_Schema', 'tables'));
    assert.equal(tables.columns('information_schema', 'nope'), undefined);
    assert.ok(tables.names('information_schema').includes('SCHEMATA'));
  });

  it('list the databases, the server’s own among them', async () => {
    assert.deepEqual(
      pick(await rowsOf('information_schema.SCHEMATA'), 'SCHEMA_NAME', 'DEFAULT_COLLATION_NAME'),
      [
        ['information_schema', 'utf8mb4_0900_ai_ci'],
        ['mysql', 'utf8mb4_0900_ai_ci'],
        ['performance_schema', 'utf8mb4_0900_ai_ci'],
        ['shop', 'utf8mb4_0900_ai_ci'],
        ['sys', 'utf8mb4_0900_ai_ci'],
      ],
    );
  });

  it('describe tables and views', async () => {
    const rows = await rowsOf('information_schema.TABLES', { TABLE_SCHEMA: 'shop' });
    assert.deepEqual(
      pick(
        rows,
        'TABLE_NAME',
        'TABLE_TYPE',
        'ENGINE',
        'TABLE_ROWS',
        'AUTO_INCREMENT',
        'CREATE_TIME',
        'CREATE_OPTIONS',
        'TABLE_COMMENT',
      ),
      [
        ['customers', 'BASE TABLE', 'InnoDB', 3, 8n, '2024-03-01 12:00:00', '', 'who'],
        ['orders', 'BASE TABLE', 'InnoDB', 3, null, '2024-03-01 12:00:00', '', ''],
        ['days', 'BASE TABLE', 'InnoDB', 3, null, '2024-03-01 12:00:00', 'partitioned', ''],
        ['totals', 'VIEW', null, null, null, '2024-03-01 12:00:00', null, 'VIEW'],
      ],
    );
    assert.equal(
      (await rowsOf('information_schema.TABLES', { TABLE_NAME: 'COLUMNS' }))[0]?.['TABLE_TYPE'],
      'SYSTEM VIEW',
    );
  });

  it('describe columns', async () => {
    const rows = await rowsOf('information_schema.COLUMNS', { TABLE_NAME: 'orders' });
    assert.deepEqual(
      pick(
        rows,
        'COLUMN_NAME',
        'ORDINAL_POSITION',
        'COLUMN_DEFAULT',
        'IS_NULLABLE',
        'COLUMN_TYPE',
        'COLUMN_KEY',
        'EXTRA',
        'GENERATION_EXPRESSION',
      ),
      [
        ['id', 1, null, 'NO', 'bigint', 'PRI', '', ''],
        ['customer', 2, null, 'YES', 'int unsigned', '', '', ''],
        ['total', 3, '0.00', 'YES', 'decimal(10,2)', '', '', ''],
        ['at', 4, 'CURRENT_TIMESTAMP(3)', 'YES', 'datetime(3)', '', 'DEFAULT_GENERATED', ''],
        ['twice', 5, null, 'YES', 'int', '', 'STORED GENERATED', 'id * 2'],
      ],
    );
    const own = await rowsOf('information_schema.COLUMNS', { TABLE_NAME: 'CHARACTER_SETS' });
    assert.deepEqual(pick(own, 'COLUMN_NAME')[0], ['CHARACTER_SET_NAME']);
  });

  it('describe keys', async () => {
    const rows = await rowsOf('information_schema.STATISTICS', { TABLE_NAME: 'customers' });
    assert.deepEqual(
      pick(
        rows,
        'INDEX_NAME',
        'NON_UNIQUE',
        'SEQ_IN_INDEX',
        'COLUMN_NAME',
        'COLLATION',
        'SUB_PART',
        'NULLABLE',
        'INDEX_TYPE',
      ),
      [
        ['PRIMARY', 0, 1, 'id', 'A', null, '', 'BTREE'],
        ['email', 0, 1, 'email', 'A', null, '', 'BTREE'],
        ['kind', 1, 1, 'kind', 'A', null, 'YES', 'BTREE'],
        ['kind', 1, 2, 'email', 'D', 5, '', 'BTREE'],
      ],
    );
  });

  it('describe constraints', async () => {
    const constraints = await rowsOf('information_schema.TABLE_CONSTRAINTS', { TABLE_NAME: 'orders' });
    assert.deepEqual(pick(constraints, 'CONSTRAINT_NAME', 'CONSTRAINT_TYPE'), [
      ['PRIMARY', 'PRIMARY KEY'],
      ['of', 'FOREIGN KEY'],
      ['orders_chk_1', 'CHECK'],
    ]);
    const usage = await rowsOf('information_schema.KEY_COLUMN_USAGE', { CONSTRAINT_NAME: 'of' });
    assert.deepEqual(
      pick(
        usage,
        'COLUMN_NAME',
        'POSITION_IN_UNIQUE_CONSTRAINT',
        'REFERENCED_TABLE_SCHEMA',
        'REFERENCED_TABLE_NAME',
        'REFERENCED_COLUMN_NAME',
      ),
      [['customer', 1, 'shop', 'customers', 'id']],
    );
    const references = await rowsOf('information_schema.REFERENTIAL_CONSTRAINTS');
    assert.deepEqual(pick(references, 'UNIQUE_CONSTRAINT_NAME', 'UPDATE_RULE', 'DELETE_RULE'), [
      ['PRIMARY', 'NO ACTION', 'CASCADE'],
    ]);
    assert.deepEqual(pick(await rowsOf('information_schema.CHECK_CONSTRAINTS'), 'CHECK_CLAUSE'), [
      ['(total >= 0)'],
    ]);
  });

  it('describe partitions', async () => {
    const rows = await rowsOf('information_schema.PARTITIONS', { TABLE_NAME: 'days' });
    assert.deepEqual(
      pick(
        rows,
        'PARTITION_NAME',
        'PARTITION_ORDINAL_POSITION',
        'PARTITION_METHOD',
        'PARTITION_EXPRESSION',
        'PARTITION_DESCRIPTION',
        'TABLE_ROWS',
        'PARTITION_COMMENT',
      ),
      [
        ['p1', 1, 'RANGE COLUMNS', '`d`', "'2024-01-01'", 0, ''],
        ['p2', 2, 'RANGE COLUMNS', '`d`', 'MAXVALUE', 1, 'rest'],
      ],
    );
    const plain = await rowsOf('information_schema.PARTITIONS', { TABLE_NAME: 'orders' });
    assert.deepEqual(pick(plain, 'PARTITION_NAME', 'TABLE_ROWS'), [[null, 3]]);
  });

  it('describe partitions as StarRocks does', async () => {
    const of = (name: string): ReturnType<typeof rowsOf> =>
      rowsOf('information_schema.partitions_meta', { TABLE_NAME: name });
    const columns = [
      'PARTITION_NAME',
      'PARTITION_ID',
      'PARTITION_KEY',
      'PARTITION_VALUE',
      'IS_TEMP',
      'ROW_COUNT',
    ];
    assert.deepEqual(pick(await of('days'), ...columns), [
      ['p1', 1, 'd', '[types: [DATE]; keys: [0000-01-01]; ..types: [DATE]; keys: [2024-01-01]; )', 0, 0],
      ['p2', 2, 'd', '[types: [DATE]; keys: [2024-01-01]; ..types: [DATE]; keys: [MAXVALUE]; )', 0, 1],
    ]);
    const plain = pick(await of('orders'), 'DB_NAME', 'PARTITION_NAME', 'VISIBLE_VERSION', 'NEXT_VERSION');
    assert.deepEqual(plain, [['shop', 'orders', 1, 2]]);
  });

  it('show a user nothing of what they may not see', async () => {
    const access: ObjectAccess = {
      require: () => assert.fail('nothing is asked for'),
      sees: (database, table) => database === 'shop' && (table ?? 'orders') === 'orders',
      seesFunction: () => false,
      ofAccount: () => access,
      mayOperate: false,
    };
    const options = { user: 'ann', access };
    const seen = await rowsOf('information_schema.TABLES', { TABLE_SCHEMA: 'shop' }, options);
    assert.deepEqual(pick(seen, 'TABLE_NAME'), [['orders']]);
    const columns = await rowsOf('information_schema.COLUMNS', { TABLE_NAME: 'customers' }, options);
    assert.deepEqual(await rowsOf('information_schema.ROUTINES', {}, options), []);
    assert.deepEqual(columns, []);
  });

  it('tell a user of their own privileges, an administrator of all', async () => {
    const own = await rowsOf('information_schema.SCHEMA_PRIVILEGES', {}, { user: 'ann' });
    assert.deepEqual(pick(own, 'GRANTEE', 'TABLE_SCHEMA', 'PRIVILEGE_TYPE', 'IS_GRANTABLE'), [
      ["'ann'@'%'", 'shop', 'SELECT', 'NO'],
    ]);
    const table = await rowsOf('information_schema.TABLE_PRIVILEGES', {}, { user: 'ann' });
    assert.deepEqual(pick(table, 'TABLE_NAME', 'PRIVILEGE_TYPE'), [['orders', 'INSERT']]);
    assert.deepEqual(
      pick(await rowsOf('information_schema.USER_PRIVILEGES', {}, { user: 'ann' }), 'PRIVILEGE_TYPE'),
      [['USAGE']],
    );
    assert.deepEqual(
      pick(await rowsOf('mysql.user', {}, { user: 'ann' }), 'User', 'Select_priv', 'authentication_string'),
      [['ann', 'N', '$A$005$THISISACOMBINATIONOFINVALIDSALTANDPASSWORDTHATMUSTNEVERBRBEUSED']],
    );
    const databases = await rowsOf('mysql.db', {}, { user: 'ann' });
    assert.deepEqual(pick(databases, 'Db', 'User', 'Select_priv', 'Insert_priv', 'Grant_priv'), [
      ['shop', 'ann', 'Y', 'N', 'N'],
    ]);
    const tables = await rowsOf('mysql.tables_priv', {}, { user: 'ann' });
    assert.deepEqual(pick(tables, 'Db', 'Table_name', 'Table_priv'), [['shop', 'orders', 'Insert,Grant']]);
    assert.deepEqual(pick(await rowsOf('mysql.user'), 'User', 'Select_priv'), [
      ['root', 'Y'],
      ['ann', 'N'],
    ]);
  });

  it('give variables and counters as SHOW does', async () => {
    const variables = await rowsOf('performance_schema.session_variables', { VARIABLE_NAME: 'autocommit' });
    assert.deepEqual(pick(variables, 'VARIABLE_VALUE'), [['ON']]);
    assert.deepEqual(await rowsOf('performance_schema.global_status'), [
      { VARIABLE_NAME: 'Uptime', VARIABLE_VALUE: '5' },
    ]);
  });

  it('tell in sys what is in the databases, and how far AUTO_INCREMENT has come', async () => {
    const overview = await rowsOf('sys.schema_object_overview', { db: 'shop' });
    assert.deepEqual(pick(overview, 'object_type', 'count'), [
      ['BASE TABLE', 3],
      ['VIEW', 1],
      ['FUNCTION', 2],
    ]);
    const counters = await rowsOf('sys.schema_auto_increment_columns');
    assert.deepEqual(pick(counters, 'table_name', 'column_type', 'max_value', 'auto_increment'), [
      ['customers', 'int unsigned', 4_294_967_295n, 8n],
    ]);
    assert.equal((await rowsOf('sys.version'))[0]?.['mysql_version'], '8.0.36-test');
  });

  it('are tables of the view that DESCRIBE reads', async () => {
    const tables = systemTablesOf(shop);
    const view = tables.withTables(shop);
    assert.equal(view.findObject('INFORMATION_SCHEMA', 'schemata')?.name, 'SCHEMATA');
    assert.equal(view.findObject('shop', 'orders')?.name, 'orders');
    assert.equal(view.listObjects('mysql')?.length, tables.names('mysql').length);
    assert.equal(await view.rowCount('mysql', 'user', signal), 0);
    assert.equal(await view.rowCount('shop', 'orders', signal), 3);
  });

  it('tell of stored functions, each overload under a name of its own', async () => {
    assert.deepEqual(
      pick(
        await rowsOf('information_schema.routines'),
        'SPECIFIC_NAME',
        'ROUTINE_NAME',
        'DTD_IDENTIFIER',
        'ROUTINE_DEFINITION',
        'IS_DETERMINISTIC',
        'ROUTINE_COMMENT',
        'DEFINER',
      ),
      [
        ['f', 'f', 'decimal(8,2)', 'RETURN a', 'YES', 'c', 'root@%'],
        ['f_2', 'f', 'int', 'RETURN a', 'NO', '', 'root@%'],
      ],
    );
    assert.deepEqual(
      pick(
        await rowsOf('information_schema.parameters'),
        'SPECIFIC_NAME',
        'ORDINAL_POSITION',
        'PARAMETER_MODE',
        'PARAMETER_NAME',
        'DTD_IDENTIFIER',
      ),
      [
        ['f', 0, null, null, 'decimal(8,2)'],
        ['f', 1, 'IN', 'a', 'int'],
        ['f', 2, 'IN', 'b', 'varchar(9)'],
        ['f_2', 0, null, null, 'int'],
        ['f_2', 1, 'IN', 'a', 'date'],
      ],
    );
  });
});
