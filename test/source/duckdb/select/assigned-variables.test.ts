import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { UserVariable } from '../../../../src/base/rows.ts';
import type { QueryContext } from '../../../../src/source/query.ts';
import { EngineFixture, readRows } from '../engine-fixture.ts';

describe('user variables that a query assigns', () => {
  let shop: EngineFixture;
  const kept = new Map<string, UserVariable>();
  before(async () => {
    shop = await EngineFixture.open();
    await shop.all(
      'CREATE TABLE t (id INT PRIMARY KEY, price DECIMAL(6,2))',
      'INSERT INTO t VALUES (2, 1.50), (1, 2.50)',
    );
  });
  after(async () => {
    await shop[Symbol.asyncDispose]();
  });

  async function rows(sql: string): Promise<readonly (readonly unknown[])[]> {
    const context: QueryContext = {
      ...shop.context,
      userVariable: (name) => kept.get(name),
      setUserVariable: (name, value) => void kept.set(name, value),
    };
    const answer = await shop.session.run(sql, [], context, new AbortController().signal);
    assert.ok(answer.kind === 'rows');
    const { columns } = answer.result;
    return [columns.map(({ name }) => name), ...(await readRows(answer.result))];
  }

  it('have the values and the types of the last row, and the client sees its own columns only', async () => {
    assert.deepEqual(await rows('SELECT *, (@p := price) + 1 AS more, @i := id FROM t ORDER BY id'), [
      ['id', 'price', 'more', '@i := id'],
      [1, '2.50', '3.50', 1],
      [2, '1.50', '2.50', 2],
    ]);
    assert.deepEqual(kept.get('p'), { value: '1.50', kind: 'decimal' });
    assert.deepEqual(kept.get('i'), { value: 2 });
  });

  it('stay as they are when there is no row', async () => {
    await rows('SELECT @i := 9 FROM t WHERE id > 9');
    assert.deepEqual(kept.get('i'), { value: 2 });
  });

  it('are refused where no order says which row is the last', async () => {
    await assert.rejects(rows('SELECT @i := id FROM t'), { kind: 'not_supported' });
    assert.deepEqual((await rows('SELECT @i := 7 FROM t')).length, 3);
    assert.deepEqual(kept.get('i')?.value, 7);
  });
});
