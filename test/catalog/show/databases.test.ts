import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { showCreateDatabase, showDatabases } from '../../../src/catalog/show/databases.ts';
import { viewOf } from '../support.ts';

describe('showDatabases and showCreateDatabase', () => {
  const view = viewOf([], { name: 'shop', characterSet: 'latin1' });

  it('list the server’s own databases too, the pattern in the column’s name', () => {
    const shown = showDatabases(view, '%s%');
    assert.equal(shown.columns[0]?.name, 'Database (%s%)');
    assert.deepEqual(shown.rows.flat(), ['information_schema', 'mysql', 'performance_schema', 'shop', 'sys']);
  });

  it('print what makes a database', () => {
    assert.deepEqual(showCreateDatabase(view, 'SHOP', true).rows, [
      [
        'shop',
        "CREATE DATABASE /*!32312 IF NOT EXISTS*/ `shop` /*!40100 DEFAULT CHARACTER SET latin1 */ /*!80016 DEFAULT ENCRYPTION='N' */",
      ],
    ]);
    assert.throws(() => showCreateDatabase(view, 'nope', false), { kind: 'unknown_database' });
  });
});
