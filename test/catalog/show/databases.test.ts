import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { showCreateDatabase, showDatabases } from '../../../src/catalog/show/databases.ts';
import { viewOf } from '../support.ts';

const view = viewOf([], { name: 'Shop' });

describe('SHOW DATABASES', () => {
  it('lists those of users and of the system in order', () => {
    const { columns, rows } = showDatabases(view, undefined);
    assert.deepEqual(
      columns.map(({ name }) => name),
      ['Database'],
    );
    assert.deepEqual(rows.flat(), ['Shop', 'information_schema', 'mysql', 'performance_schema', 'sys']);
    assert.equal(showDatabases(view, 's%').likeColumn, 'Database (s%)');
  });
});

describe('SHOW CREATE DATABASE', () => {
  const cases = [
    { facts: { name: 'd' }, text: 'utf8mb4 COLLATE utf8mb4_0900_ai_ci' },
    { facts: { name: 'd', characterSet: 'latin1' }, text: 'latin1' },
    {
      facts: { name: 'd', characterSet: 'latin1', collation: 'latin1_bin' },
      text: 'latin1 COLLATE latin1_bin',
    },
  ];
  for (const { facts, text } of cases) {
    it(`prints ${text}`, () => {
      const [row] = showCreateDatabase(viewOf([], facts), 'D', false).rows;
      assert.deepEqual(row, [
        'd',
        `CREATE DATABASE \`d\` /*!40100 DEFAULT CHARACTER SET ${text} */ /*!80016 DEFAULT ENCRYPTION='N' */`,
      ]);
    });
  }

  it('can be written so that it may be there already, and knows the system databases', () => {
    assert.match(
      String(showCreateDatabase(view, 'shop', true).rows[0]?.[1]),
      /^CREATE DATABASE \/\*!32312 IF NOT EXISTS\*\/ `Shop`/,
    );
    assert.equal(showCreateDatabase(view, 'MYSQL', false).rows[0]?.[0], 'mysql');
    assert.throws(() => showCreateDatabase(view, 'ghost', false), { message: "Unknown database 'ghost'" });
  });
});
