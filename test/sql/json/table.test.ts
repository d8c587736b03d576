import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SqlError } from '../../../src/base/sql-error.ts';
import { parsePath } from '../../../src/sql/json/path.ts';
import { jsonTable, type PlannedColumn } from '../../../src/sql/json/table.ts';
import type { CellType } from '../../../src/sql/json/table-cell.ts';

function column(path: string, type: CellType, more: object = {}): PlannedColumn {
  const fallbacks = { onEmpty: { kind: 'null' }, onError: { kind: 'null' } } as const;
  return { kind: 'value', name: 'c', path, type, ...fallbacks, ...more };
}

const integer: CellType = { kind: 'integer', least: '-128', most: '127' };
const seven = { kind: 'default', text: '7' };

/** What MySQL 9.7 answers. */
const cases: readonly (readonly [document: string, columns: readonly PlannedColumn[], rows: unknown])[] = [
  ['[{"a": [1, 2]}]', [column('$.a[*]', { kind: 'json' })], [['[1, 2]']]],
  [
    '[{}, {"a": "x"}]',
    [column('$.a', integer, { onEmpty: seven, onError: { kind: 'default', text: '8' } })],
    [['7'], ['8']],
  ],
  [
    '[{"x": [1, 2], "y": [3]}, {"x": []}]',
    [
      { kind: 'ordinality' },
      { kind: 'exists', path: '$.y' },
      { kind: 'nested', path: '$.x[*]', columns: [column('$', integer)] },
      { kind: 'nested', path: '$.y[*]', columns: [{ kind: 'ordinality' }, column('$', integer)] },
    ],
    [
      ['1', '1', '1', null, null],
      ['1', '1', '2', null, null],
      ['1', '1', null, '1', '3'],
      ['2', '0', null, null, null],
    ],
  ],
];

describe("JSON_TABLE's rows", () => {
  for (const [document, columns, rows] of cases) {
    it(`of ${document}`, () => {
      assert.deepEqual(JSON.parse(jsonTable(document, { path: '$[*]', columns }, parsePath)), rows);
    });
  }

  it('fail where ERROR ON EMPTY or ERROR ON ERROR is asked for', () => {
    const fail = { kind: 'error' };
    const plan = (more: object) => ({ path: '$', columns: [column('$.a', integer, more)] });
    const kindOf = (document: string, more: object): unknown => {
      try {
        return jsonTable(document, plan(more), parsePath);
      } catch (error) {
        return error instanceof SqlError && error.kind;
      }
    };
    assert.equal(kindOf('{}', { onEmpty: fail }), 'json_table_empty');
    assert.equal(kindOf('{"a": []}', { onError: fail }), 'json_table_scalar');
    assert.equal(kindOf('{"a": 128}', { onError: fail }), 'json_table_range');
    assert.equal(kindOf('{"a": "x"}', { onError: fail }), 'json_cast');
  });
});
