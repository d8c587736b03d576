import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { shownTable } from '../../../src/catalog/show/shown-table.ts';

describe('the table of a SHOW', () => {
  it('has text columns, and BIGINT where a name ends with #', () => {
    const { columns, likeColumn } = shownTable(['Name', 'Rows#'], [], 'Name');
    assert.deepEqual(
      columns.map(({ name, type }) => [name, type]),
      [
        ['Name', 'VAR_STRING'],
        ['Rows', 'LONGLONG'],
      ],
    );
    assert.equal(likeColumn, 'Name');
    assert.equal('likeColumn' in shownTable([], []), false);
  });
});
