import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { keptForeignKeyIndexes, withForeignKeyIndexes } from '../../../src/sql/ddl/foreign-key-index.ts';
import { tableOf } from './support.ts';

const one = 'FOREIGN KEY (x) REFERENCES p (a)';

describe('the keys of foreign keys', () => {
  const cases: readonly (readonly [columns: string, keys: readonly string[]])[] = [
    [`(x INT, ${one})`, ['x(x)']],
    [`(x INT, CONSTRAINT c ${one})`, ['c(x)']],
    [`(x INT, y INT, KEY x (y), ${one})`, ['x(y)', 'x_2(x)']],
    [`(x INT, y INT, KEY k (x, y), ${one})`, ['k(x,y)']],
    [`(x INT PRIMARY KEY, ${one})`, []],
    [`(x VARCHAR(9), KEY k (x(3)), ${one})`, ['k(x)', 'x(x)']],
    [`(x INT, CONSTRAINT c ${one}, CONSTRAINT d ${one})`, ['d(x)']],
    [`(x INT, ${one}) ENGINE=olap`, []],
  ];
  for (const [columns, expected] of cases) {
    it(`are made for ${columns}`, () => {
      const { keys } = withForeignKeyIndexes(tableOf(`CREATE TABLE t ${columns}`));
      assert.deepEqual(keys.map(shown), expected);
    });
  }

  const before = withForeignKeyIndexes(tableOf(`CREATE TABLE t (x INT, y INT, CONSTRAINT c ${one})`));

  it('make room for a key of ALTER TABLE, and not for one that was there', () => {
    const [made] = before.keys;
    const other = { kind: 'INDEX', name: 'k', parts: [{ column: 'x', descending: false }] } as const;
    assert.ok(made);
    const both = { ...before, keys: [made, other] };
    assert.deepEqual(keptForeignKeyIndexes(before, both).keys.map(shown), ['k(x)']);
    assert.deepEqual(keptForeignKeyIndexes(both, both).keys.map(shown), ['c(x)', 'k(x)']);
  });

  it('are not dropped while the foreign key is there, nor is its column', () => {
    assert.throws(() => keptForeignKeyIndexes(before, { ...before, keys: [] }), { kind: 'needed_key' });
    const narrow = { ...before, columns: before.columns.slice(1) };
    assert.throws(() => keptForeignKeyIndexes(before, narrow), { kind: 'needed_column' });
    assert.deepEqual(keptForeignKeyIndexes(before, { ...before, keys: [], foreignKeys: [] }).keys, []);
  });
});

function shown({
  name,
  parts,
}: Readonly<{ name: string; parts: readonly Readonly<{ column: string }>[] }>): string {
  return `${name}(${parts.map((part) => part.column).join(',')})`;
}
