import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  showCreateTable,
  showCreateView,
  showTables,
  showTableStatus,
} from '../../../src/catalog/show/tables.ts';
import { viewOf } from '../support.ts';

const calm = new AbortController().signal;

const view = viewOf([
  "CREATE TABLE t (id INT AUTO_INCREMENT KEY) COMMENT 'c'",
  'CREATE VIEW v (x) AS SELECT 1',
]);
const system = (database: string) => (database === 'mysql' ? ['user'] : []);

describe('showTables', () => {
  it('names its column after the database and the pattern', () => {
    const plain = showTables(view, system, { database: 'shop', full: false, pattern: undefined });
    assert.deepEqual([plain.columns[0]?.name, plain.rows], ['Tables_in_shop', [['t'], ['v']]]);
    const full = showTables(view, system, { database: 'shop', full: true, pattern: 't%' });
    assert.deepEqual(
      full.columns.map((column) => column.name),
      ['Tables_in_shop (t%)', 'Table_type'],
    );
    assert.deepEqual(full.rows, [
      ['t', 'BASE TABLE'],
      ['v', 'VIEW'],
    ]);
  });

  it('lists the server’s own tables', () => {
    const shown = showTables(view, system, { database: 'MySQL', full: false, pattern: undefined });
    assert.deepEqual(shown.rows, [['user']]);
  });

  it('fails for a database that is not there', () => {
    assert.throws(() => showTables(view, system, { database: 'nope', full: false, pattern: undefined }), {
      kind: 'unknown_database',
      message: "Unknown database 'nope'",
    });
  });
});

describe('showTableStatus', () => {
  it('has MySQL’s columns and what is known', async () => {
    const shown = await showTableStatus(view, 'shop', calm);
    assert.equal(
      shown.columns.map((column) => column.name).join(),
      'Name,Engine,Version,Row_format,Rows,Avg_row_length,Data_length,Max_data_length,Index_length,Data_free,Auto_increment,' +
        'Create_time,Update_time,Check_time,Collation,Checksum,Create_options,Comment',
    );
    const [table, viewRow] = shown.rows;
    assert.deepEqual(table, [
      't',
      'InnoDB',
      10,
      'Dynamic',
      3,
      0,
      0,
      0,
      0,
      0,
      8n,
      '2024-03-01 12:00:00',
      '2024-03-01 12:00:00',
      null,
      'utf8mb4_0900_ai_ci',
      null,
      '',
      'c',
    ]);
    const latin = viewOf(['CREATE TABLE l (id INT) CHARSET=latin1']);
    const [row] = (await showTableStatus(latin, 'shop', calm)).rows;
    assert.equal(row?.[14], 'latin1_swedish_ci');
    assert.equal(viewRow?.at(-1), 'VIEW');
    assert.equal(viewRow?.[11], '2024-03-01 12:00:00');
    assert.equal(viewRow?.length, shown.columns.length);
  });
});

describe('showCreateTable and showCreateView', () => {
  it('print what makes the object, with the counter and the defaults', () => {
    assert.deepEqual(showCreateTable(view, 'shop', 't').rows, [
      [
        't',
        'CREATE TABLE `t` (\n  `id` int NOT NULL AUTO_INCREMENT,\n  PRIMARY KEY (`id`)\n' +
          ") ENGINE=InnoDB AUTO_INCREMENT=8 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci COMMENT='c'",
      ],
    ]);
    assert.deepEqual(showCreateTable(view, 'shop', 'v'), showCreateView(view, 'shop', 'v'));
    assert.throws(() => showCreateView(view, 'shop', 't'), {
      kind: 'wrong_object',
      message: "'shop.t' is not VIEW",
    });
  });
});
