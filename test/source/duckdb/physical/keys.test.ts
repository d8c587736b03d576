import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  isExact,
  isPhysical,
  replacingModel,
  sameKey,
  type UniqueKey,
  uniqueKeys,
} from '../../../../src/source/duckdb/physical/keys.ts';
import { isSamePhysically, physicalTableSql } from '../../../../src/source/duckdb/physical/physical-table.ts';
import { column, key, table, type } from '../definitions.ts';

const text = column('v', type('VARCHAR', [9]));

describe('keys that forbid doubles', () => {
  it('are the primary key, then the unique ones', () => {
    const definition = table('t', [column('a'), text], {
      primaryKey: key('PRIMARY', 'PRIMARY', 'A'),
      keys: [key('INDEX', 'i', 'v'), key('UNIQUE', 'u', 'v')],
    });
    assert.deepEqual(
      uniqueKeys(definition).map((each) => [each.name, isPhysical(each), isExact(each)]),
      [
        ['PRIMARY', true, true],
        ['u', true, false],
      ],
    );
    assert.equal(
      physicalTableSql('x', definition),
      'CREATE TABLE x ("a" INTEGER, "v" VARCHAR, PRIMARY KEY ("a"), UNIQUE ("v"))',
    );
  });

  it('are ours alone over a prefix of a column', () => {
    const prefix = {
      ...key('UNIQUE', 'u', 'v'),
      parts: [{ column: 'v', prefixLength: 2, descending: false }],
    };
    const [unique] = uniqueKeys(table('t', [text], { keys: [prefix] }));
    assert.ok(unique);
    assert.equal(isPhysical(unique), false);
  });

  it('are exact for a binary collation', () => {
    const keyOf = (collation: string): UniqueKey | undefined =>
      uniqueKeys(
        table('t', [column('v', type('VARCHAR', [9], { collation }))], { keys: [key('UNIQUE', 'u', 'v')] }),
      )[0];
    const [bytes, padded] = [keyOf('utf8mb4_0900_bin'), keyOf('utf8mb4_bin')];
    assert.ok(bytes && isExact(bytes));
    assert.ok(padded && !isExact(padded), 'blanks at the end do not count');
  });

  it('come from StarRocks’ models too', () => {
    const model = { kind: 'PRIMARY', columns: ['a'] } as const;
    const definition = table('t', [column('a')], { model });
    assert.equal(replacingModel(definition), 'PRIMARY');
    assert.equal(uniqueKeys(definition)[0]?.name, 'PRIMARY');
    assert.equal(
      replacingModel(table('t', [column('a')], { model: { kind: 'DUPLICATE', columns: ['a'] } })),
      undefined,
    );
  });

  it('of a model hold NULL as a value where the columns do, and compare bytes', () => {
    const model = { kind: 'UNIQUE', columns: ['a', 'v'] } as const;
    const definition = table('t', [column('a', undefined, { nullable: false }), text], { model });
    const [unique] = uniqueKeys(definition);
    assert.ok(unique);
    assert.equal(isExact(unique), false);
    assert.equal(
      physicalTableSql('x', definition),
      'CREATE TABLE x ("a" INTEGER, "v" VARCHAR, UNIQUE ("a", "v"))',
    );
    assert.equal(
      sameKey(unique, 'x', 'y'),
      'x."a" IS NOT DISTINCT FROM y."a" AND (x."v" COLLATE "binary") IS NOT DISTINCT FROM (y."v" COLLATE "binary")',
    );
  });

  it('move rows only when DuckDB’s table changes', () => {
    const before = table('t', [column('a')]);
    assert.ok(isSamePhysically(before, table('t', [column('a', undefined, { comment: 'x' })])));
    assert.ok(!isSamePhysically(before, table('t', [column('a', type('BIGINT'))])));
  });
});
