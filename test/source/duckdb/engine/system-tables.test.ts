import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { integerColumn, textColumn } from '../../../../src/base/rows.ts';
import type { SystemTableProvider } from '../../../../src/source/duckdb/engine/system-tables.ts';
import { EngineFixture } from '../engine-fixture.ts';

const provider: SystemTableProvider = {
  hasSchema: (schema) => schema.toLowerCase() === 'information_schema',
  columns: (_schema, table) =>
    ['tables', 'columns'].includes(table.toLowerCase())
      ? [textColumn('TABLE_NAME'), integerColumn('TABLE_ROWS')]
      : undefined,
  fixedTables: () => [
    { schema: 'information_schema', table: 'TABLES', rows: [['t', 5n]] },
    { schema: 'information_schema', table: 'COLUMNS', rows: [['t', 2n]] },
  ],
  rows: async (_schema, _table, context) => [[context.database ?? null, null]],
};

describe('tables of the catalog', () => {
  it('are read like others, as they are now', async () => {
    await using fixture = await EngineFixture.open();
    fixture.engine.registerSystemTables(provider);
    await fixture.all('CREATE TABLE k (a INT PRIMARY KEY, b INT)', 'INSERT INTO k VALUES (1, 1)');
    await fixture.run(
      'INSERT INTO k VALUES (1, 1) ON DUPLICATE KEY UPDATE b = (SELECT COUNT(*) + 5 FROM information_schema.tables)',
    );
    assert.deepEqual(await fixture.lines('SELECT b FROM k'), ['7']);
    assert.deepEqual(
      await fixture.lines(
        'SELECT table_name, TABLE_ROWS + 1 FROM information_schema.TABLES WHERE table_rows IS NOT NULL',
      ),
      ['t|6'],
    );
    assert.deepEqual(await fixture.lines('SELECT x.TABLE_NAME FROM INFORMATION_SCHEMA.tables x ORDER BY 1'), [
      'shop',
      't',
    ]);
    await fixture.all(
      'CREATE TABLE c (n VARCHAR(20))',
      'INSERT INTO c SELECT TABLE_NAME FROM information_schema.tables',
    );
    await fixture.run('CREATE VIEW names AS SELECT TABLE_NAME AS n FROM information_schema.tables');
    assert.equal((await fixture.lines('SELECT n FROM names')).length, 2);
  });

  it('hand over only once what never changes', async () => {
    await using fixture = await EngineFixture.open();
    let asked = 0;
    const fixedTables: SystemTableProvider['fixedTables'] = () => {
      asked += 1;
      return provider.fixedTables();
    };
    fixture.engine.registerSystemTables({ ...provider, fixedTables });
    for (let time = 0; time < 3; time++) {
      const lines = await fixture.lines('SELECT TABLE_NAME, TABLE_ROWS FROM information_schema.tables');
      assert.deepEqual(lines, ['t|5', 'shop|null']);
    }
    assert.equal(asked, 1);
  });

  it('are all seen by a transaction that read one of them first', async () => {
    await using fixture = await EngineFixture.open();
    fixture.engine.registerSystemTables(provider);
    await fixture.run('BEGIN');
    for (const table of ['tables', 'columns', 'tables']) {
      assert.equal((await fixture.lines(`SELECT * FROM information_schema.${table}`)).length, 2, table);
    }
    await fixture.run('COMMIT');
  });

  it('cannot be changed, nor their schema dropped', async () => {
    await using fixture = await EngineFixture.open();
    fixture.engine.registerSystemTables(provider);
    for (const statement of [
      'INSERT INTO information_schema.tables VALUES (1)',
      'DELETE FROM information_schema.tables',
      'CREATE TABLE information_schema.x (a INT)',
      'DROP DATABASE information_schema',
    ]) {
      assert.match(await fixture.error(statement), /^access_denied_database/, statement);
    }
    assert.match(await fixture.error('SELECT * FROM information_schema.nope'), /^unknown_information_table/);
  });
});
