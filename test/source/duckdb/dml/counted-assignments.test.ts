import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { UserVariable } from '../../../../src/base/rows.ts';
import type { QueryContext } from '../../../../src/source/query.ts';
import { EngineFixture } from '../engine-fixture.ts';

describe('an UPDATE that numbers its rows by a user variable', () => {
  let shop: EngineFixture;
  const kept = new Map<string, UserVariable>();
  before(async () => {
    shop = await EngineFixture.open();
    await shop.all(
      'CREATE TABLE t (id INT PRIMARY KEY, name VARCHAR(5), place INT)',
      "INSERT INTO t VALUES (3, 'b', 0), (1, 'c', 0), (2, 'a', 0)",
      'CREATE TABLE keyless (name VARCHAR(5), place INT)',
      "INSERT INTO keyless VALUES ('x', 0)",
    );
  });
  after(async () => {
    await shop[Symbol.asyncDispose]();
  });

  async function update(sql: string): Promise<unknown> {
    const context: QueryContext = {
      ...shop.context,
      userVariable: (name) => kept.get(name),
      setUserVariable: (name, value) => void kept.set(name, value),
    };
    await shop.session.run(sql, [], context, new AbortController().signal);
    return kept.get('i')?.value;
  }

  it('goes by ORDER BY', async () => {
    kept.set('i', { value: 10 });
    assert.equal(await update('UPDATE t SET place = (@i := @i + 1) ORDER BY name'), 13n);
    assert.deepEqual(await shop.lines('SELECT id, place FROM t ORDER BY id'), ['1|13', '2|11', '3|12']);
  });

  it('goes by the primary key without one', async () => {
    kept.set('i', { value: 100n });
    assert.equal(await update('UPDATE t SET place = @i := @i - 5'), 85n);
    assert.deepEqual(await shop.lines('SELECT id, place FROM t ORDER BY id'), ['1|95', '2|90', '3|85']);
  });

  for (const [reason, sql] of [
    ['only some rows', 'UPDATE t SET place = (@i := @i + 1) WHERE id > 1'],
    ['a number of rows', 'UPDATE t SET place = (@i := @i + 1) ORDER BY name LIMIT 2'],
    ['no key', 'UPDATE keyless SET place = (@i := @i + 1)'],
    ['another expression', 'UPDATE t SET place = (@i := @i * 2) ORDER BY name'],
    ['several tables', 'UPDATE t JOIN keyless SET t.place = (@i := @i + 1)'],
  ] as const) {
    it(`is refused for ${reason}`, async () => {
      kept.set('i', { value: 1 });
      await assert.rejects(update(sql), { kind: 'not_supported' });
      assert.deepEqual(kept.get('i'), { value: 1 });
    });
  }
});
