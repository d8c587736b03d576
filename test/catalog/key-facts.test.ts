import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  indexType,
  isNullable,
  isUnique,
  isVisibleKey,
  keyOrder,
  keysOf,
} from '../../src/catalog/key-facts.ts';
import { tableOf } from '../sql/ddl/support.ts';

const table = tableOf(
  'CREATE TABLE t (a INT, b TEXT, PRIMARY KEY (a) USING HASH, FULLTEXT f (b) INVISIBLE, KEY k (a DESC, (a + 1)))',
);
const keys = keysOf(table);

describe('key facts', () => {
  it('begin with the primary key', () =>
    assert.deepEqual(
      keys.map((key) => key.name),
      ['PRIMARY', 'k', 'f'],
    ));

  it('tell kind, order and visibility', () => {
    assert.deepEqual(
      keys.map((key) => isUnique(key)),
      [true, false, false],
    );
    assert.deepEqual(
      keys.map((key) => indexType(key)),
      ['HASH', 'BTREE', 'FULLTEXT'],
    );
    assert.deepEqual(
      keys.map((key) => isVisibleKey(key)),
      [true, true, false],
    );
    assert.deepEqual(
      keys.map((key) => key.parts.map((part) => keyOrder(key, part))),
      [['A'], ['D', 'A'], [null]],
    );
    assert.deepEqual(
      keys.map((key) => key.parts.map((part) => isNullable(table, part))),
      [[false], [false, true], [true]],
    );
  });
});
